"""From the code of a theme to a rule page: induction, then a name, the belief it serves, and where it came from."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gardener.core.errors import GardenerError
from gardener.documents.escaping import inert
from gardener.learning.belief_match import belief_for
from gardener.learning.differential import counted
from gardener.learning.induce import Induced, Limits, NotInduced, Sample, induce
from gardener.learning.proof import hits_of_all
from gardener.learning.recurrence import support
from gardener.learning.smell_names import rule_name, title_of_rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gardener.core.feedback import Proof, Theme
    from gardener.core.rule import Rule
    from gardener.learning.ground import Ground
    from gardener.learning.specimens import Specimen
    from gardener.repo.trees import Tree

# A search that takes longer is given up; the bound is far above what one takes, so that a busy machine changes nothing.
_SECONDS = 30.0
_ANY = 1_000_000
# More samples teach little, and each of them is left out once.
_MOST_SAMPLES = 12
_LONGEST_WHY = 500
_MOST_LINKS = 5
_LINK = re.compile(r"https?://[\w.~:/?#@!$&'*+,;=%-]{1,300}")
_THEME = re.compile(r"\btheme `(T[0-9a-f]{8})`")
_FENCE = re.compile(r"^(`{3,}toml gardener\n(?:#[^\n]*\n)?)", re.MULTILINE)
_EXAMPLE = re.compile(r"^(`{3,}python (?:bad|good))$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Draft:
    """A page that holds, as `rules/<id>.md` would have it, and what it was shown to do."""

    page: str
    rule: Rule
    family: str | None
    fixes: bool
    atoms: tuple[str, ...]
    proof: Proof
    places: Mapping[str, tuple[int, ...]]
    tried: tuple[tuple[str, str], ...] = ()


def drafts(asked: Sequence[tuple[Theme, Sequence[Specimen]]], ground: Ground) -> list[Draft | NotInduced]:
    """For each theme the page of the rule that tells its specimens apart.

    All rules look for their hits in one walk through the repository; one that finds too much gives way to the next
    candidate, and at last to one for the folder of its specimens alone.
    """
    first = [_induced(theme, specimens, ground, None) for theme, specimens in asked]
    places = iter(hits_of_all([found.rule for found in first if isinstance(found, Induced)], ground))
    made: list[Draft | NotInduced] = []
    for (theme, specimens), found in zip(asked, first, strict=True):
        if isinstance(found, NotInduced):
            made.append(found)
            continue
        hits = next(places)
        if _is_too_much(counted(hits), ground):
            made.append(_among_hits(theme, specimens, ground))
        else:
            proof = replace(found.proof, hits=counted(hits))
            made.append(finished(replace(found, places=hits, proof=proof), theme, ground, ""))
    return made


def _is_too_much(hits: int, ground: Ground) -> bool:
    if ground.most_hits is None or hits <= ground.most_hits:
        return False
    return hits * 1000 > Limits().hits_per_kloc * ground.lines


def _among_hits(theme: Theme, specimens: Sequence[Specimen], ground: Ground) -> Draft | NotInduced:
    """The most general rule that finds little in the repository; where all find too much, one for their folder."""
    from gardener.repo.narrowed import NarrowedTree

    found = _induced(theme, specimens, ground, ground.code)
    if isinstance(found, Induced):
        return finished(found, theme, ground, "")
    folder = common_folder(each.path for each in specimens)
    if folder and any("places in the repository" in reason for _, reason in found.tried):
        inside = NarrowedTree(ground.tree, (path for path in ground.python if path.startswith(folder)))
        scoped = _induced(theme, specimens, ground, inside)
        if isinstance(scoped, Induced):
            return finished(scoped, theme, ground, folder)
    return found


def common_folder(paths: Iterable[str]) -> str:
    """The folder in which all paths lie, with its slash; empty for the root."""
    parts = [path.split("/")[:-1] for path in paths]
    shared: list[str] = []
    for column in zip(*parts, strict=False):
        if len(set(column)) > 1:
            break
        shared.append(column[0])
    return "/".join(shared) + "/" if shared else ""


def theme_of_page(page: str) -> str:
    """The theme from which a page was learned; empty for one that people wrote."""
    match = _THEME.search(page)
    return match[1] if match else ""


def samples_of(specimens: Sequence[Specimen]) -> list[Sample]:
    """What a rule is learned from: the code of which it is known what it became."""
    known = [each for each in specimens if each.after is not None]
    return [Sample(each.before, each.after, each.path, each.about) for each in known[:_MOST_SAMPLES]]


def limits_for(ground: Ground) -> Limits:
    """How much a rule may find there, and how long it may be searched for."""
    return Limits(seconds=_SECONDS, hits=_ANY if ground.most_hits is None else ground.most_hits)


def _induced(theme: Theme, specimens: Sequence[Specimen], ground: Ground, tree: Tree | None) -> Induced | NotInduced:
    samples = samples_of(specimens)
    if not samples:
        return NotInduced("nobody knows what the code became")
    belief = belief_for(theme, ground.beliefs)
    return induce(
        samples,
        title=title_of_rule(theme.title),
        why=inert(theme.evidence[0].text, _LONGEST_WHY) or theme.title,
        repository=tree,
        limits=limits_for(ground),
        belief=belief.id if belief else None,
    )


def finished(found: Induced, theme: Theme, ground: Ground, folder: str) -> Draft | NotInduced:
    """The page of a rule with its name and where it came from; `folder` is its scope, empty for everywhere."""
    taken = {rule.id for rule in ground.rules} | {
        path.rpartition("/")[2].removesuffix(".md") for path in _pages(ground)
    }
    name = rule_name(found.rule, theme.title, taken | ground.named)
    ground.named.add(name)
    page = f"{_scoped(found.page, folder).rstrip()}\n\n{provenance(theme)}\n"
    rule = held(page, name)
    if isinstance(rule, str):
        return NotInduced(f"the page does not hold: {rule}")
    rule = replace(rule, fixes=found.fixes)
    return Draft(page, rule, found.family, found.fixes, found.atoms, found.proof, found.places)


def _pages(ground: Ground) -> list[str]:
    return [path for path in ground.tree.paths() if path.startswith("rules/")]


def held(page: str, name: str) -> Rule | str:
    """The rule of a page whose examples all hold; a str says what is wrong with it."""
    from gardener.checking.load import prepared
    from gardener.checking.packs import OWN_PACK, RuleFile

    try:
        rule = prepared(RuleFile(f"rules/{name}.md", page.encode(), OWN_PACK, trusted=False), prove=True)
    except GardenerError as error:
        return str(error)
    return rule if rule is not None else "it holds no rule"


def _scoped(page: str, folder: str) -> str:
    """The page with the folder as its scope; its examples then stand for files in there."""
    if not folder:
        return page
    page = _FENCE.sub(lambda match: f"{match[1]}paths = [{json.dumps(folder + '**')}]\n", page, count=1)
    return _EXAMPLE.sub(lambda match: f"{match[1]} path={folder}example.py", page)


def provenance(theme: Theme) -> str:
    """Where a rule came from: how often, by how many, and links to some of what was said."""
    found = support(theme.evidence)
    comments, pulls = _counted(found.comments, "comment"), _counted(found.pulls, "pull request")
    links = dict.fromkeys(each.feedback.url for each in theme.evidence if _LINK.fullmatch(each.feedback.url))
    shown = "".join(f"\n- <{link}>" for link in list(links)[:_MOST_LINKS])
    return f"Learned from {comments} in {pulls} (theme `{theme.id}`){':' if shown else '.'}\n{shown}".rstrip()


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
