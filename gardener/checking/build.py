"""Proving the shipped pack when gardener itself is built, so that nobody's run has to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gardener.checking.load import SHIPPED_STORE, prepared
from gardener.checking.packs import SHIPPED, SHIPPED_PACK, folder_files
from gardener.checking.proven import Store, digest_of
from gardener.core.errors import GardenerError, ManyErrors

if TYPE_CHECKING:
    from pathlib import Path


def write_shipped_store(path: Path = SHIPPED_STORE) -> int:
    """Read, compile and prove every shipped rule, and write the store; returns how many there are.

    Raises RuleError, or ManyErrors, when a rule does not load or hold.
    """
    store = Store({})
    errors: list[GardenerError] = []
    count = 0
    for file in folder_files(SHIPPED, SHIPPED_PACK):
        if not file.may_hold_rule:
            continue
        digest = digest_of(file.data, file.name)
        try:
            rule = prepared(file, prove=True)
        except ManyErrors as many:
            errors.extend(many.errors)
        except GardenerError as error:
            errors.append(error)
        else:
            if rule is not None:
                store.put(digest, replace(rule, digest=digest))
                count += 1
    if errors:
        raise ManyErrors(errors)
    path.write_text(store.text(), encoding="utf-8")
    return count


if __name__ == "__main__":
    import sys

    try:
        sys.stdout.write(f"{write_shipped_store()} rules proven\n")
    except GardenerError as broken:
        sys.exit(str(broken))
