"""From a draft to a page that holds: examples for each condition, a fix where it does what people did."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from gardener.core.errors import GardenerError
from gardener.learning.induction.examples import enough, fixed, fixes_as_people_did, marked
from gardener.learning.induction.near_misses import near_misses
from gardener.learning.induction.page import Words, page_text, read_rule
from gardener.learning.induction.shapes import Draft, can_fix, drafted
from gardener.learning.induction.writing import Unwritable, code_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gardener.core.rule import Rule
    from gardener.learning.induction.examples import Shown
    from gardener.learning.induction.trial import Trial

MOST_EXAMPLES = 2
LONGEST_MESSAGE = 90


@dataclass(frozen=True, slots=True)
class Proven:
    """A page whose examples hold and need all its conditions, and the rule it is."""

    page: str
    rule: Rule


def prove_draft(draft: Draft, words: Words, trial: Trial) -> Proven | str:
    """The page of a draft; a str says what could not be shown."""
    reason = "no page can be written"
    for option in _options(draft):
        found = _prove(option, words, trial)
        if isinstance(found, Proven):
            return found
        reason = found
    return reason


def _options(draft: Draft) -> list[Draft]:
    """The draft with its fix, then without."""
    found: list[Draft] = []
    if draft.shape is not None and can_fix(draft.shape):
        fixing = drafted(draft.shape, fix=True)
        if fixing is not None and "fix" in fixing.body:
            found.append(fixing)
    if draft.family:
        parameters = dict(draft.body["parameters"])
        if parameters.keys() & {"value", "instead"}:
            found.append(draft)
            bare = {key: value for key, value in parameters.items() if key not in {"value", "instead"}}
            return [*found, replace(draft, body={**draft.body, "parameters": bare})]
    return [*found, draft]


def _prove(draft: Draft, words: Words, trial: Trial) -> Proven | str:
    body = dict(draft.body)
    message = None if draft.family else _message(draft, words)
    try:
        bare = read_rule(page_text(words, body, message, [("bad", "pass"), ("good", "pass")]), words.id)
    except GardenerError as error:
        return f"does not load: {error.message}"
    if bare.fixes and not fixes_as_people_did(bare, trial.pairs):
        return "its fix does not give what people made of the code"
    chosen = list(enough(bare, trial.pairs))
    if not chosen:
        return "no sample can be cut down to an example"
    return _settled(bare, body, message, words, chosen, trial)


def _settled(
    rule: Rule, body: dict[str, Any], message: str | None, words: Words, chosen: Sequence[Shown], trial: Trial
) -> Proven | str:
    """Add examples until every condition is needed by one, and drop those conditions that none can be found for."""
    from gardener.checking.mutate import survivors
    from gardener.checking.prove import prove

    pairs = _first_pairs(rule, chosen)
    for _ in range(6):
        page = page_text(words, body, message, _in_order(rule, pairs))
        try:
            rule = read_rule(page, words.id)
        except GardenerError as error:
            return f"does not load: {error.message}"
        problems = prove(rule)
        if problems:
            return f"its examples do not hold: {problems[0].message}"
        alive = survivors(rule)
        if not alive:
            return Proven(page, rule)
        added = near_misses(rule, alive, chosen, trial)
        pairs_now = _with_more(rule, pairs, added)
        if pairs_now == pairs:
            needless = _without(rule, alive[0], trial)
            if needless is None:
                return f"no example needs `{alive[0]}`"
            body = needless
        pairs = pairs_now
    return "no examples need all its conditions"


def _without(rule: Rule, condition: str, trial: Trial) -> dict[str, Any] | None:
    """The body without an exclusion that no sample needs; None when it needs another condition, or all of them."""
    from gardener.checking.mutate import mutants

    weaker = dict(mutants(rule)).get(condition)
    if weaker is None or not condition.startswith(("not:", "outside:")) or not trial.outcome(weaker.body).is_good:
        return None
    return dict(weaker.body)


def _first_pairs(rule: Rule, chosen: Sequence[Shown]) -> list[tuple[str | None, str | None]]:
    return [_pair(rule, item.bad, item.good) for item in chosen[:MOST_EXAMPLES]]


def _pair(rule: Rule, bad: str | None, good: str | None) -> tuple[str | None, str | None]:
    """A bad and a good example; of a rule that fixes, the good one is what the fix makes of the bad one."""
    if bad is None:
        return (None, good)
    return (bad, fixed(rule, bad) if rule.fixes else good)


def _with_more(
    rule: Rule, pairs: list[tuple[str | None, str | None]], added: Sequence[tuple[str | None, str | None]]
) -> list[tuple[str | None, str | None]]:
    """The examples and more of them; where each bad one has its good one, good code joins the last pair."""
    found = list(pairs)
    for bad, good in added:
        if bad is None and rule.fixes and found and good is not None:
            last_bad, _ = found[-1]
            joined = _joined(last_bad or "", good)
            if joined not in {last_bad, None} and good not in (last_bad or ""):
                found[-1] = (joined, fixed(rule, joined or ""))
            continue
        pair = _pair(rule, bad, good)
        if pair not in found:
            found.append(pair)
    return found


def _joined(first: str, second: str) -> str:
    """Two pieces of code as one, their imports together on top."""
    heads: list[str] = []
    bodies: list[str] = []
    for text in (first, second):
        lines = text.strip("\n").split("\n")
        own = [line for line in lines if line.startswith(("import ", "from "))]
        heads += [line for line in own if line not in heads]
        bodies.append("\n".join(line for line in lines if line not in own).strip("\n"))
    top = "\n".join(heads)
    wide = any(body.startswith(("def ", "class ", "async ", "@")) for body in bodies)
    gap = "\n\n\n" if wide else "\n\n"
    rest = (gap if wide else "\n").join(bodies)
    return f"{top}{gap}{rest}\n" if top else f"{rest}\n"


def _in_order(rule: Rule, pairs: Sequence[tuple[str | None, str | None]]) -> list[tuple[str, str]]:
    bad = [("bad", marked(rule, code)) for code, _ in pairs if code is not None]
    good = [("good", code) for _, code in pairs if code is not None]
    distinct = list(dict.fromkeys(good)) if not rule.fixes else good
    return [*bad, *distinct]


def _message(draft: Draft, words: Words) -> str:
    """What to do, where the code after can be written in the metavariables of the code before; else the title."""
    shape = draft.shape
    if shape is not None and shape.template is not None and draft.body.get("fix"):
        try:
            text = code_text(shape.template)
        except Unwritable:
            text = ""
        if text and "\n" not in text and len(text) <= LONGEST_MESSAGE:
            return f"write `{text}`"
    return _plain(words)


def _plain(words: Words) -> str:
    """The title as a message: in lower case, without a full stop."""
    title = " ".join(words.title.split()).rstrip(".").replace("$", "")
    first = title.partition(" ")[0]
    return title if first.isupper() and len(first) > 1 else title[:1].lower() + title[1:]
