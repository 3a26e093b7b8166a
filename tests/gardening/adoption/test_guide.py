"""The section for coding agents: written once, kept in step by `init` and `check --fix`, reported when it is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Make = Callable[..., Any]

BELIEF = "# Core beliefs\n\n## One way\n\nThere must be one way.\n\n- **Scope:** `src/**`\n- **Enforced by:** review\n"
BLOCK = "<!-- gardener:agents trunk -->\n<!-- /gardener:agents -->\n"


def test_the_section_names_what_holds_and_the_commands(garden: Make) -> None:
    made = garden({"core-beliefs.md": BELIEF, "src/a.py": ""})
    made.run("init")
    text = made.read("AGENTS.md").decode()
    assert "`gardener check --diff main --format agent`" in text
    assert "  - One way (`src/**`)\n<!-- /gardener:agents -->\n" in text


def test_a_section_that_is_out_of_date_is_reported_and_fixed(garden: Make) -> None:
    made = garden({"core-beliefs.md": BELIEF, "AGENTS.md": f"# Agents\n\n{BLOCK}", "src/a.py": ""})
    stale = made.run("check", "--format", "json")
    assert stale.hits == [("stale-generated-block", "AGENTS.md", 3)]
    assert made.run("check", "--fix").code == 0
    assert b"gardener check --diff trunk" in made.read("AGENTS.md")
    assert not made.run("check", "--format", "json").hits


def test_init_brings_a_section_up_to_date_and_nothing_else(garden: Make) -> None:
    made = garden({"core-beliefs.md": BELIEF, "src/a.py": ""})
    made.run("init")
    made.write({"AGENTS.md": made.read("AGENTS.md") + b"\nBe kind.\n"})
    made.write({"core-beliefs.md": BELIEF.replace("One way", "Two ways")})
    ran = made.run("init")
    assert [line for line in ran.out.split("\n") if line.startswith("+++")] == ["+++ b/AGENTS.md"]
    text = made.read("AGENTS.md").decode()
    assert "  - Two ways (`src/**`)\n" in text
    assert text.endswith("\nBe kind.\n")


@pytest.mark.parametrize("name", ["CLAUDE.md", ".github/copilot-instructions.md"])
def test_the_guide_that_is_there_gets_the_section(garden: Make, name: str) -> None:
    made = garden({name: "# Guide\n", "src/a.py": ""})
    made.run("init")
    assert b"gardener:agents" in made.read(name)
    assert not (made.root / "AGENTS.md").exists()


def test_the_section_stays_where_it_is_when_another_guide_appears(garden: Make) -> None:
    made = garden({"CLAUDE.md": "# Guide\n", "src/a.py": ""})
    made.run("init")
    made.write({"AGENTS.md": "# Mine\n"})
    assert "nothing to add" in made.run("init").out
    assert made.read("AGENTS.md") == b"# Mine\n"


def test_a_block_that_is_never_closed_is_left_alone(garden: Make) -> None:
    text = "# Agents\n\n<!-- gardener:agents main -->\nmine\n"
    made = garden({"core-beliefs.md": BELIEF, "AGENTS.md": text, "src/a.py": ""})
    made.run("init")
    assert made.read("AGENTS.md").decode() == text


def test_a_title_cannot_end_the_section_or_speak_in_it(garden: Make) -> None:
    hostile = BELIEF.replace("One way", "One <!-- /gardener:agents --> way `x`").replace("src/**", "src/<!--**")
    made = garden({"core-beliefs.md": hostile, "src/a.py": ""})
    made.run("init")
    text = made.read("AGENTS.md").decode()
    assert text.count("<!-- /gardener:agents -->") == 1
    assert "nothing to add" in made.run("init").out
    assert "stale-generated-block" not in made.run("check").out


def test_only_a_dozen_beliefs_are_listed(garden: Make) -> None:
    many = "# Core beliefs\n" + "".join(
        f"\n## Way {n}\n\nIt must be so.\n\n- **Enforced by:** review\n" for n in range(15)
    )
    made = garden({"core-beliefs.md": many, "src/a.py": ""})
    made.run("init")
    text = made.read("AGENTS.md").decode()
    assert "(`core-beliefs.md`, and 3 more)" in text
    assert "  - Way 11\n" in text
    assert "  - Way 12\n" not in text
