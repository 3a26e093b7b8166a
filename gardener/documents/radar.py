"""Tables of technologies that are approved, banned or on trial, and the import bans that follow."""

from __future__ import annotations

import re
from dataclasses import dataclass
from keyword import iskeyword
from typing import TYPE_CHECKING

from gardener.core.belief import Unread
from gardener.core.tracker import RadarRow, Ring
from gardener.documents.tracker_words import clean, is_template
from gardener.documents.vocabulary import RADAR_COLUMNS, is_nothing, key, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from gardener.documents.markdown import Outline
    from gardener.documents.sections import Section
    from gardener.documents.tables import Row, Table

_RINGS: Mapping[Ring, re.Pattern[str]] = {
    "forbidden": re.compile(
        r"\b(?:forbidden|banned|prohibited|disallowed|not (?:allowed|approved)|do not use|avoid|hold|rejected)\b|"
        r"^no$|🚫|❌|⛔|🔴|禁止|禁用|不可",
        re.IGNORECASE,
    ),
    "trial": re.compile(
        r"\b(?:trial|assess|under evaluation|evaluating|evaluation|experimental|candidate|proposed|pilot)\b"
        r"|🟡|🧪|评估|検討|試用",
        re.IGNORECASE,
    ),
    "approved": re.compile(
        r"\b(?:approved|adopt(?:ed)?|allowed|accepted|standard|preferred|in use|active|default)\b"
        r"|^yes$|✅|🟢|批准|允许|承認|採用",
        re.IGNORECASE,
    ),
}
_KIND = re.compile(r"kind:\s*(?:tech(?:nology)?-)?radar", re.IGNORECASE)
_TECHNOLOGY = frozenset({"technology", "tech", "library", "package", "dependency", "framework", "技术", "库", "技術"})
_MODULE = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")
_IMPORT_NAMES: Mapping[str, str] = {
    "beautifulsoup4": "bs4",
    "pyyaml": "yaml",
    "pillow": "PIL",
    "scikit-learn": "sklearn",
    "opencv-python": "cv2",
    "python-dateutil": "dateutil",
    "python-dotenv": "dotenv",
    "psycopg2-binary": "psycopg2",
    "mysqlclient": "MySQLdb",
    "pycryptodome": "Crypto",
    "pyjwt": "jwt",
    "attrs": "attr",
    "protobuf": "google.protobuf",
    "djangorestframework": "rest_framework",
}


@dataclass(frozen=True, slots=True)
class ImportBan:
    """A technology that must not be imported, in the terms of the family `forbidden-import`."""

    name: str
    modules: tuple[str, ...]
    instead: str
    reason: str
    path: str
    line: int

    @property
    def parameters(self) -> dict[str, object]:
        """Parameters of `forbidden-import`."""
        return {"modules": list(self.modules)} | ({"instead": self.instead} if self.instead else {})

    @property
    def message(self) -> str:
        """What a finding says."""
        why = f": {self.reason}" if self.reason else ""
        return f"`{self.name}` is forbidden by {self.path}{why}"


def import_bans(rows: Iterable[RadarRow], path: str) -> tuple[ImportBan, ...]:
    """The bans that follow from the forbidden rows of a radar; rows that name nothing importable give none."""
    return tuple(
        ImportBan(row.name, row.modules, row.instead, row.reason, path, row.line)
        for row in rows
        if row.ring == "forbidden" and row.modules
    )


def is_radar(shape: Outline, table: Table, section: Section | None) -> bool:
    """True for a table of technologies with rings, in a column or as the headings around it."""
    names = [key(header) for header in table.header.texts]
    columns = _columns(names)
    if "name" not in columns:
        return False
    ringed = "ring" in columns or _ring_of_section(section) is not None
    kind = shape.front_matter.text("kind") if shape.front_matter else None
    said = any(_KIND.search(text) for text in (f"kind: {kind}", *(comment.text for comment in shape.comments)))
    technology = names[columns["name"]] in _TECHNOLOGY
    debt = {"debt", "id", "#", "priority", "severity"} & set(names)
    return ringed and (said or technology) and not debt


def read_radar(table: Table, section: Section | None, unread: list[Unread]) -> Iterator[RadarRow]:
    """The technologies of a table; what has no ring is added to `unread`."""
    columns = _columns([key(header) for header in table.header.texts])
    for row in table.rows:
        cells = {name: row.cells[at].text for name, at in columns.items() if at < len(row.cells)}
        if is_template(cells.get("name", "")):
            continue
        ring = _ring(cells.get("ring", "")) or _ring_of_section(section)
        if ring is None:
            unread.append(Unread(row.line, f"`{plain(cells.get('ring', ''))[:40]}` is neither approved nor forbidden"))
            continue
        found = _row(cells, ring, row)
        if ring == "forbidden" and not found.modules:
            unread.append(Unread(row.line, f"`{found.name[:40]}` names no module; add a column `Import`"))
        yield found


def _row(cells: Mapping[str, str], ring: Ring, row: Row) -> RadarRow:
    name = clean(re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", cells["name"]))
    instead = cells.get("instead", "")
    reason = cells.get("reason", "")
    return RadarRow(
        name=name,
        ring=ring,
        line=row.line,
        modules=_modules(cells, name),
        instead="" if is_nothing(instead) else plain(instead),
        reason="" if is_nothing(reason) else plain(reason).rstrip("."),
    )


def _columns(names: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for index, name in enumerate(names):
        if name in RADAR_COLUMNS:
            found.setdefault(RADAR_COLUMNS[name], index)
    return found


def _ring(text: str) -> Ring | None:
    return next((ring for ring, words in _RINGS.items() if words.search(plain(text))), None)


def _ring_of_section(section: Section | None) -> Ring | None:
    if section is None:
        return None
    headings = [*section.above, *([section.heading] if section.heading else [])]
    return next((ring for heading in reversed(headings) if (ring := _ring(heading.plain))), None)


def _modules(cells: Mapping[str, str], name: str) -> tuple[str, ...]:
    """Import names: from their own column, else from names that are one word; `Redis (as a queue)` bans nothing."""
    written = cells.get("modules", "")
    if not is_nothing(written):
        return tuple(name for name in dict.fromkeys(_MODULE.findall(plain(written))) if _is_importable(name))
    found: list[str] = []
    for part in re.split(r"\s*[/,]\s*|\s+(?:and|or)\s+", name):
        bare = re.split(r"\s*[<>=!~]", part.strip())[0].strip().lower()
        module = _IMPORT_NAMES.get(bare, bare.replace("-", "_"))
        if _MODULE.fullmatch(module) and _is_importable(module):
            found.append(module)
    return tuple(dict.fromkeys(found))


def _is_importable(name: str) -> bool:
    return not any(iskeyword(part) for part in name.split("."))
