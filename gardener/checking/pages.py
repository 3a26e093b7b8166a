"""Rule pages: Markdown that is documentation, tests and rule at once. All mistakes of a page are reported together."""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gardener.checking.compile import FAMILIES, entries_of, parameter_names
from gardener.checking.places import KeyPlaces
from gardener.core import family
from gardener.core.errors import GardenerError, ManyErrors, RuleError
from gardener.core.finding import SEVERITIES
from gardener.core.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gardener.core.rule import Example
    from gardener.documents.markdown import Fence, Outline

ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
STATES = ("shadow", "warn", "error")
_PATTERN_KEYS = (
    *("pattern", "any", "not", "inside", "outside", "contains", "where"),
    *("fix", "safety", "syntactic", "imports"),
)
_RULE_KEYS = ("severity", "belief", "state", "message", "paths", "exclude", "python", "default", "family")
KEYS = (*_RULE_KEYS, *_PATTERN_KEYS)


@dataclass(slots=True)
class _Page:
    """A page being read: its fence's keys, where they stand, and what is wrong so far."""

    path: str
    keys: Mapping[str, Any]
    places: KeyPlaces
    errors: list[GardenerError]

    def complain(self, key: str, reason: str, hint: str | None = None) -> None:
        self.errors.append(RuleError(reason, at=self.places.at(key), hint=hint))

    def text(self, key: str) -> str | None:
        value = self.keys.get(key)
        if value is not None and (not isinstance(value, str) or not value.strip()):
            self.complain(key, f"`{key}` must be a string that is not empty")
            return None
        return value

    def choice(self, key: str, choices: tuple[str, ...], default: str) -> Any:
        value = self.keys.get(key, default)
        if value not in choices:
            self.complain(key, f"`{key}` must be one of {', '.join(choices)}")
            return default
        return value

    def globs(self, key: str) -> tuple[str, ...]:
        from gardener.core.globs import problem

        value = self.keys.get(key, [])
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
            self.complain(key, f"`{key}` must be a list of globs")
            return ()
        for item in items:
            if wrong := problem(item):
                self.complain(key, wrong)
        return tuple(items)

    def flag(self, key: str, *, default: bool) -> bool:
        value = self.keys.get(key, default)
        if not isinstance(value, bool):
            self.complain(key, f"`{key}` must be true or false")
            return default
        return value


def read_page(text: str, path: str, *, pack: str = "rules") -> Rule:
    """The rule of a page, not compiled and not proven: `plan` is the widest, `fixes` false.

    Raises RuleError, or ManyErrors for several mistakes.
    """
    from gardener.documents.examples import read_examples
    from gardener.documents.markdown import outline

    shape = outline(text)
    fence = next((item for item in shape.fences if item.info.split() == ["toml", "gardener"]), None)
    if fence is None:
        raise RuleError("no `toml gardener` fence", at=path)
    page = _Page(path, _keys(fence, path), KeyPlaces(fence.code, path, fence.line + 1), [])
    examples = read_examples(shape.fences)
    _check_shape(page, shape, examples)
    rule = Rule(
        id=_id(page),
        title=next((heading.text for heading in shape.headings if heading.level == 1), ""),
        why=_why(text, shape),
        severity=page.choice("severity", SEVERITIES, "P2"),
        state=page.choice("state", STATES, "error"),
        belief=page.text("belief"),
        message=page.text("message"),
        paths=page.globs("paths"),
        exclude=page.globs("exclude"),
        python=_python(page),
        default=page.flag("default", default=True),
        pack=pack,
        place=f"{path}:{fence.line + 1}",
        examples=examples,
        body=_body(page),
    )
    _raise(page.errors)
    return rule


def pointed(error: RuleError, text: str, path: str) -> RuleError:
    """An error of compiling a page, moved to the line of the first key of its fence that the message names."""
    from gardener.documents.markdown import outline

    fence = next((item for item in outline(text).fences if item.info.split() == ["toml", "gardener"]), None)
    named = re.search(r"`([a-z]+)(?:[.`])", error.message)
    if fence is None or named is None or named[1] not in KEYS:
        return error
    place = KeyPlaces(fence.code, path, fence.line + 1).at(named[1])
    return RuleError(error.message, at=place, hint=error.hint)


def _raise(errors: list[GardenerError]) -> None:
    if errors:
        raise errors[0] if len(errors) == 1 else ManyErrors(errors)


def _keys(fence: Fence, path: str) -> Mapping[str, Any]:
    try:
        keys = tomllib.loads(fence.code)
        json.dumps(keys)
    except TypeError:
        raise RuleError(
            "dates and times mean nothing here: put them in quotes", at=f"{path}:{fence.line + 1}"
        ) from None
    except RecursionError:
        raise RuleError("nested too deeply", at=f"{path}:{fence.line + 1}") from None
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        line = fence.line + (int(found[1]) if found else 1)
        raise RuleError(f"not valid TOML: {str(error).lower()}", at=f"{path}:{line}") from None
    return keys


def _check_shape(page: _Page, shape: Outline, examples: tuple[Example, ...]) -> None:
    fences = [item for item in shape.fences if item.info.split() == ["toml", "gardener"]]
    if len(fences) > 1:
        page.errors.append(RuleError("a page holds one rule, and so one fence", at=f"{page.path}:{fences[1].line}"))
    if not any(heading.level == 1 for heading in shape.headings):
        page.errors.append(RuleError("the page has no title (`# …`)", at=f"{page.path}:1"))
    for kind in ("bad", "good"):
        if not any(example.kind == kind for example in examples):
            page.errors.append(RuleError(f"the page has no `{kind}` example", at=f"{page.path}:1"))


def _id(page: _Page) -> str:
    name = page.path.rpartition("/")[2].removesuffix(".md")
    if not ID.fullmatch(name):
        page.errors.append(RuleError(f"file name `{name}.md` is not kebab-case, so it names no rule", at=page.path))
    return name


def _why(text: str, shape: Outline) -> str:
    """The page's prose: everything but the title, the rule's fence and the examples."""
    lines = re.split(r"\r\n?|\n", text)
    dropped: set[int] = set()
    for fence in shape.fences:
        words = fence.info.split()
        if words == ["toml", "gardener"] or words[1:2] in (["bad"], ["good"]):
            dropped.update(range(fence.line, fence.end + 1))
    title = next((heading for heading in shape.headings if heading.level == 1), None)
    if title:
        dropped.update(range(title.line, title.end + 1))
    kept = "\n".join(line for number, line in enumerate(lines, 1) if number not in dropped)
    return re.sub(r"\n{3,}", "\n\n", kept).strip()


def _python(page: _Page) -> str | None:
    value = page.text("python")
    if value is not None:
        from packaging.specifiers import InvalidSpecifier, SpecifierSet

        try:
            SpecifierSet(value)
        except InvalidSpecifier:
            page.complain("python", f"`{value}` is no version specifier", hint='for example ">=3.12"')
    return value


def _body(page: _Page) -> Mapping[str, Any]:
    named = page.text("family")
    own = parameter_names(named) if named else ()
    matching = [key for key in ("pattern", "any") if key in page.keys and key not in own]
    if "family" in page.keys and matching:
        page.complain(matching[0], f"`family` and `{matching[0]}` exclude each other")
        return {}
    if "family" in page.keys:
        return _family_body(page, named) if named else {}
    if not matching:
        page.complain("", "the rule needs a `family`, a `pattern` or `any`")
    return _pattern_body(page)


def _pattern_body(page: _Page) -> Mapping[str, Any]:
    for key in page.keys:
        if key not in KEYS:
            _unknown(page, key, KEYS)
    return {"form": "pattern", **{key: value for key, value in page.keys.items() if key in _PATTERN_KEYS}}


def _family_body(page: _Page, named: str) -> Mapping[str, Any]:
    parameters = {key: value for key, value in page.keys.items() if key not in _RULE_KEYS}
    entries = parameters.get("entries")
    try:
        found = list(entries_of(named, parameters, page.text("message")))
    except RuleError as error:
        page.complain("entries", error.message)
        return {}
    for number, (member, values, said) in enumerate(found):
        _check_entry(page, member, values, said, None if entries is None else number)
    return {"form": "family", "family": named, "parameters": parameters}


def _check_entry(page: _Page, member: str, values: dict[str, Any], said: object, number: int | None) -> None:
    """Check one set of parameters; `number` is that of the entry that it comes from."""
    from gardener.checking.families._parameters import read_parameters

    if said is not None and not isinstance(said, str):
        page.complain("message", "`message` must be a string")
    try:
        kind = family.load(FAMILIES, member).PARAMETERS
    except KeyError:
        members = family.names(FAMILIES)
        near = difflib.get_close_matches(str(member), members, n=1)
        hint = f"did you mean `{near[0]}`?" if near else f"families: {', '.join(members)}"
        page.complain("family", f"there is no family `{member}`", hint)
        return
    at: Callable[[str], str] = lambda key: page.places.at(key, entry=number)  # noqa: E731 - two lines would hide it
    try:
        read_parameters(kind, values, at=at)
    except ManyErrors as errors:
        page.errors.extend(errors.errors)
    except RuleError as error:
        page.errors.append(error)


def _unknown(page: _Page, key: str, known: tuple[str, ...]) -> None:
    near = difflib.get_close_matches(key, known, n=1)
    hint = f"did you mean `{near[0]}`?" if near else None
    page.complain(key, f"unknown key `{key}`", hint)
