"""A rule out of examples: what the code before has, and the code after lacks, said as a rule page.

Nothing here asks a model, reads a clock into its results or runs the code it looks at: the same samples give the same
page, byte for byte.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gardener.learning.induction.records import Induced, Limits, NotInduced, Sample

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gardener.repo.trees import Tree

__all__ = ["Induced", "Limits", "NotInduced", "Sample", "induce"]
DEFAULT = Limits()


def induce(
    samples: Sequence[Sample],
    *,
    title: str,
    why: str,
    negatives: Sequence[str] = (),
    repository: Mapping[str, str] | Tree | None = None,
    limits: Limits = DEFAULT,
    belief: str | None = None,
) -> Induced | NotInduced:
    """The most general rule that flags what each sample was before, and nothing of what it became.

    `negatives` is code that was reviewed and approved; `repository` is the code that the rule is to live with. Whatever
    the texts hold, this does not raise for it.
    """
    from gardener.learning.induction.search import search

    return search(
        samples, title=title, why=why, negatives=negatives, repository=repository, limits=limits, belief=belief
    )
