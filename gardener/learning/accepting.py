"""What people decide about rules: accepting one makes it count, rejecting one keeps it from coming back.

Accepting changes the state on the rule's page, names the rule in the belief it serves, lets what it finds today pass by
the baseline, so that it can be an error from the first day, and puts the decision on record.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from gardener.core.belief import EnforcedBy
from gardener.core.edits import apply_edits
from gardener.core.errors import ConfigError, DocumentError, GardenerError, RepoError
from gardener.core.finding import Edit
from gardener.learning.drafting import held, theme_of_page
from gardener.learning.rule_ledger import PATH, Event, read_events, with_event
from gardener.repo.files import decode, encode, write_atomic

if TYPE_CHECKING:
    from pathlib import Path

    from gardener.core.rule import Rule
    from gardener.repo.files import Decoded
    from gardener.repo.trees import WorkingTree

Enforced = Literal["warn", "error"]

_COMMENTS = re.compile(r"^Learned from (\d+) comments?\b", re.MULTILINE)
_THEME = re.compile(r"T[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided, and notes on each file that was or could not be changed."""

    event: Event
    notes: tuple[str, ...] = ()


def accept(root: Path, name: str, state: Enforced, *, today: str) -> Decided:
    """Let the rule `name` of `rules/` count as `state`.

    Nothing is written unless the page holds. Raises ConfigError for a rule that is no page of this repository or has
    that state, RuleError for a page that does not hold, RepoError when a file cannot be written.
    """
    from gardener.repo.trees import WorkingTree

    tree = WorkingTree(root)
    events = read_events(tree)
    path, decoded = _page(tree, name)
    page = decoded.text
    rule = _loaded(page, name)
    if rule.state == state and any(event.rule == name and event.after == state for event in events):
        raise ConfigError(f"`{name}` is in state {state} already")
    text = with_state(page, state)
    if _loaded(text, name).state != state:
        raise ConfigError("its `state` cannot be changed", at=path, hint=f'write state = "{state}" into its fence')
    belief, belief_note = _belief(tree, rule)
    _write(root, path, encode(text, decoded))
    try:
        baseline_note = _baseline(root, name)
    except GardenerError:
        _write(root, path, encode(page, decoded))
        raise
    for changed, content in belief.items():
        _write(root, changed, content)
    event = Event(today, "accepted", name, theme_of_page(page), rule.state, state, "", _comments(page), _digest(text))
    _record(root, tree, event)
    return Decided(event, tuple(note for note in (path, belief_note, baseline_note, PATH) if note))


def reject(root: Path, name: str, reason: str, *, today: str) -> Decided:
    """Remove the page of the rule `name` and keep its theme from being proposed again; `name` may be a theme's id.

    It comes back only with twice the evidence. Raises ConfigError for a rule that is no page of this repository, or
    without a reason, RepoError when a file cannot be changed.
    """
    from gardener.repo.trees import WorkingTree

    words = " ".join(reason.split())
    if not words:
        raise ConfigError("a reason is needed", hint="say why: --reason TEXT")
    tree = WorkingTree(root)
    read_events(tree)
    if _THEME.fullmatch(name):
        event = Event(today, "rejected", "", name, reason=words)
        _record(root, tree, event)
        return Decided(event, (PATH,))
    path, decoded = _page(tree, name)
    page = decoded.text
    rule = held(page, name)
    before = rule.state if not isinstance(rule, str) else None
    event = Event(today, "rejected", name, theme_of_page(page), before, None, words, _comments(page), _digest(page))
    _record(root, tree, event)
    try:
        (root / path).unlink()
    except OSError as error:
        raise RepoError(f"cannot be removed: {error.strerror or error}", at=path) from error
    notes = [f"{path} is removed", PATH]
    if not isinstance(rule, str) and rule.belief is not None and rule.state != "shadow":
        notes.append(f"`Enforced by` of the belief `{rule.belief}` may still name it")
    return Decided(event, tuple(notes))


def with_state(page: str, state: str) -> str:
    """The page with another `state` in its fence, and every other line as it is."""
    from gardener.core.lines import LineIndex
    from gardener.documents.markdown import outline

    fence = next((item for item in outline(page).fences if item.info.split() == ["toml", "gardener"]), None)
    if fence is None:
        return page
    lines = LineIndex.of(page)
    for number in range(fence.line + 1, fence.end):
        match = re.match(r'(\s*state\s*=\s*)("[^"]*"|\'[^\']*\')', lines.line(number))
        if match:
            start = lines.offset(number, 1)
            return apply_edits(page, [Edit(start + match.start(2), start + match.end(2), f'"{state}"')])
    start = lines.offset(fence.line + 1, 1)
    return apply_edits(page, [Edit(start, start, f'state = "{state}"\n')])


def _page(tree: WorkingTree, name: str) -> tuple[str, Decoded]:
    from gardener.checking.pages import ID

    path = f"rules/{name}.md"
    if not ID.fullmatch(name) or path not in tree.paths():
        hint = "`gardener rules list` shows all rules; those of this repository are pages in rules/"
        raise ConfigError(f"`{name}` is no rule page of this repository", hint=hint)
    try:
        return path, decode(tree.read(path), cookie=False)
    except (OSError, ValueError) as error:
        raise ConfigError(f"cannot be read: {error}", at=path) from None


def _loaded(page: str, name: str) -> Rule:
    rule = held(page, name)
    if isinstance(rule, str):
        raise ConfigError(f"`{name}` does not hold: {rule}", hint=f"gardener rules test {name}")
    return rule


def _belief(tree: WorkingTree, rule: Rule) -> tuple[dict[str, bytes], str]:
    """The new beliefs, by their path, and what to say about it."""
    from gardener.documents.enforcement_writing import add_enforcer
    from gardener.documents.places import find_core_beliefs
    from gardener.repo.settings import read_settings

    if rule.belief is None:
        return {}, "it names no belief: add `belief` to its page, and the rule to the belief's `Enforced by`"
    path = find_core_beliefs(tree.paths(), read_settings(tree))
    by_hand = f"add rule `{rule.id}` to `Enforced by` of the belief `{rule.belief}` by hand"
    if path is None:
        return {}, f"there are no core beliefs; {by_hand}"
    try:
        decoded = decode(tree.read(path), cookie=False)
        edit = add_enforcer(decoded.text, path, rule.belief, EnforcedBy("rule", rule.id))
    except (OSError, ValueError, DocumentError) as error:
        return {}, f"{path}: {error}; {by_hand}"
    if edit is None:
        return {}, f"{path}: {by_hand}"
    if not edit.text:
        return {}, f"{path} names it already"
    return {
        path: encode(apply_edits(decoded.text, [edit]), decoded)
    }, f"{path}: `Enforced by` of `{rule.belief}` names it"


def _baseline(root: Path, name: str) -> str:
    """Let what the rule finds today pass, and say how much that is."""
    from gardener.checking.check import check
    from gardener.checking.request import CheckRequest

    report = check(CheckRequest(root=root, select=(name,), write_baseline=True))
    known = sum(one.suppressed is not None and one.suppressed.by == "baseline" for one in report.findings)
    if not known:
        return "it finds nothing today"
    return f".gardener/baseline.jsonl: {known} place{'' if known == 1 else 's'} it finds today may stay until touched"


def _record(root: Path, tree: WorkingTree, event: Event) -> None:
    try:
        text = tree.read(PATH).decode("utf-8-sig")
    except OSError:
        text = ""
    _write(root, PATH, with_event(text, event).encode("utf-8", "backslashreplace"))


def _write(root: Path, path: str, data: bytes) -> None:
    try:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        write_atomic(root / path, data, root=root)
    except (OSError, ValueError) as error:
        raise RepoError(f"cannot be written: {error}", at=path) from error


def _comments(page: str) -> int:
    match = _COMMENTS.search(page)
    return int(match[1]) if match else 0


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:32]
