"""Draw the pictures of the nightly report that docs/report.md shows, from a night of an invented shop.

    python docs/write_screenshots.py [--check]

Needs Chromium (`chromium`, `chromium-browser` or `google-chrome` on PATH). The pictures are those of the page as it is
drawn today. `--check` writes nothing, and fails when the page differs from the one that the pictures were taken of.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from gardener.gardening.grades.records import Action
from gardener.gardening.night import Duty, Said, Step, Waiting
from gardener.gardening.report.content import Clauses, Content, Point, Row
from gardener.gardening.report.html import page

IMAGES = Path(__file__).parent / "images"
STAMP = IMAGES / "report.sha256"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
# Name, width, height, dark.
SHOTS = (("report-light", 1100, 1000, False), ("report-dark", 1100, 560, True), ("report-narrow", 400, 860, False))
AREAS = {
    "shop/catalogue": (96, 94, 88, 100, 92, 100, 97),
    "shop/checkout": (71, 82, 64, 75, 50, 71, 88),
    "shop/payments": (59, 66, 91, 50, 70, 37, 76),
    "shop/search": (88, 97, 72, 100, 83, 94, 90),
    "shop/shipping": (84, 100, None, 66, 75, 97, 100),
    "shop/web": (47, 58, 41, 50, 25, 48, 60),
    "tools": (None, None, None, None, None, None, None),
}
GRADES = {"shop/catalogue": "A", "shop/checkout": "C", "shop/payments": "D", "shop/search": "B", "shop/shipping": "B"}
JUDGED = {
    "shop/catalogue": "A (n=31)",
    "shop/checkout": "B (n=22)",
    "shop/payments": "C (n=18)",
    "shop/web": "F (n=25)",
}


def night() -> Content:
    """A night worth looking at: good and bad areas, a long history, things to decide and to do."""
    points = tuple(
        Point(
            f"2026-{9 + day // 30:02d}-{day % 30 + 1:02d}",
            (int(day in (11, 12)), 9 - day // 4, 61 - 2 * day + day % 5, 24 + (7 * day) % 6),
            opened=(0, 1, 0, 0, 2, 0)[day % 6],
            closed=(1, 0, 0, 2, 0, 0, 1)[day % 7],
            open_debt=17 - day // 3,
        )
        for day in range(30)
    )
    return Content(
        name="shop",
        commit="4f1d2c9a7be03c55",
        day=points[-1].day,
        applied=True,
        columns=("Rules", "Tests", "Docs", "Beliefs", "Debt", "Suppressions"),
        guardrails=("Every network call is bounded", "Money is never a float"),
        rows=tuple(_row(name, scores) for name, scores in AREAS.items()),
        points=points,
        files=412,
        gating=3,
        suppressed=46,
        clauses=Clauses(14, 9, 6, 2),
        tracked=True,
        changed=(
            "shop/checkout: 66 → 71",
            "shop/web: 52 → 47",
            "3 fewer open P2",
            "debt closed: TD-031",
            "wrote grades to tech-tracker.md",
        ),
        actions=(
            Action("shop/payments", "rules", "mend the 2 findings of `network-call-without-timeout`", 4, {}, 76, "B"),
            Action("shop/checkout", "beliefs", "name enforcers that exist for `no-float-money`", 10, {}, 78, "B"),
            Action("shop/web", "documents", "put right the 3 things that are wrong in docs/web.md", 35, {}, 60, "C"),
        ),
        waiting=(
            Waiting(
                "pattern `bare-decimal-literal`",
                "build Decimal from text, not from a float",
                "flags 7 of 7 befores and none of the 7 afters; 12 hits in the repository",
                "gardener learn --write",
            ),
            Waiting("ruff `DTZ005`", "say which time zone", "fires on 4 of 4 befores", "switch it on"),
        ),
        duties=(
            Duty("stale-documents", "64 commits changed the 9 files that it names since it was touched", "docs/web.md",
                 "read it beside the code, and mend or cut it", 20),
            Duty("expired-flags", "something that was to go by 2026-08-31 is still there", "shop/web/banner.py:14",
                 "remove it, or say in the comment how long it stays", 20),
            Duty("idle-rules", "`old-session-api` has found nothing for 6 months", "rules/old-session-api.md",
                 "see whether what it is about can still happen", 10),
            Duty("small-patches", "garden-ruff-F401.patch mends 8 places of `ruff:F401`",
                 do="git apply garden-ruff-F401.patch", minutes=5),
        ),
        steps=(
            Step("check", Said("72 findings in 412 files, 3 fixed")),
            Step("review", Said("2 findings, 318 judged, 0 unjudged, 14 requests, $0.09")),
            Step("learn", Said("2 themes, 2 proposals")),
            Step("grades", Said("7 areas: 1 A, 2 B, 1 C, 2 D, 1 n/a")),
            Step("tracker", Said("the grades in tech-tracker.md were brought up to date")),
            Step("chores", Said("4 duties, 1 patch")),
        ),
        judged=318,
        requests=14,
        tokens=88_412,
        usd=0.09,
        formula="1 (be84ffb855c6)",
    )  # fmt: skip


def _row(name: str, scores: tuple[int | None, ...]) -> Row:
    score = scores[0]
    slope = {"shop/web": 3, "shop/search": 0, "shop/shipping": -1}.get(name, -3)
    drift = {"shop/web": (0, 2, -2, 1, 4, 1, 2), "shop/search": (0,) * 7}.get(name, (0, -3, 1, 2, -1, 0, 1))
    trend = tuple(None if score is None else max(0, min(100, score + slope * (7 - at) + drift[at])) for at in range(7))
    grade = GRADES.get(name, "n/a" if score is None else "D")
    caps = ("1 open P0",) if name == "shop/payments" else ()
    return Row(name, grade, score, scores[1:], (JUDGED.get(name, "n/a"), "kept"), (*trend, score), caps)


def shoot(program: str, file: Path, picture: Path, width: int, height: int, *, dark: bool) -> None:
    """Take a picture of a page with a browser of its own, which opens no connection."""
    with tempfile.TemporaryDirectory() as profile:
        command = [
            program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
            f"--user-data-dir={profile}", f"--window-size={width},{height}", f"--screenshot={picture}",
            *(["--blink-settings=preferredColorScheme=0"] if dark else ["--blink-settings=preferredColorScheme=1"]),
            file.as_uri(),
        ]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True, timeout=120)  # noqa: S603 - a fixed program


def main() -> int:
    """Draw the pictures, or compare the page with the one they were taken of."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    text = page(night())
    digest = hashlib.sha256(text.encode()).hexdigest() + "\n"
    if options.check:
        current = STAMP.exists() and STAMP.read_text(encoding="utf-8") == digest
        print("current" if current else "the page has changed: run docs/write_screenshots.py")
        return 0 if current else 1
    program = next((found for name in PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        print("error: no Chromium on PATH", file=sys.stderr)
        return 2
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "report.html"
        file.write_text(text, encoding="utf-8")
        for name, width, height, dark in SHOTS:
            shoot(program, file, IMAGES / f"{name}.png", width, height, dark=dark)
    STAMP.write_text(digest, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
