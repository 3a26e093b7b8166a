"""The search for a rule: candidates, the gates each has to pass, and the page of the first that passes them all."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from gardener.core.feedback import Proof
from gardener.learning.induction.reading import Code, read
from gardener.learning.induction.records import Induced, Limits, NotInduced, Sample

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gardener.repo.trees import Tree


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
    from gardener.checking.compile import compile_rule
    from gardener.checking.engine import examine_rule
    from gardener.checking.pages import read_page

    gone: list[set[str]] = []
    for sample in samples:
        sides = [read(text, sample.path) for text in (sample.before, sample.after or "")]
        if not all(isinstance(side, Code) for side in sides):
            return NotInduced("a sample does not parse")
        before, after = (_calls(side) for side in sides if isinstance(side, Code))
        gone.append(before - after)
    shared = sorted(set.intersection(*gone)) if gone else []
    if not shared:
        return NotInduced("no call is made before and no longer made after in every sample")
    bad, good = samples[0].before, samples[0].after or ""
    page = (
        f'# {title}\n\n```toml gardener\nfamily = "forbidden-call"\ncalls = ["{shared[0]}"]\nstate = "shadow"\n```\n\n'
        f"{why}\n\n```python bad\n{bad.rstrip()}\n```\n\n```python good\n{good.rstrip()}\n```\n"
    )
    rule = read_page(page, "rules/learned.md")
    compile_rule(rule)
    flagged = sum(bool(examine_rule(rule, sample.before)) for sample in samples)
    clean = sum(not examine_rule(rule, sample.after) for sample in samples if sample.after)
    return Induced(page, rule, "forbidden-call", False, (shared[0],), Proof(len(samples), flagged, len(samples), clean))


def _calls(code: Code) -> set[str]:
    calls = [node.func for node in ast.walk(code.tree) if isinstance(node, ast.Call)]
    return {name for call in calls for name, certainty in code.names_of(call)[:1] if certainty == "certain"}
