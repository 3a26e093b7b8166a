"""The beliefs and the rule that a repository begins with: chosen by what its files show, written for its folders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gardener.gardening.adoption.catalogue import ASIDES, PAGES, SEEDS, Seed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from gardener.gardening.adoption.survey import Survey

    Evidence = Mapping[str, Sequence[str]]
    Holds = Callable[[str, str, tuple[str, ...]], bool]

MOST = 3
_HEAD = """\
# Core beliefs

What this team holds to be right, and what keeps it. Each belief names what enforces it: a rule, ruff, a test, a job, a
review, or a human with a reason. `gardener beliefs list` shows whether that holds.
"""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The seeds for a repository, and the example rule among them; None where `rules/` is there already."""

    seeds: tuple[Seed, ...]
    page: str | None


def choose(evidence: Evidence, *, with_rule: bool) -> Chosen:
    """At most three seeds in the order of the catalogue: one with an example rule (unless `with_rule` is false).

    What fits comes first; where too little does, the last of the catalogue fill up.
    """
    fitting = [seed for seed in SEEDS if _fits(seed, evidence)]
    paged = next((seed for seed in fitting if seed.page), SEEDS[-1]) if with_rule else None
    plain = [seed for seed in (*fitting, *reversed(SEEDS)) if not seed.page]
    wanted = list(dict.fromkeys(plain))[: MOST - (paged is not None)]
    seeds = [seed for seed in SEEDS if seed in wanted or seed is paged]
    return Chosen(tuple(seeds), paged.page if paged else None)


def _fits(seed: Seed, evidence: Evidence) -> bool:
    shown = len(evidence.get(seed.topic, ()))
    return shown > 0 and (not seed.unlike or shown > len(evidence.get(seed.unlike, ())))


def beliefs_text(seeds: Sequence[Seed], found: Survey, holds: Holds) -> str:
    """A core-beliefs.md with these seeds. `holds` says whether a (kind, name) holds for a scope."""
    return "\n".join([_HEAD, *(_belief(seed, found, holds) for seed in seeds)])


def _belief(seed: Seed, found: Survey, holds: Holds) -> str:
    scope = scope_of(seed, found)
    kept_by = [by for by in seed.kept_by if by[1] == seed.page or holds(*by, scope)] or [("review", "")]
    named = "; ".join(f"{kind} `{name}`" if name else kind for kind, name in kept_by)
    lines = [
        f"## {seed.title}\n\n{seed.says}\n",
        *([f"- **Scope:** {', '.join(f'`{glob}`' for glob in scope)}"] if scope else []),
        f"- **Severity:** {seed.severity}",
        f"- **Enforced by:** {named}",
        "- **Status:** active",
        f"\n**Why.** {seed.why}\n",
    ]
    examples = [f"```python {kind}\n{code}```\n" for kind, code in (("bad", seed.bad), ("good", seed.good)) if code]
    return "\n".join([*lines, *examples])


def scope_of(seed: Seed, found: Survey) -> tuple[str, ...]:
    """The globs that a belief is about; none means everywhere."""
    if seed.about == "documents":
        return ("*.md",)
    return found.tests if seed.about == "tests" else found.code


def page_text(name: str, found: Survey, *, belief: str | None) -> str:
    """The example rule, for the product's folders, serving `belief` (an id) where that is given."""
    import json

    paths = f"paths = {json.dumps(list(found.code), ensure_ascii=False)}\n" if found.code else ""
    text = PAGES[name].replace("{paths}", paths).replace("{aside}", ASIDES[name] if paths else "")
    return text.replace("{belief}", f'belief = "{belief}"\n' if belief else "")


def slug_of(seed: Seed) -> str:
    """The id of a seed's belief."""
    from gardener.documents.slugs import github_slug

    return github_slug(seed.title)
