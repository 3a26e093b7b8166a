"""Stories of a tech tracker with a radar: what it forbids is flagged, like the findings of any other rule."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

Make = Callable[..., Any]

SHAPES = Path(__file__).parent.parent / "documents" / "shapes"
RADAR = (SHAPES / "tracker-radar.md").read_text(encoding="utf-8")


def test_forbidden_technologies_are_flagged_where_they_are_imported(garden: Make) -> None:
    code = "import requests\nfrom yaml import load\nimport httpx\nimport uvloop\n"
    made = garden({"tech-tracker.md": RADAR, "a.py": code})
    made.commit()
    ran = made.run("check", "--only", "code", "--format", "json")
    assert ran.code == 1
    assert ran.hits == [("forbidden-technology", "a.py", 1), ("forbidden-technology", "a.py", 2)]
    messages = [item["message"] for item in ran.json["findings"]]
    assert messages[0] == "`requests` is forbidden by tech-tracker.md: no default timeout; use httpx"


def test_a_technology_that_is_allowed_again_is_no_finding(garden: Make) -> None:
    made = garden({"tech-tracker.md": RADAR, "a.py": "import requests\n"})
    assert made.run("check", "--only", "code").code == 1
    made.write({"tech-tracker.md": RADAR.replace("| requests | httpx | no default timeout. |\n", "")})
    assert made.run("check", "--only", "code").code == 0


def test_the_rule_is_proven_and_can_be_allowed_like_any_other(garden: Make) -> None:
    comment = "# gardener: allow[forbidden-technology] the old client needs it\n"
    made = garden({"tech-tracker.md": RADAR, "a.py": f"{comment}import requests\n"})
    assert made.run("rules", "test", "forbidden-technology").code == 0
    assert made.run("check", "--only", "code").code == 0


def test_names_that_are_no_modules_forbid_nothing(garden: Make) -> None:
    table = "| Technology | Status |\n|---|---|\n| Redis (as a queue) | forbidden |\n| class | forbidden |\n"
    made = garden({"tech-tracker.md": f"# Radar\n\n{table}", "a.py": "import redis\n"})
    assert made.run("check", "--only", "code").code == 0


def test_settings_that_name_no_tracker_say_so(garden: Make) -> None:
    made = garden({"gardener.toml": 'tech-tracker = "docs/gone.md"\n', "a.py": ""})
    ran = made.run("check")
    assert ran.code == 2
    assert "`tech-tracker` names `docs/gone.md`, which is not there" in ran.err
