"""The subjects of code review, and the words by which people and code speak of them.

People who mean the same say `hangs forever`, `no deadline` or `timeout=`: words alone do not bring these together. The
subjects are those of style guides, linters and review checklists in general; a word may belong to several.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from gardener.learning.words import stem_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_SUBJECTS: Mapping[str, str] = {
    "timeouts": "timeout hang hangs forever indefinitely deadline stall stalls bounded unbounded unresponsive"
    " wait waits",
    "printing": "print prints pprint stdout console",
    "logging": "log logs logger logging logged structlog loguru handler warning",
    "tracebacks": "traceback stacktrace stack trace exc_info logexception sentry",
    "chaining": "chain chained chaining cause original wrapper wrapped rethrow reraise shape:raise-from from_exc",
    "broad-handlers": "bare broad blanket catch catches catching narrow narrower swallow swallows swallowed"
    " silently hides"
    " systemexit keyboardinterrupt baseexception except shape:bare-except shape:broad-except shape:swallowed suppress",
    "mutable-defaults": "mutable default defaults shared evaluated shape:mutable-default",
    "time-zones": "timezone zone tz tzinfo naive aware utc utcnow offset astimezone zoneinfo",
    "clocks": "monotonic perf_counter wall clock elapsed duration stopwatch",
    "sql": "sql injection parametrise parametrize parameterise parameterize parameters bind statement cursor execute"
    " interpolate interpolated concatenated",
    "shells": "shell subprocess popen injection quoting command system shlex",
    "encodings": "encoding utf utf8 locale unicode decode encode charset ascii",
    "constants": "magic constant constants literal literals hardcoded hard hardcode number",
    "annotations": "annotate annotated annotation annotations typed typing hint hints mypy pyright untyped signature"
    " shape:annotated-return optional",
    "environment": "environ environment getenv env settings config configuration dotenv",
    "money": "money decimal decimals float floats rounding cents currency amount amounts price",
    "nesting": "nest nested nesting nests indentation indent early guard flatten flat invert inverted exit deep deeply"
    " shape:nested-if",
    "tests": "test tests tested testing untested coverage covered covers regression unit pytest fixture",
    "deserialising": "yaml safe_load loader pickle unpickle deserialise deserialize untrusted arbitrary marshal",
    "evaluation": "eval exec literal_eval dynamic",
    "documenting": "docstring docstrings document documented documentation docs undocumented string:block",
    "paths": "pathlib path paths basename dirname makedirs splitext joinpath exists",
    "queries-in-loops": "n+1 select_related prefetch prefetch_related trips roundtrip joinedload selectinload"
    " query queries",
    "closing": "close closed closes closing leak leaks leaked leaking handle handles resource resources context manager"
    " descriptor release released keyword:with",
    "identity": "identity identical none singleton shape:none-equality",
    "async": "async await coroutine coroutines event asyncio blocking blocks to_thread executor sync anyio trio",
    "layers": "layer layers layering layered domain boundary boundaries dependency dependencies direction core"
    " architecture architectural inward couples coupling",
    "imports": "import imports imported importing circular cycle cyclic lazily wildcard star shape:star-import isort",
    "dead-code": "dead commented unused unreachable leftover obsolete legacy remembers remove delete drop note:code",
    "naming": "name named names naming rename renamed convention prefix suffix snake camel case readable abbreviation"
    " abbreviations misleading unclear",
    "booleans": "boolean booleans bool flag flags shape:boolean-equality truth",
    "secrets": "secret secrets credential credentials password passwords token tokens vault rotate apikey api_key"
    " shape:secret-literal leak leaked",
    "transactions": "transaction transactions atomic rollback commit committed partially",
    "formatting": "fstring fstrings format formatted formatting interpolation interpolate lazy eager placeholder"
    " placeholders string:f shape:percent-format str",
    "duplication": "duplicate duplicated duplicates duplication copy copied pasted paste dry repeated"
    " repetition extract"
    " reuse shared twice",
    "comprehensions": "comprehension comprehensions append appending generator genexp",
    "loops": "enumerate zip range index counter iterate iterating shape:range-length itertools",
    "type-tests": "isinstance subclass duck shape:type-comparison",
    "emptiness": "empty truthy truthiness falsy emptiness shape:length-test",
    "enumerations": "enum enums enumeration strenum stringly",
    "records": "dataclass dataclasses frozen namedtuple typeddict record immutable pydantic model",
    "global-state": "global globals singleton module state mutable keyword:global",
    "concurrency": "lock locks race races thread threads threadsafe concurrent concurrency deadlock parallel",
    "retrying": "retry retries retrying retried backoff jitter attempts exponential tenacity",
    "randomness": "random randomness secrets cryptographic cryptographically predictable seed seeded token_hex",
    "hashing": "md5 sha1 sha256 hash hashing weak digest hashlib bcrypt",
    "assertions": "assert asserts assertion assertions stripped optimised keyword:assert",
    "validation": "validate validated validation sanitise sanitize untrusted schema input unchecked",
    "translation": "translate translated translation gettext i18n l10n localised localized",
    "messages": "message messages wording helpful actionable",
    "lookups": "setdefault keyerror defaultdict missing",
    "caching": "cache cached caching lru_cache memo memoise memoize invalidate invalidated ttl",
    "deprecation": "deprecated deprecation deprecate warnings removed",
    "temporary-files": "tempfile temp tmp mktemp mkstemp temporarydirectory",
    "access": "permission permissions authorise authorize authorisation authorization authentication login_required"
    " unauthenticated public private csrf",
    "personal-data": "pii gdpr personal email emails mask masked redact redacted anonymise anonymize privacy",
    "comments": "comment comments explain explains obvious noise",
    "long-functions": "split smaller responsibilities responsibility extract complexity cyclomatic",
    "keyword-arguments": "keyword keywords positional kwargs kwonly",
    "sleeping": "sleep sleeps sleeping polling flaky poll",
    "transport": "verify tls ssl certificate certificates https insecure",
    "numbers": "equality isclose epsilon tolerance approx division",
    "suppressions": "ignore noqa suppress suppressed suppression note:noqa note:type:ignore pragma",
    "status-codes": "raise_for_status status unchecked response",
    "sorting": "sort sorted sorting order ordering deterministic stable",
    "memory": "memory stream streaming chunk chunks batch iterator",
    "todo-notes": "todo todos fixme ticket tickets issue note:todo note:fixme note:TODO note:FIXME",
    "debugging": "pdb ipdb pudb debugger debugging breakpoint set_trace trace leftover",
    "private-members": "private protected underscore underscores internal internals encapsulation dunder"
    " shape:private-attribute",
    "constructors": "constructor constructors init initialiser initializer initialise initialize classmethod factory"
    " shape:constructor",
    "bulk-writes": "bulk bulk_create bulk_update batch batched batches insert inserts executemany saving",
    "language": "english german french spanish language languages identifier identifiers umlaut native",
    "date-formats": "iso iso8601 isoformat strftime strptime timestamp timestamps date dates parse",
    "empty-results": "return returns returning empty none optional sentinel",
    "shadowing": "shadow shadows shadowing shadowed builtin builtins",
    "commits": "commit commits squash wip reword fixup rebase amend history",
    "change-size": "split smaller large huge unrelated separate scope reviewable pull",
    "flakiness": "flaky flakiness intermittent race nondeterministic sleep",
    "loose-types": "any cast casts casting object typevar protocol generic",
    "inheritance": "super inheritance inherit inherits subclass subclasses override overrides mixin composition"
    " abstract",
    "properties": "property properties getter getters setter setters accessor attribute attributes",
    "regular-expressions": "regex regexes regexp backtracking compile raw pattern patterns",
    "own-errors": "exception exceptions hierarchy valueerror notimplementederror runtimeerror custom raise vanilla"
    " specific",
    "joining-text": "concatenation concatenate concatenating join joined shape:text-added plus",
    "injection": "inject injected injecting testable hardwired singleton global",
    "mocking": "mock mocks mocked mocking patch patched monkeypatch stub stubs fake fakes autospec",
    "test-cases": "parametrize parametrise parametrized parametrised cases table subtest subtests",
    "idempotency": "idempotent idempotency twice duplicate deduplicate",
    "feature-flags": "feature toggle rollout staging flag flags",
    "compatibility": "backwards backward compatible compatibility breaking public semver",
    "escaping": "escape escaped escaping mark_safe html autoescape xss template markup",
    "xml": "defusedxml xml entity entities etree",
    "traversal": "traversal sanitise sanitize escape safe_join resolve symlink",
    "limits": "unbounded bounded limit limits maxsize cap capped exhaust",
    "changelog": "changelog release notes readme",
    "quotes": "quote quotes quoting single double",
    "commas": "comma commas trailing",
    "white-space": "whitespace indentation indent indented tabs spaces blank newline",
    "import-order": "sort sorted unsorted isort alphabetical alphabetically order ordering",
    "relative-imports": "relative absolute imports",
    "conditional-expressions": "ternary conditional walrus assignment expression operator",
    "helpers": "helper helpers existing reuse reused reinvent wheel stdlib library",
    "deployment": "hardcoded url urls host hostname localhost port endpoint environment",
    "returning-early": "else superfluous redundant after return elif",
    "asserting-types": "isinstance typeguard narrow cast",
    "metrics": "metric metrics counter gauge histogram observability tracing span",
    "recursion": "recursion recursive depth stack iterative",
    "copies": "copy copies deepcopy shallow alias aliasing mutate mutates mutated mutation inplace",
    "pagination": "page pages paginate paginated pagination cursor offset",
    "membership": "membership set sets frozenset lookup quadratic",
    "queues": "deque queue pop popleft fifo",
    "signals": "signal signals callback callbacks event events handler",
    "arguments": "arguments parameters argument parameter signature many too",
}


@cache
def _cues() -> Mapping[str, tuple[str, ...]]:
    """Subjects by cue; the cues are stems, or marks of code as they stand."""
    found: dict[str, list[str]] = {}
    for subject, words in _SUBJECTS.items():
        for word in words.split():
            cue = word if ":" in word else stem_of(word)
            if subject not in found.setdefault(cue, []):
                found[cue].append(subject)
    return {cue: tuple(subjects) for cue, subjects in found.items() if cue}


def subjects_of(cues: Iterable[str]) -> dict[str, float]:
    """How much the different cues speak of each subject; one that may mean several counts less for each."""
    known = _cues()
    found: dict[str, float] = {}
    for cue in sorted(cues):
        subjects = known.get(cue, ())
        for subject in subjects:
            found[subject] = found.get(subject, 0.0) + 1 / len(subjects)
    return found
