"""core-beliefs.md: what a team holds to be right, read in all the shapes that people write it in."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from gardener.core.belief import Belief, Beliefs, Clause, EnforcedBy, Unread
from gardener.core.errors import DocumentError
from gardener.core.lines import LineIndex
from gardener.documents.belief_parts import Parts, Piece, gather
from gardener.documents.belief_tables import with_tables
from gardener.documents.belief_titles import read_title, slug_of, without_tags
from gardener.documents.belief_units import Unit, find_units
from gardener.documents.enforcers import read_enforcers
from gardener.documents.fields import Field, split_fields
from gardener.documents.markdown import outline
from gardener.documents.normative import is_normative, is_vision
from gardener.documents.places import find_core_beliefs
from gardener.documents.sections import sections
from gardener.documents.vocabulary import belief_status_of, is_nothing, key, severity_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gardener.core.finding import Severity
    from gardener.documents.markdown import Outline, Paragraph

__all__ = ["LARGEST", "MOST_PARTS", "find_core_beliefs", "read_beliefs", "refuse_endless", "refuse_huge"]

LARGEST = 2_000_000
MOST_PARTS = 4_000
_INLINE = re.compile(
    r"\s*\((?:enforced by|checked by|check|enforced)\s*[:\uff1a]?\s+([^()]*(?:\([^()]*\))?[^()]*)\)", re.IGNORECASE
)
_ATTRIBUTES = re.compile(r"\s*(?:\{:?\s*#([\w.:-]+)[^}\n]*\}|<!--\s*id:\s*([\w.:-]+)\s*-->)")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_KNOWN = ("why", "how", "scope", "severity", "enforced", "guardrail", "status", "evidence", "exceptions", "examples")


def read_beliefs(text: str, path: str) -> Beliefs:
    """The beliefs of a document. Raises DocumentError for a text that is too large to be one.

    What cannot be understood is in `unread`, with its line.
    """
    refuse_huge(text, path)
    shape = outline(text)
    refuse_endless(shape, path)
    lines = LineIndex.of(text)
    units = find_units(shape, sections(shape.headings, len(lines)), lines)
    gathered = [gather(unit, shape) for unit in units]
    beliefs = [_belief(unit, content, path) for unit, content in zip(units, gathered, strict=True)]
    numbers = [unit.title.number for unit in units]
    beliefs = with_tables(beliefs, numbers, shape, path)
    unread: list[Unread] = []
    beliefs = _distinct(beliefs, unread)
    unread += [problem for content in gathered for problem in _problems(content)]
    if not beliefs:
        unread.append(Unread(1, "no belief was found: write each as a heading, a list item or a table row"))
    fields = dict(_front(shape.front_matter.values if shape.front_matter else {}))
    return Beliefs(path, tuple(beliefs), tuple(unread), fields | _preamble(shape.paragraphs, units))


def refuse_endless(shape: Outline, path: str) -> None:
    """Raise DocumentError for a document of more parts than anybody keeps in mind."""
    if len(shape.headings) + len(shape.items) > MOST_PARTS:
        raise DocumentError(f"has more than {MOST_PARTS:,} headings and list items", at=path)


def refuse_huge(text: str, path: str) -> None:
    """Raise DocumentError for a text no person wrote."""
    if len(text) > LARGEST:
        raise DocumentError(f"has more than {LARGEST:,} characters, so nobody wrote it by hand", at=path)


def _belief(unit: Unit, parts: Parts, path: str) -> Belief:
    title = unit.title
    name = unit.id or title.id or slug_of(title.text)
    enforced = _enforcers(parts.fields.get("enforced", ()))
    if "advisory" in title.tags and not enforced:
        enforced = (EnforcedBy("human", "", "advisory", unit.line),)
    return Belief(
        id=name,
        title=title.text,
        path=path,
        line=unit.line,
        end=unit.end,
        clauses=_clauses(unit, parts, name, enforced),
        scope=_globs(parts.text("scope")),
        severity=_severity(parts),
        enforced_by=enforced,
        guardrail=_says_yes(parts.text("guardrail")),
        status=belief_status_of(parts.text("status") or next(iter(title.tags), "")),
        evidence=parts.text("evidence"),
        why=parts.text("why"),
        how=parts.text("how"),
        exceptions=parts.text("exceptions"),
        group=unit.group,
        explicit=bool(unit.id or title.id),
        title_span=unit.span,
        examples=tuple(parts.examples),
        fields={
            item.written: item.value for items in parts.fields.values() for item in items if item.key not in _KNOWN
        },
    )


def _clauses(unit: Unit, parts: Parts, name: str, enforced: tuple[EnforcedBy, ...]) -> tuple[Clause, ...]:
    """Bullets that are no fields; else the paragraphs that ask for something; else the first one, or the title."""
    pieces = parts.bullets
    if not pieces:
        prose = [piece for piece in parts.prose if not _is_title(piece, unit)] or parts.prose
        asking = [piece for piece in prose if is_normative(piece.text)]
        pieces = asking or prose[:1] or [Piece(unit.title.text, unit.line, unit.line, unit.span)]
    vision = is_vision(unit.group) or is_vision(unit.title.text)
    asked = len(pieces) == 1 and is_normative(unit.title.text)
    found = (_clause(piece, number, unit, name, enforced) for number, piece in enumerate(pieces, 1))
    return tuple(replace(clause, normative=not vision and (asked or clause.normative)) for clause in found)


def _is_title(piece: Piece, unit: Unit) -> bool:
    """True for the part of a list item that only names it."""
    return piece.span == unit.span and key(read_title(piece.text).text) == key(unit.title.text)


def _clause(piece: Piece, number: int, unit: Unit, belief: str, enforced: tuple[EnforcedBy, ...]) -> Clause:
    text = piece.text
    named = _ATTRIBUTES.search(text) if unit.span != piece.span else None
    own = _enforcers(item for item in piece.fields if item.key == "enforced") if piece.fields else ()
    for match in _INLINE.finditer(text):
        own = (*own, *read_enforcers(match[1], piece.line + text.count("\n", 0, match.start())))
    bare = without_tags(_COMMENT.sub("", _ATTRIBUTES.sub("", _INLINE.sub("", text))))
    return Clause(
        id=f"{belief}.{named[1] or named[2] if named else number}",
        text=" ".join(bare.split()),
        line=piece.line,
        end=piece.end,
        enforced_by=own or enforced,
        normative=is_normative(bare),
        span=piece.span,
    )


def _enforcers(fields: Iterable[Field]) -> tuple[EnforcedBy, ...]:
    found = (one for item in fields for one in read_enforcers(item.value, item.line))
    return tuple(dict.fromkeys(found))


def _severity(parts: Parts) -> Severity:
    return severity_of(parts.text("severity")) or "P2"


def _globs(text: str) -> tuple[str, ...]:
    from gardener.core.globs import problem

    coded = re.findall(r"`([^`\n]+)`", text)
    written = coded or [part.strip(" .*\n-") for part in re.split(r"[,;、\n]", text)]
    usable = (glob for glob in written if coded or re.fullmatch(r"[\w.*?/{}\[\]-]*[/*.][\w.*?/{}\[\]-]*", glob))
    return tuple(dict.fromkeys(glob for glob in usable if glob and problem(glob) is None))


def _says_yes(text: str) -> bool:
    return bool(re.match(r"(?:yes|true|on|✅|是|はい)", text.strip().lower()))


def _distinct(beliefs: Sequence[Belief], unread: list[Unread]) -> list[Belief]:
    """The beliefs with ids of their own: a repeated one is numbered, as anchors are, and reported."""
    seen: dict[str, Belief] = {}
    found: list[Belief] = []
    for belief in beliefs:
        name, number = belief.id, 0
        while name in seen:
            number += 1
            name = f"{belief.id}-{number}"
        if number:
            unread.append(Unread(belief.line, f"`{belief.id}` is the id of two beliefs; this one counts as `{name}`"))
        seen[name] = belief
        clauses = tuple(replace(one, id=name + one.id.removeprefix(belief.id)) for one in belief.clauses)
        found.append(replace(belief, id=name, clauses=clauses))
    return found


def _problems(parts: Parts) -> Iterable[Unread]:
    """Fields whose values mean nothing to us."""
    for item in parts.fields.get("severity", ()):
        if not is_nothing(item.value) and severity_of(item.value) is None:
            yield Unread(item.line, f"`{_short(item.value)}` is no severity: P0 to P3")
    for item in parts.fields.get("scope", ()):
        if not is_nothing(item.value) and not _globs(item.value) and "`" in item.value:
            yield Unread(item.line, f"`{_short(item.value)}` holds no glob")


def _short(text: str) -> str:
    return " ".join(text.replace("`", "").split())[:40]


def _preamble(paragraphs: Iterable[Paragraph], units: Sequence[Unit]) -> dict[str, str]:
    """Fields that stand before the first belief and speak of the whole document."""
    first = min((unit.line for unit in units), default=0)
    found = (item for one in paragraphs if one.line < first for item in split_fields(one.text, one.line)[1])
    return {item.written: item.value for item in found}


def _front(values: Mapping[str, str | tuple[str, ...]]) -> Iterable[tuple[str, str]]:
    for name, value in values.items():
        yield name, value if isinstance(value, str) else ", ".join(value)
