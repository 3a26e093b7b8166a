"""Reports that every output renders: nothing, one finding, many of all kinds, failures, and hostile text."""

from __future__ import annotations

import hashlib
from typing import Any

from gardener.core.finding import Edit, Failure, Finding, Fix, Place, Span, Suppression
from gardener.core.lines import LineIndex
from gardener.core.report import Counts, Report
from gardener.core.rule import Example, Rule

TIMEOUT = Rule(
    id="network-call-without-timeout",
    title="Network call without a timeout",
    why="A call that can wait forever will, in production, at night. Every outbound call carries a timeout.\n\nMore.",
    severity="P1",
    belief="every-network-call-is-bounded",
    examples=(
        Example("bad", "import requests\nrequests.get(url)\n"),
        Example("good", "requests.get(url, timeout=3)\n"),
    ),
)
PRINT = Rule(id="bare-print", title="Bare print", why="Logs are structured.", severity="P3")
BROAD = Rule(id="broad-except", title="Broad except", why="", severity="P2", state="warn")

CLIENT = '''\
"""A client."""

import requests


def fetch(url):
    """Fetch a page."""
    return requests.get(url)


def post(url, data):
\ttry:
\t\treturn requests.post(
\t\t\turl,
\t\t\tdata=data,
\t\t\theaders={
\t\t\t\t"a": "b",
\t\t\t},
\t\t)
\texcept Exception:
\t\treturn None
'''
WIDE = 'names = ["日本語", "e\u0301tude"]; print(names)  # 𐐀\n'
LONG = "x = [" + ", ".join(str(number) for number in range(400)) + "]; print(x); y = [" + "0, " * 400 + "]\n"


def found(path: str, text: str, piece: str, rule: str, message: str, **more: Any) -> Finding:
    """A finding on the first place where `piece` stands in `text`."""
    start = text.index(piece)
    span = Span(start, start + len(piece))
    fingerprint = hashlib.sha256(f"{rule} {path} {piece}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
    values: dict[str, Any] = {"severity": "P1", "gates": True, "fingerprint": fingerprint, "text": piece} | more
    return Finding(rule, path, span, LineIndex.of(text).place(span), message, **values)


def insertion(text: str, behind: str, new: str) -> Edit:
    """An edit that inserts `new` right behind the first `behind`."""
    at = text.index(behind) + len(behind)
    return Edit(at, at, new)


def _one() -> Report:
    fix = Fix("pass `timeout=10`", "unsafe", (insertion(CLIENT, "requests.get(url", ", timeout=10"),))
    finding = found(
        "src/client.py",
        CLIENT,
        "requests.get(url)",
        TIMEOUT.id,
        "`requests.get` can wait forever",
        belief=TIMEOUT.belief,
        remediation="pass a timeout",
        fix=fix,
    )
    counts = Counts(files=1, analysed=1, findings=1)
    return Report((finding,), counts=counts, rules=(TIMEOUT,), texts={"src/client.py": CLIENT}, version="1.2.3")


def _many() -> Report:
    post = CLIENT[CLIENT.index("requests.post") : CLIENT.index("\texcept")].rstrip()
    imports = (insertion(CLIENT, "import requests\n", "from app import LIMIT\n"),)
    fix = Fix("pass the project's limit", "safe", (*imports, insertion(CLIENT, "data=data,", "\n\t\t\ttimeout=LIMIT,")))
    drop = Fix("delete the call", "safe", (Edit(WIDE.index("; print"), WIDE.index("  #"), ""),))
    shown = Fix("name the exception", "shown", (insertion(CLIENT, "except ", "Request"),))
    message = "`print` writes where no log collector reads, without level, time or request, and nobody will ever see it"
    findings = (
        *_one().findings,
        found("src/client.py", CLIENT, post, TIMEOUT.id, "`requests.post` can wait forever", fix=fix),
        found(
            "src/client.py",
            CLIENT,
            "except Exception",
            BROAD.id,
            "catches everything",
            severity="P2",
            state="warn",
            gates=False,
            certainty="likely",
            fix=shown,
        ),
        found(
            "src/wide.py",
            WIDE,
            "print(names)",
            PRINT.id,
            message,
            severity="P3",
            gates=False,
            certainty="maybe",
            fix=drop,
        ),
        found("src/long.py", LONG, "print(x)", PRINT.id, "bare `print`", severity="P3", gates=False),
        found(
            "src/gone.py", "a", "a", "ruff:S113", "probable use without timeout", origin="ruff", remediation="add one"
        ),
        found(
            "src/client.py",
            CLIENT,
            "import requests",
            PRINT.id,
            "allowed",
            gates=False,
            suppressed=Suppression("inline", "the tool's own output"),
        ),
        found(
            "src/client.py",
            CLIENT,
            "return None",
            PRINT.id,
            "known",
            gates=False,
            suppressed=Suppression("baseline", ""),
        ),
        found(
            "src/client.py",
            CLIENT,
            "data=data",
            PRINT.id,
            "wrong",
            gates=False,
            suppressed=Suppression("dispute", "not a print"),
        ),
        found("src/client.py", CLIENT, "url", "shadow-rule", "only counted", state="shadow", gates=False),
    )
    counts = Counts(files=1204, analysed=1201, findings=9, suppressed=3, shadow=1, fixed=2)
    texts = {"src/client.py": CLIENT, "src/wide.py": WIDE, "src/long.py": LONG}
    notes = ("2 entries of the baseline no longer occur: run `gardener check --write-baseline`",)
    return Report(findings, (), notes, counts, (TIMEOUT, PRINT, BROAD), texts, "1.2.3")


def _failures() -> Report:
    failures = (
        Failure("not valid Python: invalid syntax at line 3", path="src/broken.py"),
        Failure("took longer than 20 seconds", path="src/huge.py", rule="bare-print"),
        Failure("needs Python 4", rule="broad-except"),
    )
    counts = Counts(
        files=3, analysed=1, judged=4, unjudged=2, stale=1, requests=2, tokens_in=900, tokens_out=99, usd=None
    )
    return Report((), failures, (), counts, (PRINT,), {}, "1.2.3")


EVIL = "\x1b]0;owned\x07\x1b[31m\u202e\u200b\r\n::error::forged\n##[error]x %0A @everyone #1 <b>|`` ]]> \x00\ud800"
EVIL_PATH = "src/a b,c:d%0A`|@me\x1b[2J\udcff.py"
EVIL_CODE = "x = 1\x0c\ny = '\x1b[2J\u202e]]></x>```'; z = '\x00'  # ::error::no\n" + "\x1b" * 300 + "\n"


def _hostile() -> Report:
    fix = Fix(EVIL, "unsafe", (Edit(2, 5, EVIL), Edit(8, 10**9, "z\n")))
    findings = (
        found(
            EVIL_PATH, EVIL_CODE, "y = '\x1b", "evil,rule:x\n::error::y", EVIL, fix=fix, remediation=EVIL, belief=EVIL
        ),
        found(
            "https://evil.example/@me",
            EVIL_CODE,
            "\x1b" * 100,
            PRINT.id,
            "www.evil.example",
            gates=False,
            severity="P3",
        ),
        Finding(
            PRINT.id,
            "-x.py",
            Span(0, 0),
            Place(99, 1, 99, 1),
            "line out of range",
            "P2",
            gates=True,
            fingerprint="f" * 32,
        ),
        Finding(PRINT.id, "-x.py", Span(0, 0), Place(1, 1, 1, 1), "", "P2", gates=True, fingerprint="e" * 32, fix=fix),
    )
    failures = (Failure(EVIL, path=EVIL_PATH, rule=EVIL), Failure(EVIL))
    texts = {EVIL_PATH: EVIL_CODE, "https://evil.example/@me": EVIL_CODE, "-x.py": ""}
    rule = Rule(id=PRINT.id, title=EVIL, why=EVIL, examples=(Example("bad", EVIL),))
    return Report(findings, failures, (EVIL,), Counts(files=2, analysed=2), (rule,), texts, "1.2.3")


REPORTS = {
    "empty": Report(counts=Counts(files=120, analysed=120), version="1.2.3"),
    "one": _one(),
    "many": _many(),
    "failures": _failures(),
    "hostile": _hostile(),
}
