"""A belief: what asks for something in many places, and no rule can decide. Review keeps it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gardener.core.belief import Belief, Clause, EnforcedBy
from gardener.core.feedback import Proposal
from gardener.core.rule import Example
from gardener.documents.belief_titles import slug_of
from gardener.documents.belief_writing import belief_source
from gardener.documents.escaping import inert
from gardener.documents.normative import first_sentence, is_normative
from gardener.learning.belief_match import belief_for
from gardener.learning.drafting import common_folder
from gardener.learning.smell_names import title_of_rule
from gardener.learning.words import stems

if TYPE_CHECKING:
    from gardener.core.feedback import Theme
    from gardener.learning.case import Case

# A belief is written for all times: what a third of the comments ask for is asked for.
_LEAST_ASKING = 1 / 3
_LEAST_WORDS = 2
_LONGEST_EXAMPLE = 15
_LONGEST_TITLE = 120
_STRONG = re.compile(r"\b(?:must|never|always|only|every|no)\b", re.IGNORECASE)
_LINK = re.compile(r"https?://[\w.~:/?#@!$&'*+,;=%-]{1,300}")


def attempt(case: Case) -> Proposal | str:
    """A section for core-beliefs.md; where a belief says it already, that one."""
    known = belief_for(case.theme, case.ground.beliefs)
    if known is not None:
        reason = f"the belief `{known.id}` says so already, and review keeps it: an example there would sharpen it"
        return Proposal(case.theme, "belief", known.id, reason=reason)
    texts = [each.text for each in case.theme.evidence]
    if len(set(stems(texts[0]))) < _LEAST_WORDS:
        return "too little is said to write it down"
    asking = sum(is_normative(title_of_rule(text)) for text in texts)
    if asking < len(texts) * _LEAST_ASKING:
        return f"it tells and does not ask: {asking} of {len(texts)} comments say what is to be done"
    if len(case.paths) == 1:
        return f"all of it is about `{case.paths[0]}`: that is work to do once"
    belief = _belief(case)
    return Proposal(
        case.theme,
        "belief",
        belief.id,
        reason=f"{asking} of {len(texts)} comments ask for it, and no rule decides it: review keeps it",
        draft=belief_source(belief),
    )


def _belief(case: Case) -> Belief:
    clause = inert(_wording(case.theme), 500)
    title = title_of_rule(first_sentence(clause)[:_LONGEST_TITLE])
    name = slug_of(title)
    folder = common_folder(case.paths)
    return Belief(
        id=name,
        title=title,
        path="",
        line=1,
        end=1,
        clauses=(Clause(f"{name}.1", clause, 1),),
        scope=(f"{folder}**/*.py",) if folder else ("**/*.py",),
        enforced_by=(EnforcedBy("review"),),
        status="proposed",
        evidence=" ".join(_links(case.theme)),
        examples=_examples(case),
    )


def _wording(theme: Theme) -> str:
    """The shortest comment that says what must always or never be, else the most typical one."""
    texts = [each.text for each in theme.evidence if each.feedback.author_kind == "human"]
    strong = [text for text in texts if _STRONG.search(text) and len(set(stems(text))) >= _LEAST_WORDS]
    return min(strong, key=len) if strong else texts[0]


def _links(theme: Theme) -> list[str]:
    found = dict.fromkeys(each.feedback.url for each in theme.evidence if _LINK.fullmatch(each.feedback.url))
    return [f"<{link}>" for link in list(found)[:5]]


def _examples(case: Case) -> tuple[Example, ...]:
    """The shortest pair that fits on a page."""
    pairs = [(each.before, each.after) for each in case.theme.evidence if each.before and each.after]
    fitting = [pair for pair in pairs if all(text.count("\n") < _LONGEST_EXAMPLE for text in pair)]
    if not fitting:
        return ()
    before, after = min(fitting, key=lambda pair: (len(pair[0]) + len(pair[1]), pair))
    return Example("bad", before), Example("good", after)
