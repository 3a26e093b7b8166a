"""A review that is stopped, two at once, and a store or a cache that is not as it should be, through the command."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest

from gardener.llm import scripted_steps as steps
from tests.cli.review_gardens import CLAUSE, FILES, KEYLESS, environment, reviewed, strict_server
from tests.cli.review_patches import STORE, Kept, by_patch, failures_of, patch_of, patches
from tests.conftest import GIT_ENVIRONMENT

if TYPE_CHECKING:
    from collections.abc import Callable

    from gardener.llm.scripted_exchange import Exchange, Recorded
    from gardener.llm.scripted_server import ScriptedServer
    from gardener.llm.scripted_steps import Step
    from tests.conftest import Garden

LONGEST_S = 60


def started(made: Garden, server: ScriptedServer, *arguments: str) -> subprocess.Popen[str]:
    """A review in the background."""
    return subprocess.Popen(
        [sys.executable, "-m", "gardener", "review", "--format", "json", *arguments],
        cwd=made.root,
        env=os.environ | GIT_ENVIRONMENT | KEYLESS | environment(server),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def lines_of(made: Garden) -> list[dict[str, Any]]:
    """Every line of the store, each of which must be JSON."""
    files = sorted((made.root / STORE).glob("*"))
    assert all(file.suffix == ".jsonl" for file in files)
    return [json.loads(line) for file in files for line in file.read_text("utf-8").split("\n") if line]


@pytest.mark.parametrize("severity", ["P2", "P1"])
def test_an_interrupt_ends_at_once_and_what_was_answered_is_not_asked_again(
    severity: str, garden: Callable[..., Garden]
) -> None:
    names = [f"n{number}" for number in range(6)]
    silent = threading.Event()

    def script(request: Recorded) -> Step | None:
        if patch_of(request) != "n4":
            return None
        silent.set()
        return steps.hangs()

    made = garden(patches(names, severity=severity, deadline_s=600, concurrency=2))
    with strict_server(script=script) as server:
        running = started(made, server)
        assert silent.wait(LONGEST_S)
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=LONGEST_S)
        first = [patch_of(request) for request in server.chats]
    assert running.returncode == 130
    assert out == ""
    assert "Traceback" not in err
    assert err.endswith("interrupted\n")
    settled = {row["unit"] and row["path"] for row in lines_of(made)}
    assert (len(settled) >= 3) == (severity == "P2")
    with strict_server() as server:
        code, report, _ = failures_of(made, env=environment(server))
        again = [patch_of(request) for request in server.chats if "<marked>" not in request.text]
    # One more question may have been on its way beside the silent one.
    assert set(again) <= {"n3", "n4", "n5"}
    assert "n4" in first
    assert "n4" in again
    assert (code, report["counts"]["unjudged"]) == (int(severity == "P1"), 0)
    assert Kept.of(made.root).verdicts == dict.fromkeys(names, "violation")


def test_two_reviews_at_once_lose_nothing(garden: Callable[..., Garden]) -> None:
    names = [f"n{number:02}" for number in range(24)]
    both = threading.Barrier(2, timeout=LONGEST_S)

    def meets(exchange: Exchange) -> None:
        """The first answer of each waits for the other's first question."""
        both.wait()
        steps.judged()(exchange)

    made = garden(patches(names))
    files = sorted(str(file.relative_to(made.root)) for file in (made.root / "src").iterdir())
    parts = [files[:12], files[12:]]
    with strict_server(script=by_patch({"n00": meets, "n12": meets})) as server:
        running = [started(made, server, *part) for part in parts]
        ended = [one.communicate(timeout=LONGEST_S) for one in running]
    assert [one.returncode for one in running] == [0, 0], ended
    rows = lines_of(made)
    assert len(rows) == len({row["key"] for row in rows}) == len(names)
    assert reviewed(made, None, "--frozen", "--require-judged").code == 0


BROKEN = {
    "a merge": ("<<<<<<< ours\n", "an unfinished merge"),
    "half a line": ('{"verdict": "ok", "clause_ha\n', "this line is no verdict"),
    "no record": ('{"verdict": "ok"}\n', "does not say what it is about"),
    "bytes": (b"\xff\xfe\n", "not UTF-8"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_store_that_cannot_be_read_stops_the_review_before_anything_is_asked(
    name: str, garden: Callable[..., Garden]
) -> None:
    content, reason = BROKEN[name]
    data = content.encode() if isinstance(content, str) else content
    made = garden(FILES).write({f"{STORE}/3.jsonl": b"\n" + data})
    with strict_server() as server:
        done = reviewed(made, server)
        assert server.requests == []
    assert (done.code, done.out) == (2, "")
    first, *hint = done.err.rstrip("\n").split("\n")
    assert first.startswith(f"error: {STORE}/3.jsonl:2: ")
    assert reason in first
    assert len(hint) == 1


CACHE = ".gardener/cache"


def test_a_cache_that_is_a_file_is_one_clear_line(garden: Callable[..., Garden]) -> None:
    made = garden({**FILES, CACHE: "not a folder\n"})
    with strict_server() as server:
        done = reviewed(made, server)
        assert server.requests == []
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"error: {CACHE}")
    assert reviewed(made, None, "--frozen").code == 0


def test_a_cache_that_leads_elsewhere_is_not_followed(garden: Callable[..., Garden]) -> None:
    made = garden(FILES)
    elsewhere = made.root.parent / "elsewhere"
    elsewhere.mkdir()
    (made.root / ".gardener").mkdir()
    (made.root / CACHE).symlink_to(elsewhere)
    with strict_server() as server:
        done = reviewed(made, server)
    assert (done.code, done.out) == (2, "")
    assert list(elsewhere.iterdir()) == []


def test_a_store_that_is_no_folder_is_one_clear_line(garden: Callable[..., Garden]) -> None:
    made = garden({**FILES, STORE: "not a folder\n"})
    with strict_server() as server:
        done = reviewed(made, server)
    assert (done.code, done.out) == (2, "")
    assert STORE in done.err
    assert "unexpectedly" not in done.err


def test_what_is_lost_in_the_cache_is_asked_again_and_no_more(garden: Callable[..., Garden]) -> None:
    spoilt = {f"{CACHE}/pending.jsonl": b"\xff\n{}\n[1]\n" + b"x" * 10_000, f"{CACHE}/endpoints.json": "["}
    made = garden(FILES).write(spoilt)
    with strict_server() as server:
        done = reviewed(made, server)
    assert (done.code, len(done.hits), done.json["failures"]) == (1, 1, [])


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_checkout_that_cannot_be_written_is_one_clear_line(garden: Callable[..., Garden]) -> None:
    made = garden(FILES)
    made.root.chmod(0o555)
    try:
        with strict_server() as server:
            done = reviewed(made, server)
        frozen = reviewed(made, None, "--frozen")
    finally:
        made.root.chmod(0o755)
    assert (done.code, done.out) == (2, "")
    assert "Traceback" not in done.err
    assert (frozen.code, frozen.json["counts"]["unjudged"]) == (0, 3)


def test_requests_are_not_written_where_their_manifest_cannot_be(garden: Callable[..., Garden]) -> None:
    made = garden({**FILES, "requests.jsonl.manifest.json/keep": ""})
    done = reviewed(made, None, "--emit", "requests.jsonl")
    assert (done.code, done.out) == (2, "")
    assert "requests.jsonl.manifest.json" in done.err
    assert not (made.root / "requests.jsonl").exists()


def test_requests_can_be_written_without_a_cache(garden: Callable[..., Garden]) -> None:
    made = garden({**FILES, CACHE: "not a folder\n"})
    assert reviewed(made, None, "--emit", "requests.jsonl").code == 0
    assert len(made.read("requests.jsonl").split(b"\n")) == 2
    assert CLAUSE in made.read("requests.jsonl.manifest.json").decode()
