"""The search for a rule: candidates, the gates each has to pass, and the page of the first that passes them all."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from gardener.core.errors import GardenerError
from gardener.core.feedback import Proof
from gardener.learning.induction.choosing import OutOfTime, Search
from gardener.learning.induction.examples import flagged_lines
from gardener.learning.induction.page import Words
from gardener.learning.induction.places import TooMany, hits_on
from gardener.learning.induction.proving import prove_draft
from gardener.learning.induction.records import Induced, Limits, NotInduced, Sample
from gardener.learning.induction.trial import Pair, Side, Trial, read_side

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gardener.core.rule import Rule
    from gardener.repo.trees import Tree

MOST_PAGES = 12


class Unproven(Exception):
    """A page's rule that does not do what its candidate did."""


def search(
    samples: Sequence[Sample],
    *,
    title: str,
    why: str,
    negatives: Sequence[str],
    repository: Mapping[str, str] | Tree | None,
    limits: Limits,
    belief: str | None,
) -> Induced | NotInduced:
    """See `gardener.learning.induce.induce`."""
    from gardener.checking.parsing import in_deep_stack

    work = partial(_search, samples, title, why, negatives, repository, limits, belief)
    try:
        return in_deep_stack(work)
    except (RecursionError, MemoryError):
        return NotInduced("nested too deeply to be generalised")


def _search(
    samples: Sequence[Sample],
    title: str,
    why: str,
    negatives: Sequence[str],
    repository: Mapping[str, str] | Tree | None,
    limits: Limits,
    belief: str | None,
) -> Induced | NotInduced:
    deadline = time.monotonic() + limits.seconds
    pairs, unread = read_pairs(samples, limits)
    if not pairs:
        return NotInduced(_joined("no sample can be read", unread))
    if not any(pair.after is not None for pair in pairs):
        return NotInduced("no sample says what the code became", tuple(unread))
    approved = [side for text in negatives if isinstance(side := read_side(text, "example.py", limits), Side)]
    trial = Trial(pairs, approved)
    found = Search(trial, limits, deadline)
    words = Words(title, why, belief, _provenance(pairs))
    try:
        return _first(found, words, repository, unread)
    except OutOfTime:
        return NotInduced(f"no rule was found in {limits.seconds:g} s", (*unread, *found.tried.items()))


def _first(
    found: Search, words: Words, repository: Mapping[str, str] | Tree | None, unread: Sequence[tuple[str, str]]
) -> Induced | NotInduced:
    """The first candidate that passes every gate."""
    held: str | None = None
    for number, (draft, stray) in enumerate(found.candidates()):
        if number == MOST_PAGES:
            break
        if held is None:
            held = _leave_one_out(found)
            if held:
                return NotInduced(held, (*unread, *found.tried.items()))
        proven = prove_draft(draft, words, found.trial)
        if isinstance(proven, str):
            found.tried[draft.said] = proven
            continue
        try:
            proof = proof_on(proven.rule, found.trial)
            places = hits_on(proven.rule, repository, found.limits)
        except (Unproven, TooMany, GardenerError) as error:
            found.tried[draft.said] = str(error)
            continue
        proof = replace(proof, hits=sum(map(len, places.values())))
        rule = proven.rule
        return Induced(proven.page, rule, draft.family, rule.fixes, draft.atoms, proof, round(stray, 4), places)
    return NotInduced(_why_none(found), (*unread, *found.tried.items()))


def proof_on(rule: Rule, trial: Trial) -> Proof:
    """What the rule of the page does with all samples when the engine runs it. Raises Unproven."""
    pairs = trial.pairs
    flagged = [bool(flagged_lines(rule, pair.before.code.text, pair.sample.path)) for pair in pairs]
    afters = [pair.after.code for pair in pairs if pair.after is not None]
    clean = [not flagged_lines(rule, code.text, code.path) for code in afters]
    if not all(flagged) or not all(clean):
        raise Unproven("does not hold on the samples when the engine runs it")
    return Proof(len(pairs), sum(flagged), len(afters), sum(clean), leave_one_out=len(pairs) > 2)


def read_pairs(samples: Sequence[Sample], limits: Limits) -> tuple[list[Pair], list[tuple[str, str]]]:
    """The samples that can be read, and why the others cannot."""
    pairs: list[Pair] = []
    unread: list[tuple[str, str]] = []
    for number, sample in enumerate(samples, 1):
        before = read_side(sample.before, sample.path, limits)
        after = None if sample.after is None else read_side(sample.after, sample.path, limits)
        if isinstance(before, str) or isinstance(after, str):
            said, reason = ("before", before) if isinstance(before, str) else ("after", after)
            unread.append((f"sample {number}", f"its code {said} {reason}"))
        elif sample.after == sample.before:
            unread.append((f"sample {number}", "nothing changed"))
        else:
            pairs.append(Pair(number - 1, sample, before, after))
    return pairs, unread


def _leave_one_out(found: Search) -> str | None:
    """Why the samples are not of one kind: the first of which a rule made without it does not hold.

    One sample may differ, and of many one in four.
    """
    pairs = found.trial.pairs
    if len(pairs) < 3:
        return None
    failed: list[str] = []
    for pair in pairs:
        rest = Trial([other for other in pairs if other is not pair], found.trial.negatives)
        inner = Search(rest, found.limits, found.deadline)
        best = next(inner.candidates(), None)
        if best is None:
            failed.append(f"without sample {pair.index + 1} no rule is found")
            continue
        outcome = Trial([pair], []).outcome(best[0].body)
        if not outcome.is_good:
            does = "misses it" if outcome.missed else "flags what it became"
            failed.append(f"without sample {pair.index + 1} the rule is `{best[0].said}`, which {does}")
    return failed[0] if len(failed) > max(1, len(pairs) // 4) else None


def _why_none(found: Search) -> str:
    if not found.tried:
        return "the samples have no change in common"
    said, reason = next(reversed(found.tried.items()))
    return f"no candidate passes; the last was `{said}`, which {reason}"


def _joined(reason: str, unread: Sequence[tuple[str, str]]) -> str:
    return "; ".join([reason, *(f"{said}: {why}" for said, why in unread[:3])])


def _provenance(pairs: Sequence[Pair]) -> str:
    count = len(pairs)
    return f"Learned from {count} change{'s' if count != 1 else ''} that followed a review comment."
