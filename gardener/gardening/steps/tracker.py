"""Keep the block of grades in the tech tracker up to date; what stands outside of its markers is not ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gardener.core.errors import DocumentError, RepoError
from gardener.gardening.night import Said

if TYPE_CHECKING:
    from gardener.gardening.night import Tended

NEEDS = ("graded",)
_MARKERS = "`<!-- gardener:grades -->` and `<!-- /gardener:grades -->`"


def run(tended: Tended) -> tuple[Tended, Said]:
    """Write the matrix between the markers where it says something else."""
    from gardener.documents.places import find_tech_tracker
    from gardener.gardening.grades.matrix import matrix, row_ids, with_matrix
    from gardener.repo.files import decode, encode, write_atomic
    from gardener.repo.trees import WorkingTree

    found = tended.graded
    tree = WorkingTree(tended.request.root)
    path = find_tech_tracker(tree.paths(), tended.settings)
    if path is None or found is None:
        return tended, Said("this repository has no tech tracker", "skipped")
    if tended.failed:
        return tended, Said(f"{path} is left as it is: {' and '.join(tended.failed)} failed", "skipped")
    try:
        decoded = decode(tree.read(path), cookie=False)
        table = matrix(found.scores, found.series, row_ids(found.parts))
        text = with_matrix(decoded.text, table)
        if text is None:
            return tended, Said(f"{path} has no markers for grades: write {_MARKERS}", "skipped")
        if text == decoded.text:
            return tended, Said(f"{path} is up to date")
        if not tended.request.apply:
            return tended, Said(f"the grades in {path} would change", "planned")
        write_atomic(tree.root / path, encode(text, decoded), root=tree.root)
    except ValueError as error:
        raise DocumentError(f"cannot be read: {error}", at=path) from None
    except OSError as error:
        raise RepoError(f"cannot be written: {error.strerror or error}", at=path) from None
    return tended, Said(f"the grades in {path} were brought up to date", changes=(f"wrote grades to {path}",))
