"""GitHub's comments and reviews as feedback. The field names are those of its REST API."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from gardener.sources._records import feedback_from

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gardener.core.feedback import Feedback

_PULL = re.compile(r"/pulls?/(\d+)")


def comment_id(number: int) -> str:
    """The id of the feedback that a comment on a line becomes."""
    return f"github-comment-{number}"


def review_comment(item: Mapping[str, Any]) -> Feedback | None:
    """A comment on a line. None for an answer, which is talk about it. Raises WrongRecord, KeyError, TypeError."""
    if item.get("in_reply_to_id") is not None:
        return None
    line = item.get("original_line") or item.get("line")
    return _record(
        item,
        comment_id(item["id"]),
        item["pull_request_url"],
        path=item["path"],
        line=line,
        before=commented_lines(item.get("diff_hunk") or "", line, item.get("original_start_line"), item.get("side")),
    )


def issue_comment(item: Mapping[str, Any]) -> Feedback | None:
    """A remark on a pull request. None for one on an issue. Raises WrongRecord, KeyError, TypeError."""
    address = item["html_url"]
    return _record(item, f"github-remark-{item['id']}", address) if "/pull/" in address else None


def review(item: Mapping[str, Any]) -> Feedback | None:
    """The text of a review. None where there is none. Raises WrongRecord, KeyError, TypeError."""
    if not (item["body"] or "").strip() or item.get("state") == "PENDING":
        return None
    dated = {**item, "created_at": item.get("submitted_at")}
    return _record(dated, f"github-review-{item['id']}", f"/pull/{item['number']}")


def commented_lines(hunk: str, line: int | None, start: int | None, side: str | None) -> str | None:
    """The lines of a diff hunk that a comment is about: its last ones, on the side that was commented on."""
    wanted = " -" if side == "LEFT" else " +"
    rows = [row[1:] for row in hunk.replace("\r\n", "\n").split("\n")[1:] if row[:1] and row[0] in wanted]
    if not rows:
        return None
    span = line - start + 1 if line and start and start <= line else 1
    return "\n".join(rows[-span:]) + "\n"


def _record(item: Mapping[str, Any], identity: str, pull: str, **rest: Any) -> Feedback | None:
    body = item["body"] or ""
    if not body.strip():
        return None
    found = _PULL.search(pull)
    author = item["user"] or {"login": "ghost", "type": "User"}
    is_bot = author.get("type") == "Bot" or author["login"].endswith("[bot]")
    return feedback_from(
        {
            "id": identity,
            "source": "github",
            "url": item.get("html_url"),
            "pr": found[1] if found else "",
            "author": author["login"],
            "author_kind": "bot" if is_bot else "human",
            "association": item.get("author_association"),
            "created_at": item.get("created_at"),
            "body": body,
            **rest,
        }
    )
