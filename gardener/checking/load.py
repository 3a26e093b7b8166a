"""Loading the rules of a run: found, read or restored, compiled, proven, and checked against the settings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from gardener.checking.overrides import unknown_names
from gardener.checking.packs import SHIPPED, SHIPPED_PACK, RuleFile, rule_files
from gardener.checking.parsing import in_deep_stack
from gardener.checking.proven import Store, code_stamp, digest_of
from gardener.core.errors import GardenerError, ManyErrors, RuleError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from gardener.core.rule import Rule
    from gardener.core.settings import Settings
    from gardener.repo.trees import Tree

SHIPPED_STORE = SHIPPED / "_proven.json"
CACHE = ".gardener/cache/rules.json"


@dataclass(frozen=True, slots=True)
class Loaded:
    """The rules that may run, and the repository's Python rules that may not (`python-rules` is not set)."""

    rules: tuple[Rule, ...]
    resting: tuple[Rule, ...] = ()


def load_rules(
    settings: Settings, tree: Tree, *, python_rules: bool, trust_cache: bool = True, prove: bool = True
) -> list[Rule]:
    """Every rule that may run, in the order of packs and names. See `load`."""
    return list(load(settings, tree, python_rules=python_rules, trust_cache=trust_cache, prove=prove).rules)


def load(settings: Settings, tree: Tree, *, python_rules: bool, trust_cache: bool = True, prove: bool = True) -> Loaded:
    """Every rule of the shipped pack, the repository and the packs that the settings name.

    `trust_cache`: whether `.gardener/cache` may be believed (not when git tracks it) and written; `prove=False`
    skips the examples of pages that are new. Raises RuleError, ConfigError, or ManyErrors.
    """
    shipped = Store.read(SHIPPED_STORE)
    cache = _Cache(tree, trusted=trust_cache)
    errors: list[GardenerError] = []
    found: list[Rule] = []
    resting: list[Rule] = []
    broken: set[str] = set()
    for file in rule_files(settings, tree):
        if not file.may_hold_rule:
            continue
        digest = digest_of(file.data, file.name)
        try:
            stores = (shipped, cache.store) if file.trusted else (cache.store,)
            rule = _restored(file, digest, stores) or _read(file, digest, cache, prove=prove)
        except (ManyErrors, RuleError) as error:
            errors.extend(error.errors if isinstance(error, ManyErrors) else [error])
            broken.add(file.name.partition(".")[0].replace("_", "-"))
        else:
            if rule and rule.body.get("form") == "python" and not (file.trusted or python_rules):
                resting.append(rule)
            elif rule:
                found.append(rule)
    errors += _duplicates([*found, *resting])
    errors += unknown_names(settings, [*found, *resting], broken)
    if errors:
        raise errors[0] if len(errors) == 1 else ManyErrors(errors)
    cache.save()
    return Loaded(tuple(found), tuple(resting))


class _Cache:
    """The repository's store of proven rules; never believed where git tracks it."""

    def __init__(self, tree: Tree, *, trusted: bool) -> None:
        self._path: Path = tree.root / CACHE
        self._trusted = trusted
        self.store = Store.read(self._path, code_stamp()) if trusted else Store({})

    def save(self) -> None:
        """Write what changed; a cache that cannot be written is no failure."""
        from contextlib import suppress

        from gardener.repo.files import write_atomic

        if not self._trusted or not self.store.stale:
            return
        with suppress(OSError, GardenerError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            ignore = self._path.with_name(".gitignore")
            if not ignore.exists():
                write_atomic(ignore, b"*\n")
            write_atomic(self._path, self.store.text().encode())


def _restored(file: RuleFile, digest: str, stores: Sequence[Store]) -> Rule | None:
    found = (store.get(digest, path=file.path, pack=file.pack) for store in stores)
    return next((rule for rule in found if rule is not None), None)


def _read(file: RuleFile, digest: str, cache: _Cache, *, prove: bool) -> Rule | None:
    rule = prepared(file, prove=prove)
    if rule is None:
        return None
    rule = replace(rule, digest=digest)
    if prove or rule.body["form"] == "python":
        cache.store.put(digest, rule)
    return rule


def prepared(file: RuleFile, *, prove: bool) -> Rule | None:
    """The rule of a file, compiled and, as asked, proven; Python rules are only read. None when there is no rule.

    Raises RuleError or ManyErrors.
    """
    rule = read_rule(file)
    if rule is None or rule.body["form"] == "python":
        return rule
    try:
        return in_deep_stack(partial(_held, rule, file, prove=prove))
    except RecursionError:
        raise RuleError("nested too deeply", at=rule.place) from None


def _held(rule: Rule, file: RuleFile, *, prove: bool) -> Rule:
    rule = _compiled(rule, file)
    if prove:
        _prove(rule)
    return rule


def read_rule(file: RuleFile) -> Rule | None:
    """The rule of a file as it is written, neither compiled nor proven. Raises RuleError or ManyErrors."""
    from gardener.checking import pages, python_rules
    from gardener.repo.files import decode

    try:
        text = decode(file.data, cookie=file.name.endswith(".py")).text
    except ValueError as error:
        raise RuleError(f"the rule {error}", at=file.path) from None
    if file.radar:
        from gardener.checking.radar_rule import radar_rule

        return radar_rule(text, file.path)
    if file.name.endswith(".md"):
        return pages.read_page(text, file.path, pack=file.pack)
    return python_rules.read_module(text, file.path, pack=file.pack)


def _compiled(rule: Rule, file: RuleFile) -> Rule:
    """`rule` with the plan and the fixes of its matcher. Raises RuleError with the line of the key that is wrong."""
    from gardener.checking.compile import compile_rule

    try:
        made = compile_rule(rule)
    except RuleError as error:
        if error.at != rule.place or rule.body["form"] != "pattern":
            raise
        from gardener.checking.pages import pointed
        from gardener.repo.files import decode

        raise pointed(error, decode(file.data).text, file.path) from None
    return replace(rule, plan=made.plan, fixes=made.has_fix)


def _prove(rule: Rule) -> None:
    from gardener.checking.prove import prove

    problems = prove(rule)
    if problems:
        errors: list[GardenerError] = [RuleError(problem.message, at=problem.place) for problem in problems]
        raise errors[0] if len(errors) == 1 else ManyErrors(errors)


def _duplicates(rules: Iterable[Rule]) -> list[GardenerError]:
    from gardener.checking.suppressions import HYGIENE_RULES

    seen = {rule.id: rule for rule in HYGIENE_RULES}
    errors: list[GardenerError] = []
    for rule in rules:
        first = seen.setdefault(rule.id, rule)
        if first is not rule:
            errors.append(RuleError(f"rule `{rule.id}` exists already: {_origin(first)}", at=rule.place))
    return errors


def _origin(rule: Rule) -> str:
    return "it ships with gardener" if rule.pack == SHIPPED_PACK else f"see {rule.place}"
