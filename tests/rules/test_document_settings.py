"""What the settings say about single paths holds for rules about documents too."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.conftest import Garden

PAGE = "# Guide\n\nSee [the plan](plan.md).\n"


def test_a_severity_for_a_folder_holds_for_its_documents(
    garden: Callable[[Mapping[str, str | bytes]], Garden],
) -> None:
    pages = {f"{folder}/guide.md": PAGE for folder in ("docs", "handbook")}
    plans = {f"{folder}/plan.md": "# Plan\n" for folder in ("docs", "handbook")}
    made = garden({**pages, **plans})
    made.commit()
    for plan in plans:
        (made.root / plan).unlink()
    made.commit("Remove the plans")
    settings = '[per-path."handbook/**".rules.broken-link]\nseverity = "P3"\nstate = "warn"\n'
    made.write({"gardener.toml": settings})
    found = made.run("check", "--select", "broken-link", "--format", "json").json["findings"]
    assert {(item["path"], item["severity"] == "P3", item["gates"]) for item in found} == {
        ("docs/guide.md", False, True),
        ("handbook/guide.md", True, False),
    }
