"""A verdict that stands, and everything it depends on: the record of the verdict store, one JSON object a line.

The key of a record says what was judged: the clause and its examples, the unit's canonical text, the context shown, the
files the refuter read, and who judged how. Where the code stands is a label and no part of the key, so that moving it
costs nothing; nor is the severity, so that grading a clause anew costs nothing either.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from gardener.core.review import ANSWERS, Answer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gardener.core.review import Criterion, Pair
    from gardener.core.rule import Example

Reads = tuple[tuple[str, str], ...]

_DIGITS = 32
_TEXTS = ("clause", "path", "unit", "clause_hash", "unit_hash", "context_hash", "prompt", "sampling", "date")
_OPTIONAL = ("code_quote", "clause_quote", "message", "fix_hint", "sig")
_HASHES = ("clause_hash", "unit_hash", "context_hash")
# What an editor, a diff or UTF-8 could not show or hold is spelled out.
_UNSEEN = re.compile("[\x7f-\xa0\xad\u061c\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Ingredients:
    """What a verdict depends on, apart from the files that the refuter chose to read.

    `prompt` is the version of the prompts, `models` who judges, `sampling` how they are sampled.
    """

    clause_hash: str
    unit_hash: str
    context_hash: str
    prompt: str
    models: tuple[str, ...]
    sampling: str = ""

    @property
    def base_key(self) -> str:
        """Identifies the ingredients."""
        texts = (self.clause_hash, self.unit_hash, self.context_hash, self.prompt, self.sampling)
        return _digest(texts, self.models)

    def key(self, reads: Reads) -> str:
        """Identifies the ingredients and the content of the files that were read."""
        return _digest(self.base_key, sorted(reads))


@dataclass(frozen=True)
class Settled:
    """One verdict. `clause`, `path` and `unit` are labels: where it was first asked.

    `reads` are the files that the refuter looked at, with hashes of their content. `verified` says whether the refuter
    agreed (None: it was not asked). `date` is a date or a time in ISO 8601 that sorts as text, `sig` a signature.
    """

    clause: str
    path: str
    unit: str
    ingredients: Ingredients
    verdict: Answer
    date: str
    reads: Reads = ()
    verified: bool | None = None
    code_quote: str = ""
    clause_quote: str = ""
    message: str = ""
    fix_hint: str = ""
    sig: str = ""

    @cached_property
    def key(self) -> str:
        """Identifies all that the verdict depends on."""
        return self.ingredients.key(self.reads)


def ingredients_of(pair: Pair, *, prompt: str, models: tuple[str, ...], sampling: str = "") -> Ingredients:
    """What the verdict about `pair` depends on."""
    unit = pair.unit
    return Ingredients(
        clause_hash(pair.criterion), text_hash(unit.text), text_hash(unit.context), prompt, models, sampling
    )


def clause_hash(criterion: Criterion) -> str:
    """Identifies a clause by its text and its examples; not by its id, its severity or its scope."""
    return _clause_hash(criterion.text, criterion.examples)


@lru_cache(maxsize=4096)
def _clause_hash(text: str, examples: tuple[Example, ...]) -> str:
    return _digest(text, [[example.kind, example.path or "", example.code] for example in examples])


def text_hash(text: str) -> str:
    """Identifies a text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]


def content_hash(data: bytes) -> str:
    """Identifies the content of a file that the refuter read."""
    return hashlib.sha256(data).hexdigest()[:_DIGITS]


def canonical(record: Settled) -> bytes:
    """All of a record that means something, as bytes: no labels and no signature."""
    row = as_row(record)
    for label in ("key", "clause", "path", "unit", "sig"):
        row.pop(label, None)
    return json.dumps(row, sort_keys=True, separators=(",", ":")).encode("ascii")


def as_row(record: Settled) -> dict[str, Any]:
    """A record as the JSON object that stands for it; what is empty is left out."""
    made = record.ingredients
    row: dict[str, Any] = {"key": record.key, "clause": record.clause, "path": record.path, "unit": record.unit}
    row["verdict"] = record.verdict
    if record.verified is not None:
        row["verified"] = record.verified
    row |= {name: value for name in _OPTIONAL if (value := getattr(record, name)) and name != "sig"}
    row |= {name: getattr(made, name) for name in _HASHES}
    if record.reads:
        row["reads"] = dict(sorted(record.reads))
    row |= {"prompt": made.prompt, "models": list(made.models), "sampling": made.sampling, "date": record.date}
    return row | ({"sig": record.sig} if record.sig else {})


def line_of(record: Settled) -> str:
    """A record as one line, without the line end."""
    text = json.dumps(as_row(record), ensure_ascii=False, separators=(",", ":"))
    return _UNSEEN.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def from_row(row: Mapping[str, Any]) -> Settled:
    """The record that a JSON object stands for; keys that mean nothing are ignored. Raises ValueError with the reason.

    The `key` of the object is not believed: what it is made of says it.
    """
    for name in _TEXTS:
        if type(row.get(name)) is not str:
            raise ValueError(f"`{name}` is missing or no text")
    verdict, verified, models, reads = row.get("verdict"), row.get("verified"), row.get("models"), row.get("reads", {})
    if verdict not in ANSWERS:
        raise ValueError(f"`verdict` is none of {', '.join(ANSWERS)}")
    if verified is not None and not isinstance(verified, bool):
        raise ValueError("`verified` is neither true nor false nor null")
    if not (isinstance(models, list) and all(isinstance(one, str) for one in models)):
        raise ValueError("`models` is no list of texts")
    if not (isinstance(reads, dict) and all(isinstance(one, str) for one in reads.values())):
        raise ValueError("`reads` does not map paths to hashes")
    optional = [row.get(name, "") for name in _OPTIONAL]
    if not all(isinstance(one, str) for one in optional):
        raise ValueError(f"one of {', '.join(_OPTIONAL)} is no text")
    hashes = (row["clause_hash"], row["unit_hash"], row["context_hash"])
    made = Ingredients(*hashes, row["prompt"], tuple(models), row["sampling"])
    labels = (row["clause"], row["path"], row["unit"])
    return Settled(*labels, made, verdict, row["date"], tuple(sorted(reads.items())), verified, *optional)


def _digest(*parts: object) -> str:
    """The hash of a list of JSON values, which no two different lists share."""
    return text_hash(json.dumps(parts, separators=(",", ":")))
