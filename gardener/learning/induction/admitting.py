"""A rule that somebody drafted, put before the gates that a learned one has to pass.

A sketch is data: of its keys only those count that say what code is meant. State, severity, files, belief and the
safety of a fix are none of its business, and a rule in Python cannot be said in it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from gardener.core.errors import GardenerError
from gardener.learning.induction.choosing import NAMED_ALLOWANCE
from gardener.learning.induction.examples import fixes_as_people_did, marked
from gardener.learning.induction.explaining import reason_of
from gardener.learning.induction.ordinary import expected
from gardener.learning.induction.page import Words, page_text, read_rule
from gardener.learning.induction.places import TooMany, hits_on
from gardener.learning.induction.records import Induced
from gardener.learning.induction.search import Unproven, proof_on, read_pairs
from gardener.learning.induction.shapes import Draft
from gardener.learning.induction.trial import Trial

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gardener.core.rule import Rule
    from gardener.learning.induction.records import Limits, Sample
    from gardener.learning.induction.trial import Outcome
    from gardener.repo.trees import Tree

# The page's other keys are for people, and a family's replacement is a fix that nobody looked at.
_NOT_SAID = frozenset(
    {"severity", "belief", "state", "message", "paths", "exclude", "python", "default", "safety", "entries", "value"}
    | {"instead", "form"}
)
_KEY = re.compile(r"[a-z]+(?:_[a-z]+)*")
_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]*")
_HOLE = re.compile(r"\$?\.\.\.\w*|\$\w+")
_ATOM = re.compile(r"[^\W\d]\w*|\d+|\"[^\"]*\"|'[^']*'|[!=<>]=|[-+*/%@&|^~<>]")
_LEAST_ATOMS = 2
_MOST_EXAMPLES = 8
_LONGEST_EXAMPLE = 2_000


@dataclass(frozen=True, slots=True)
class Sketch:
    """A rule in parts: `keys` are those of its fence, `bad` and `good` are its examples."""

    title: str
    why: str
    message: str
    keys: Mapping[str, Any]
    bad: tuple[str, ...]
    good: tuple[str, ...]


def admit(
    sketch: Sketch,
    samples: Sequence[Sample],
    *,
    repository: Tree | None,
    limits: Limits,
    belief: str | None,
    provenance: str,
) -> Induced | str:
    """The rule of a sketch, where it holds on everything; a str is the exact reason for which it does not.

    It loads, flags every before and no after, its examples hold and each of its conditions is needed by one, it insists
    on two names, operators or literals, and finds little in the repository. Nothing that it says makes this raise.
    """
    from gardener.checking.parsing import in_deep_stack

    words = Words(sketch.title, sketch.why, belief, provenance)
    try:
        return in_deep_stack(partial(_admitted, sketch, words, samples, repository, limits))
    except (GardenerError, Unproven, TooMany) as error:
        return str(error)
    except (RecursionError, MemoryError):
        return "it is nested too deeply"


def _admitted(
    sketch: Sketch, words: Words, samples: Sequence[Sample], repository: Tree | None, limits: Limits
) -> Induced | str:
    wrong = _unsayable(sketch)
    if wrong:
        return wrong
    pairs, unread = read_pairs(samples, limits)
    if not any(pair.after is not None for pair in pairs):
        return "; ".join(["no sample can be read", *(f"{said}: {why}" for said, why in unread[:3])])
    trial = Trial(pairs, [])
    page = page_text(words, _body(sketch.keys), sketch.message or None, [("bad", "pass"), ("good", "pass")])
    bare = read_rule(page, words.id)
    draft = Draft(bare.body, _atoms(bare))
    if draft.family is None and len(draft.atoms) < _LEAST_ATOMS:
        return f"it insists on {len(draft.atoms)} names, operators or literals, and has to on {_LEAST_ATOMS}"
    outcome = trial.outcome(bare.body)
    if not outcome.is_good:
        return reason_of(draft, outcome, trial) + _stopping(bare, outcome, trial)
    if bare.fixes and not fixes_as_people_did(bare, pairs):
        return "its fix does not give what people made of the code"
    stray = expected(draft)
    if stray > limits.stray_per_kloc * NAMED_ALLOWANCE:
        return f"is expected {stray:.2g} times in 1,000 lines of ordinary code"
    examples = [("bad", marked(bare, code)) for code in sketch.bad] + [("good", code) for code in sketch.good]
    page = page_text(words, _body(sketch.keys), sketch.message or None, examples)
    rule = read_rule(page, words.id)
    wrong = _unproven(rule)
    if wrong:
        return wrong
    # Whoever drafted it saw all samples: that it holds without one of them is not shown.
    proof = replace(proof_on(rule, trial), leave_one_out=False)
    places = hits_on(rule, repository, limits)
    proof = replace(proof, hits=sum(map(len, places.values())))
    return Induced(page, rule, draft.family, rule.fixes, draft.atoms, proof, round(stray, 4), places)


def _unproven(rule: Rule) -> str:
    """Why the examples do not show the rule; empty when they do."""
    from gardener.checking.mutate import survivors
    from gardener.checking.prove import prove

    if rule.state != "shadow":
        return "a rule begins in state shadow"
    problems = prove(rule)
    if problems:
        return f"its examples do not hold: {problems[0].message}"
    alive = survivors(rule)
    return f"no example needs `{alive[0]}`: leave it out, or add a good example that only it spares" if alive else ""


def _unsayable(sketch: Sketch) -> str:
    """What a sketch says that it may not say; empty when there is nothing."""
    for key, value in sketch.keys.items():
        if key in _NOT_SAID:
            return f"`{key}` is not for a draft to say"
        if not _KEY.fullmatch(key):
            return "a key is no word in lower case"
        if key == "where" and not _is_where(value):
            return '`where` is written `where.NAME.check = "…"`'
    examples = [*sketch.bad, *sketch.good]
    if not sketch.bad or not sketch.good:
        return "it needs a bad and a good example"
    if len(examples) > _MOST_EXAMPLES or any(len(code) > _LONGEST_EXAMPLE for code in examples):
        return f"at most {_MOST_EXAMPLES} examples of at most {_LONGEST_EXAMPLE} characters fit on a page"
    if any("gardener:" in code for code in examples):
        return "an example must not allow anything"
    return ""


def _is_where(value: object) -> bool:
    return isinstance(value, dict) and all(
        _VARIABLE.fullmatch(name) and isinstance(entry, dict) and all(map(_KEY.fullmatch, entry))
        for name, entry in value.items()
    )


def _body(keys: Mapping[str, Any]) -> dict[str, Any]:
    if "family" not in keys:
        return {"form": "pattern", **keys}
    parameters = {key: value for key, value in keys.items() if key != "family"}
    return {"form": "family", "family": keys["family"], "parameters": parameters}


def _atoms(rule: Rule) -> tuple[str, ...]:
    """What a pattern spells out; of several alternatives the one that says least."""
    choices = rule.body.get("any") or [rule.body.get("pattern", "")]
    found = [tuple(dict.fromkeys(_ATOM.findall(_HOLE.sub(" ", str(choice))))) for choice in choices]
    return min(found, key=len) if rule.body["form"] == "pattern" else (str(rule.body["family"]),)


def _stopping(rule: Rule, outcome: Outcome, trial: Trial) -> str:
    """The condition without which the first sample that is missed would be flagged."""
    from gardener.checking.mutate import mutants

    missed = [pair for pair in trial.pairs if pair.index in outcome.missed[:1]]
    for said, weaker in mutants(rule) if missed else ():
        if not Trial(missed, []).outcome(weaker.body).missed:
            return f"; without its `{said}` it would"
    return ""
