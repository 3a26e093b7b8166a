"""What headings, cells and marks of a tracker say about a row: its status, its id, whether it is one at all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gardener.documents.vocabulary import is_nothing, key, plain, severity_of, status_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gardener.core.finding import Severity
    from gardener.core.tracker import RowStatus
    from gardener.documents.sections import Section

ID = re.compile(r"(?:[A-Z][A-Z0-9]{0,9}-)(?:\d{4}-\d{2}-\d{2}-)?\d{1,5}(?![\w-]*[a-z])|#\d{1,5}\b")
_RESOLVED = re.compile(
    r"\b(?:resolved|closed|done|completed?|paid(?: off| down)?|fixed|archived?|finished|retired)\b|"
    r"已解决|已完成|已关闭|已修复|解決済み?|対応済み?|完了",
    re.IGNORECASE,
)
_PROGRESS = re.compile(r"\b(?:in progress|wip|ongoing|doing)\b|进行中|進行中|対応中", re.IGNORECASE)
_OPEN = re.compile(
    r"\b(?:open|active|outstanding|current|unresolved|to ?do|backlog|pending|known)\b|未解决|待处理|未対応|未着手",
    re.IGNORECASE,
)
_STATUS_HEADING = re.compile(
    r"(?:(?:recently|currently|known|all|the|tech(?:nical)?|debt|issues?|items?|entries|rows|tasks?|action|work|"
    r"open|active|outstanding|current|unresolved|to ?do|backlog|pending|in progress|resolved|closed|done|completed?|"
    r"paid(?: off| down)?|fixed|archived?|"
    r"活跃|债务|未解决|已解决|已完成|待处理|进行中|解決済み?|完了|未対応)[\s&/]*)+(?:\([^()]*\))?",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"(?:how (?:to|this|we)\b.*|usage|using .*|rules?|process|policy|workflow|conventions?|guidelines?|format|"
    r"(?:row |entry |item )?templates?|examples?(?: .*)?|legend|key|priority(?: levels?| definitions?| guide)?|"
    r"severity(?: levels?| definitions?| guide)?|status(?: values?| definitions?)|definitions?|overview|purpose|about.*"
    r"|introduction|summary|metrics|statistics|stats|references?|links|see also|related.*|review(?: cadence| schedule)?"
    r"|grading.*|rubric|scale|scoring.*|methodology|notes?|maintenance|columns|fields|changelog|history|"
    r"说明|使用说明|规则|流程|格式|模板|示例|图例|概述|使い方|ルール|凡例|概要)"
)
_PLACEHOLDER = re.compile(
    r"(?:<[^<>]*>|\{[^{}]*\}|\[[^\[\]]*\](?!\()|y{2,4}-m{1,2}-d{1,2}|\.{2,}|…|td-(?:x+|n+|\?+|yyyy.*)|"
    r"(?:short |brief |one-line )?(?:description|title)(?: here)?|e\.g\..*|example.*|placeholder.*|todo|xxx+)",
    re.IGNORECASE,
)
_STRUCK = re.compile(r"[\s*_\d.)]*~~(.+?)~~", re.DOTALL)
_DONE_MARK = re.compile(r"^\W{0,6}(?:✅|✔|☑)|~~\W{0,4}(?:✅|✔|☑)|(?:✅|✔|☑)\W*$|\[[xX]\]")


@dataclass(frozen=True, slots=True)
class Standing:
    """A row's status, what showed it, and what contradicts it."""

    status: RowStatus
    by: str = ""
    conflict: str = ""


def standing(section: Section | None, title: str, column: str, *, checked: bool | None = None) -> Standing:
    """Weigh what shows a status: a section of resolved rows, then strike-through, marks, the column."""
    headed = section_status(section)
    said: list[tuple[str, RowStatus]] = []
    if headed == "resolved":
        said.append(("section", headed))
    if _STRUCK.match(title):
        said.append(("strike", "resolved"))
    if checked is not None:
        said.append(("box", "resolved" if checked else "open"))
    elif _DONE_MARK.search(title):
        said.append(("emoji", "resolved"))
    known = None if is_nothing(column) else status_of(column)
    if _STRUCK.match(column):
        known = known or "resolved"
    if not is_nothing(column):
        said.append(("column", known or "unknown"))
    if not said:
        return Standing(headed or "open", "section" if headed else "")
    by, status = said[0]
    if headed and headed != "resolved":
        said.append(("section", headed))
    return Standing(status, by, _conflict(by, status, said[1:]))


def _conflict(by: str, status: RowStatus, others: Iterable[tuple[str, RowStatus]]) -> str:
    """The first thing that says the opposite; only open against resolved is a contradiction."""
    for other, said in others:
        if {status, said} == {"open", "resolved"} or (
            {status, said} == {"progress", "resolved"} and other != "section"
        ):
            return f"its {_NAMES[by]} says {_PLAIN[status]}, its {_NAMES[other]} says {_PLAIN[said]}"
    return ""


_NAMES = {"section": "section", "strike": "strike-through", "box": "check-box", "emoji": "mark", "column": "status"}
_PLAIN = {"open": "open", "progress": "in progress", "resolved": "resolved", "unknown": "something unknown"}


def struck_part(text: str) -> str:
    """What is crossed out, where a text begins so; else all of it."""
    match = _STRUCK.match(text)
    return match[1] if match else text


def is_status_heading(text: str) -> bool:
    """True for `Active debt`, `Resolved` and the like: headings of lists, not of rows."""
    return _STATUS_HEADING.fullmatch(plain(text).strip(" :✅🔴🟡🟢")) is not None


def section_status(section: Section | None) -> RowStatus | None:
    """What the headings around a row say, the innermost first."""
    if section is None:
        return None
    for heading in reversed([*section.above, *([section.heading] if section.heading else [])]):
        words = plain(heading.text)
        if _RESOLVED.search(words) and not re.search(
            r"\b(?:un|not |to be )(?:resolved|closed|done|fixed)", words, re.IGNORECASE
        ):
            return "resolved"
        if _PROGRESS.search(words):
            return "progress"
        if _OPEN.search(words):
            return "open"
    return None


def section_severity(section: Section | None) -> Severity | None:
    """The severity that the headings around a row name, the innermost first."""
    if section is None:
        return None
    headings = [*section.above, *([section.heading] if section.heading else [])]
    return next((found for heading in reversed(headings) if (found := severity_of(heading.plain))), None)


def is_aside(section: Section | None) -> bool:
    """True for sections that explain the tracker rather than hold rows."""
    if section is None:
        return False
    headings = [*section.above, *([section.heading] if section.heading else [])]
    return any(_ASIDE.fullmatch(key(heading.plain)) for heading in headings if heading.level > 1)


def is_template(text: str) -> bool:
    """True for a title that says nothing, or stands for one still to be written."""
    bare = plain(text)
    return is_nothing(bare) or _PLACEHOLDER.fullmatch(bare.strip(" .:")) is not None


def clean(text: str) -> str:
    """A title without strike-through, marks and emphasis."""
    bare = plain(re.sub(r"[✅✔☑️]|\[[xX ]\](?!\()", "", text))
    return re.sub(r"^(?:[—\u2013-]\s+)+", "", bare).strip(" .:—") or bare


def take_id(text: str) -> tuple[str, str]:
    """The id that a title begins with, and the rest."""
    bare = plain(re.sub(r"[✅✔☑️]", "", text)).strip()
    match = ID.match(bare.lstrip("[("))
    if match is None:
        return "", bare
    rest = bare.lstrip("[(")[match.end() :]
    return match[0], re.sub(r"^[\s:.)\]]*(?:[—\u2013-]+(?=\s))?", "", rest).strip()
