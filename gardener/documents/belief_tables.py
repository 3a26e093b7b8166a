"""Tables in a document of beliefs: which say what enforces each belief, or are the beliefs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gardener.core.belief import Belief, Clause
from gardener.documents.belief_titles import closest, read_title, slug_of
from gardener.documents.enforcers import read_enforcers
from gardener.documents.normative import first_sentence, is_normative
from gardener.documents.vocabulary import BELIEF_FIELDS, is_nothing, key, severity_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gardener.core.belief import EnforcedBy
    from gardener.documents.markdown import Outline
    from gardener.documents.tables import Row, Table

_PRINCIPLES = frozenset(
    {"principle", "principles", "belief", "beliefs", "rule", "rules", "invariant", "constraint", "tenet", "guideline"}
    | {"golden rule", "claim", "原则", "原則", "信念", "规则", "ルール", "約束"}
)
_NUMBERS = frozenset({"#", "id", "no", "no.", "nr", "编号", "番号", "序号", ""})


def with_tables(beliefs: Sequence[Belief], numbers: Sequence[str], shape: Outline, path: str) -> list[Belief]:
    """The beliefs with what tables say enforces them; where there are none, the rows of a table of principles."""
    found = list(beliefs)
    for table in shape.tables:
        columns = _columns(table)
        if table.depth or "principle" not in columns:
            continue
        for row in table.rows:
            cells = {name: row.cells[at].text for name, at in columns.items() if at < len(row.cells)}
            title = read_title(first_sentence(cells.get("principle", "")))
            if is_nothing(title.text):
                continue
            number = title.number or cells.get("number", "").strip("# .")
            index = closest(title.text, number, found[: len(beliefs)], numbers)
            if index is not None:
                found[index] = _enforced(found[index], read_enforcers(cells.get("enforced", ""), row.line))
            elif not beliefs:
                found.append(_belief(title.text, cells, row, path))
    return found


def _columns(table: Table) -> dict[str, int]:
    """The columns that are known, by what they hold; a table without any but the principle says nothing."""
    found: dict[str, int] = {}
    for index, header in enumerate(table.header.texts):
        name = key(header)
        if name in _PRINCIPLES:
            found.setdefault("principle", index)
        elif name in BELIEF_FIELDS:
            found.setdefault(BELIEF_FIELDS[name], index)
        elif name in _NUMBERS:
            found.setdefault("number", index)
    return found if len(found) > 1 else {}


def _enforced(belief: Belief, by: tuple[EnforcedBy, ...]) -> Belief:
    """`belief` with more enforcers, for itself and those of its clauses that name none of their own."""
    both = tuple(dict.fromkeys((*belief.enforced_by, *by)))
    clauses = tuple(
        replace(clause, enforced_by=both) if clause.enforced_by == belief.enforced_by else clause
        for clause in belief.clauses
    )
    return replace(belief, enforced_by=both, clauses=clauses)


def _belief(title: str, cells: Mapping[str, str], row: Row, path: str) -> Belief:
    name, by = slug_of(title), read_enforcers(cells.get("enforced", ""), row.line)
    clause = Clause(
        f"{name}.1", cells["principle"], row.line, row.line, by, normative=is_normative(title), span=row.span
    )
    severity = severity_of(cells.get("severity", "")) or "P2"
    return Belief(
        id=name,
        title=title,
        path=path,
        line=row.line,
        end=row.line,
        clauses=(clause,),
        severity=severity,
        enforced_by=by,
        why=cells.get("why", ""),
        how=cells.get("how", ""),
        evidence=cells.get("evidence", ""),
        title_span=row.span,
    )
