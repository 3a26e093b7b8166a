"""What a team can say about `network-call-without-timeout`, and what it hears when it says it wrongly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from test_network_calls import rule

from gardener.checking.check import check
from gardener.checking.engine import Engine, examine_variant
from gardener.checking.request import CheckRequest
from gardener.checking.selection import Selection, Variant
from gardener.core.errors import GardenerError
from gardener.core.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from gardener.core.finding import Finding

ID = "network-call-without-timeout"


def found(code: str, path: str = "example.py", **options: Any) -> tuple[Finding, ...]:
    """What the rule finds under options."""
    return examine_variant(Variant(rule(), options), code, path).findings


def lines(code: str, **options: Any) -> list[int]:
    """The lines on which something is found."""
    return [item.place.line for item in found(code, **options)]


def test_a_wrapper_of_the_team_must_be_given_a_timeout() -> None:
    code = "from ourlib.http import fetch\nfetch(u)\nfetch(u, timeout=3)\nfetch(u, timeout=None)\n"
    assert lines(code) == []
    assert lines(code, wrappers=["ourlib.http.fetch"]) == [2, 4]


@pytest.mark.parametrize(
    "code",
    [
        "from ourlib import deadline\nimport requests\nwith deadline(3):\n    requests.get(u)\n",
        "from ourlib import deadline\nimport requests\ndeadline(requests.get(u))\n",
        "import requests\ndef deadline(f): ...\ndeadline(requests.get(u))\n",
        "import requests\nclass deadline(requests.Session):\n    pass\ndeadline().get(u)\n",
        "import requests\ndef deadline():\n    requests.get(u)\n",
    ],
)
def test_what_the_team_calls_safe_is_safe(code: str) -> None:
    assert len(lines(code)) == 1
    assert lines(code, **{"safe-wrappers": ["ourlib.deadline", "example.deadline"]}) == []


def test_three_lines_of_settings_add_a_library() -> None:
    code = "import ours\nours.dial(h)\nours.dial(h, 3)\nours.dial(h, wait=3)\nours.dial(h, wait=0)\n"
    entry = {"names": ["ours.dial"], "timeout": "wait", "position": 1, "zero": "unbounded"}
    assert lines(code, libraries=[entry]) == [2, 5]


def test_an_entry_of_the_team_wins_over_the_table() -> None:
    code = "import requests\nrequests.get(u)\nrequests.put(u)\n"
    assert lines(code, libraries=[{"names": ["requests.get"], "absent": "bounded"}]) == [3]


def test_splats_count_as_the_team_says() -> None:
    code = "import requests\nrequests.get(u, **options())\n"
    assert [item.certainty for item in found(code)] == ["maybe"]
    assert [item.certainty for item in found(code, splat="likely")] == ["likely"]
    assert found(code, splat="ignore") == ()


def test_a_timeout_can_be_too_long() -> None:
    code = "import requests, pymongo\nrequests.get(u, timeout=3600)\npymongo.MongoClient(u, timeoutMS=3600)\n"
    assert lines(code) == []
    assert lines(code, max=600) == [2]


def test_strict_asks_where_the_default_is_long() -> None:
    code = "import openai, aiohttp\nopenai.OpenAI()\naiohttp.ClientSession()\n"
    assert lines(code) == []
    assert lines(code, strict=True) == [2, 3]


def test_the_whole_program_may_have_a_default() -> None:
    code = "import requests\nfrom urllib.request import urlopen\nurlopen(u)\nrequests.get(u)\n"
    assert lines(code, **{"socket-default": True}) == [4]


def test_the_fix_writes_what_the_team_says() -> None:
    code = "import requests\nrequests.get(u)\n"
    assert [item.remediation for item in found(code, value="settings.TIMEOUT")] == ["add `timeout=settings.TIMEOUT`"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"splat": "perhaps"}, "`splat` must be one of"),
        ({"wraper": ["a.b"]}, "unknown key `wraper`"),
        ({"wrappers": ["a b"]}, "`wrappers` must hold dotted names"),
        ({"max": 0}, "`max` must be above 0"),
        ({"libraries": [{"timeout": "t"}]}, "`libraries` of entry 1 are wrong: `names` is missing"),
        ({"libraries": [{"names": ["a.b"], "role": "x"}]}, "`role` must be one of"),
        ({"libraries": ["a.b"]}, "entry 1 must be a table"),
        ({"table": "nothing"}, "there is no table `nothing`"),
    ],
)
def test_a_wrong_option_is_refused(options: Mapping[str, Any], message: str) -> None:
    with pytest.raises(GardenerError, match=message.replace("(", r"\(")):
        found("import requests\nrequests.get(u)\n", **options)


REDIS = b"import redis\nredis.Redis(host=h)\n"


@pytest.mark.parametrize(
    ("version", "certainties"), [("5.0.1", ["certain"]), ("7.9", ["certain"]), ("8.0", []), ("8.1.0", []), ("9", [])]
)
def test_the_pinned_release_decides(version: str, certainties: list[str]) -> None:
    selection = Selection((rule(),), Settings(), (ID,), versions={"redis": version})
    result = Engine(selection).examine("a.py", REDIS)
    assert [item.certainty for item in result.findings] == certainties
    assert result.notes == ()


def test_an_unknown_release_is_said_once(tmp_path: Path) -> None:
    for name in ("a.py", "b.py"):
        (tmp_path / name).write_bytes(REDIS)
    for _ in range(2):  # the second time from the cache
        report = check(CheckRequest(root=tmp_path, select=(ID,)))
        assert [item.certainty for item in report.findings] == ["maybe", "maybe"]
        assert len([note for note in report.notes if "the release of `redis`" in note]) == 1
        assert report.exit_code() == 0


def test_a_lock_file_is_heard_and_a_broken_one_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(REDIS)
    lock = tmp_path / "uv.lock"
    lock.write_text('version = 1\n[[package]]\nname = "redis"\nversion = "5.2.0"\n', encoding="utf-8")
    assert [item.certainty for item in check(CheckRequest(root=tmp_path, select=(ID,))).findings] == ["certain"]
    lock.write_text('[[package]]\nname = "redis"\nversion = "8.1.0"\n', encoding="utf-8")
    assert check(CheckRequest(root=tmp_path, select=(ID,))).findings == ()
    lock.write_bytes(b"\xff\xfe[[package\x00")
    assert [item.certainty for item in check(CheckRequest(root=tmp_path, select=(ID,))).findings] == ["maybe"]
