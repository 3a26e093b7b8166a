"""Writes docs/rules/, a page for each shipped rule made from the rule itself; `--check` says what is out of date."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from gardener.checking.describe import as_page  # noqa: E402 - the package lies beside this folder
from gardener.checking.load import prepared  # noqa: E402
from gardener.checking.packs import SHIPPED, SHIPPED_PACK, folder_files  # noqa: E402
from gardener.checking.suppressions import HYGIENE_RULES  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gardener.core.rule import Rule

PAGES = ROOT / "docs" / "rules"
COMMAND = "python docs/write_rule_pages.py"
WRITTEN = f"<!-- written by `{COMMAND}` from the rule itself -->\n"
INDEX = """# The rules that ship with gardener

Every page here says what a rule finds, why, and how to set it. What ruff already does well is [left to
ruff](../ruff-has-it.md). How often the rules are right on code that others wrote is [measured](../precision.md), and a
rule is on by default only where that is good.
"""


def shipped_rules() -> list[Rule]:
    """Every rule of the pack and of the suppressions, sorted by id."""
    files = [file for file in folder_files(SHIPPED, SHIPPED_PACK) if file.may_hold_rule]
    rules = [rule for rule in (prepared(file, prove=False) for file in files) if rule is not None]
    return sorted([*rules, *HYGIENE_RULES], key=lambda rule: rule.id)


def page_of(rule: Rule) -> str:
    """The page of one rule."""
    parts = [WRITTEN, as_page(replace(rule, place=""))]
    if not rule.default:
        select = f'[tool.gardener]\nextend-select = ["{rule.id}"]'
        parts.append(f"Off by default. Switch it on:\n\n```toml\n{select}\n```\n")
    if options := options_of(rule):
        table = "\n".join(f"{name} = {value}" for name, value in options.items())
        parts.append(f"It can be set:\n\n```toml\n[tool.gardener.rules.{rule.id}]\n{table}\n```\n")
    return "\n".join(parts)


def options_of(rule: Rule) -> dict[str, str]:
    """The numbers and words that a team may want to set, as TOML."""
    body = rule.body
    values = body.get("options") if body.get("form") == "python" else body.get("parameters")
    plain = {name: value for name, value in (values or {}).items() if name in ("value", "limit", "splat")}
    if body.get("form") == "python":
        plain = dict(values or {})
    return {name: as_toml(value) for name, value in plain.items() if not isinstance(value, dict)}


def as_toml(value: object) -> str:
    """A plain value as TOML writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(as_toml(item) for item in value)}]"
    return str(value) if isinstance(value, (int, float)) else '"' + str(value).replace("\\", "\\\\") + '"'


def index_of(rules: Sequence[Rule]) -> str:
    """The page that lists all rules."""
    groups = {
        "On by default": [rule for rule in rules if rule.default and rule.body.get("form") != "suppression"],
        "Off by default": [rule for rule in rules if not rule.default],
        "About suppressions and the baseline": [rule for rule in rules if rule.body.get("form") == "suppression"],
    }
    tables = [f"## {name}\n\n{table_of(members)}" for name, members in groups.items() if members]
    return "\n".join([WRITTEN, INDEX, *tables])


def table_of(rules: Iterable[Rule]) -> str:
    """Rules as a table of links."""
    rows = [
        f"| [{rule.id}]({rule.id}.md) | {rule.severity} | {'yes' if rule.fixes else ''} | {rule.title} |"
        for rule in rules
    ]
    return "\n".join(["| Rule | Severity | Fix | What it finds |", "|---|---|---|---|", *rows]) + "\n"


def pages() -> dict[str, str]:
    """Every page by its file name."""
    rules = shipped_rules()
    return {"README.md": index_of(rules), **{f"{rule.id}.md": page_of(rule) for rule in rules}}


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the pages, or with `--check` name those that are not what they would be; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a page is out of date")
    checking = parser.parse_args(arguments).check
    wanted = pages()
    present = {path.name: path.read_text(encoding="utf-8") for path in PAGES.glob("*.md")}
    changed = sorted(name for name in {*wanted, *present} if wanted.get(name) != present.get(name))
    for name in changed:
        sys.stdout.write(f"docs/rules/{name}\n")
    if checking:
        if changed:
            sys.stderr.write(f"out of date; run `{COMMAND}`\n")
        return 1 if changed else 0
    PAGES.mkdir(exist_ok=True)
    for name in changed:
        if name in wanted:
            (PAGES / name).write_text(wanted[name], encoding="utf-8")
        else:
            (PAGES / name).unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
