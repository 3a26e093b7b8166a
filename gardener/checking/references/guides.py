"""Agent guides: how much of them an agent reads, and what should stand in no document."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gardener.core.finding import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gardener.checking.repository import Repo
    from gardener.documents.document import Document

# Agents read the guides from the root down to the folder they work in, and stop after this many bytes.
CHAIN_BYTES = 32 * 1024
_TEMPLATE = re.compile(r"templates?/|fixtures?/|examples?/|testdata/")
_NAMES = ("AGENTS.override.md", "AGENTS.md")


@dataclass(frozen=True, slots=True)
class Overflow:
    """The guide in which a chain outgrows the budget, the first line that is lost, and all guides of the chain."""

    path: str
    line: int
    total: int
    chain: tuple[str, ...]


def overflows(repo: Repo, budget: int = CHAIN_BYTES) -> Iterator[Overflow]:
    """Every folder's chain of guides that is longer than `budget` bytes, once for the guide that crosses the line."""
    guides = {
        path.rpartition("/")[0]: path
        for name in reversed(_NAMES)
        for path in repo.names.get(name, ())
        if path in repo.files and not _TEMPLATE.search(path)
    }
    seen: set[str] = set()
    for folder in sorted(guides):
        chain = [guides[above] for above in _down_to(folder) if above in guides]
        used = 0
        for path in chain:
            text = repo.text(path) or ""
            size = len(text.encode("utf-8", "surrogatepass"))
            if used + size > budget and path not in seen:
                seen.add(path)
                total = sum(len((repo.text(one) or "").encode("utf-8", "surrogatepass")) for one in chain)
                yield Overflow(path, _line_at(text, budget - used), total, tuple(chain))
            used += size
            if used > budget:
                break


def _down_to(folder: str) -> list[str]:
    parts = folder.split("/") if folder else []
    return ["", *("/".join(parts[:size]) for size in range(1, len(parts) + 1))]


def _line_at(text: str, size: int) -> int:
    """The line that holds the first byte after `size` bytes."""
    head = text.encode("utf-8", "surrogatepass")[: max(size, 0)]
    return head.count(b"\n") + 1


_SECRETS = (
    ("an access key of AWS", re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b")),
    ("a token of GitHub", re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{40,})\b")),
    ("a token of GitLab", re.compile(r"\bglpat-[\w-]{20,}\b")),
    ("a token of Slack", re.compile(r"\bxox[abpors]-[A-Za-z0-9-]{20,}")),
    ("a key of a model provider", re.compile(r"\bsk-(?:proj-|ant-[\w]{2,8}-)?[A-Za-z0-9_-]{32,}")),
    ("a key of Google", re.compile(r"\bAIza[\w-]{35}\b")),
    ("a key of Stripe", re.compile(r"\b[rs]k_live_[A-Za-z0-9]{20,}")),
    ("a token of PyPI", re.compile(r"\bpypi-AgEIcHlwaS5vcmc[\w-]{50,}")),
    ("a private key", re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s+[A-Za-z0-9+/=\s]{100,}")),
)
_LOOKS_SECRET = re.compile(r"AKIA|ASIA|gh[pousr]_|github_pat_|glpat-|xox|sk-|AIza|k_live_|pypi-A|PRIVATE KEY")
_SAMPLE = re.compile(
    r"example|sample|dummy|fake|placeholder|redacted|your|xxxx|0000|1234|abcd|test|\.\.\.", re.IGNORECASE
)
_HIDDEN = re.compile("[\u200b\u2060-\u2064\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]|(?<!\\A)\ufeff")
_ABOUT_HIDDEN = re.compile(r"zero[- ]width|invisible|hidden|unicode|U\+|homoglyph|bidi", re.IGNORECASE)
_HOME = re.compile(r"(?<![\w.:/-])(?:/home/|/Users/|[A-Z]:\\Users\\)([A-Za-z][\w.-]*)[/\\][\w.-]")
_NOBODY = frozenset(
    [
        "user", "username", "you", "me", "name", "your-name", "yourname", "your_username", "runner", "ubuntu",
        "vscode", "node", "app", "dev", "alice", "bob", "foo", "jane", "john", "johndoe", "jdoe", "someone",
        "example", "admin", "root", "shared", "myuser", "developer", "docker", "linuxbrew", "public", "default",
        "appuser", "circleci", "jovyan", "coder",
    ]
)  # fmt: skip
LEAST_ENTROPY = 3.0


@dataclass(frozen=True, slots=True)
class Exposure:
    """Something that should not stand in a document: what it is, where, and how grave that is."""

    kind: str
    what: str
    span: Span


def exposures(document: Document, *, is_guide: bool) -> Iterator[Exposure]:
    """Secrets in any document; in agent guides also hidden characters and paths into somebody's home."""
    for what, pattern in _SECRETS if _LOOKS_SECRET.search(document.text) else ():
        for match in pattern.finditer(document.text):
            if is_random(match[0]) and not _SAMPLE.search(match[0]):
                yield Exposure("secret", what, Span(match.start(), match.end()))
    if not is_guide:
        return
    for match in _HIDDEN.finditer(document.text):
        if _ABOUT_HIDDEN.search(document.lines.line(document.lines.position(match.start())[0])):
            continue
        yield Exposure("hidden", f"U+{ord(match[0]):04X}", Span(match.start(), match.end()))
    for match in _HOME.finditer(document.text):
        if match[1].lower() not in _NOBODY and not _SAMPLE.search(match[1]):
            yield Exposure("home", match[0][: match.end(1) - match.start()], Span(match.start(), match.end(1)))


def is_random(text: str) -> bool:
    """True when the letters of `text` are as mixed as those of a real secret."""
    body = re.sub(r"^[A-Za-z]+[_-]|[-_]", "", text)
    counts = Counter(body).values()
    total = sum(counts)
    return total > 0 and -sum(count / total * math.log2(count / total) for count in counts) >= LEAST_ENTROPY
