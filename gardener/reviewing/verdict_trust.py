"""Which verdicts count although the change under review could have written them itself.

A verdict that says nothing is wrong is easy to forge. It counts where it stood before the change, or carries a
signature made with the key in the environment; until then it is only claimed. The signature keeps out whoever has not
got the key, and nobody who has.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gardener.reviewing.settled import canonical
from gardener.reviewing.verdict_store import VerdictStore

if TYPE_CHECKING:
    from gardener.repo.trees import Tree
    from gardener.reviewing.settled import Settled

VARIABLE = "GARDENER_VERDICT_KEY"
_PURPOSE = b"gardener verdict 1\0"


@dataclass(frozen=True, slots=True)
class Trust:
    """Says of a record whether it may be relied on. `base` is the store before the change; None without a change.

    `added` are the records that the change brought, `notes` what is odd about them.
    """

    base: VerdictStore | None = None
    key: str = ""
    added: tuple[Settled, ...] = ()
    notes: tuple[str, ...] = ()

    def __call__(self, record: Settled) -> bool:
        """True for what stood before, is signed, or is a verified violation: nobody forges those to get through."""
        forgeable = record.verdict != "violation" or not record.verified
        return not forgeable or self.stood_before(record) or is_valid(record, self.key)

    def stood_before(self, record: Settled) -> bool:
        """True when the record, labels aside, was there before the change; always, where there is no change."""
        if self.base is None:
            return True
        made = record.ingredients
        wanted = canonical(record)
        return any(canonical(known) == wanted for known in self.base.about(made.clause_hash, made.unit_hash))

    def claimed(self, record: Settled) -> bool:
        """True for a verdict that nothing is wrong and that only the change itself vouches for."""
        return record.verdict != "violation" and not self(record)


def trust_of(store: VerdictStore, base: Tree | None, key: str) -> Trust:
    """The trust in the records of `store` where a change began at the tree `base`; `key` may be empty.

    Raises ConfigError when the store of the base cannot be read.
    """
    key = key.strip()
    if base is None:
        return Trust(key=key)
    before = VerdictStore.read(base)
    added = tuple(store.missing_from(before))
    wrong = sum(bool(record.sig) and not is_valid(record, key) for record in added) if key else 0
    return Trust(before, key, added, _notes(wrong))


def signed(record: Settled, key: str) -> Settled:
    """The record with a signature by `key`, which must not be empty."""
    if not key.strip():
        raise ValueError("an empty key signs nothing")
    return replace(record, sig=_signature(record, key))


def is_valid(record: Settled, key: str) -> bool:
    """True when the record carries a signature by `key`; never for an empty key."""
    if not (record.sig and key.strip()):
        return False
    given = record.sig.encode("utf-8", "surrogatepass")
    return hmac.compare_digest(given, _signature(record, key).encode())


def _signature(record: Settled, key: str) -> str:
    secret = key.strip().encode("utf-8", "surrogateescape")
    return hmac.new(secret, _PURPOSE + canonical(record), hashlib.sha256).hexdigest()


def _notes(wrong: int) -> tuple[str, ...]:
    if not wrong:
        return ()
    these = "1 new verdict carries a signature" if wrong == 1 else f"{wrong} new verdicts carry a signature"
    return (f"{these} that {VARIABLE} did not make: such a signature counts as none",)
