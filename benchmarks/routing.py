"""How often ruff's own rules are found again from the code in their documentation.

    python benchmarks/routing.py [--silent] [--missed]

Most of ruff's rules document code that breaks them and code that does not. Each such pair becomes a theme: what was
said is the rule's own summary (`--silent`: nothing that means anything), what was and what became of it the pair. The
route taken should be `ruff`, to that rule. All pairs go through the same routing as any feedback.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from gardener.core.feedback import Evidence, Feedback, Theme
from gardener.learning.case import cases_of
from gardener.learning.ground import read_ground
from gardener.learning.splitting import routed

if TYPE_CHECKING:
    from gardener.repo.ruff_codes import RuffRule

_EXAMPLE = re.compile(r"^## Examples?\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_INSTEAD = re.compile(r"^(?:Use instead|Instead, use)[^\n]*\n", re.MULTILINE)
_FENCE = re.compile(r"^```(?:python|pyi|py)?[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)


def documented_pair(rule: RuffRule) -> tuple[str, str] | None:
    """The first bad and good example in a rule's documentation; None where there is no such pair."""
    example = _EXAMPLE.search(rule.text)
    parts = _INSTEAD.split(example[1], maxsplit=1) if example else []
    fences = [_FENCE.search(part) for part in parts]
    if len(fences) < 2 or fences[0] is None or fences[1] is None:
        return None
    return fences[0][1], fences[1][1]


def theme_of(number: int, rule: RuffRule, pair: tuple[str, str], *, silent: bool) -> Theme:
    """The pair as what three people said in three pull requests."""
    said = "" if silent else rule.summary
    path = "example.pyi" if rule.code.startswith("PYI") else "example.py"
    evidence = tuple(
        Evidence(
            Feedback(f"{rule.code}-{copy}", "jsonl", said, pr=str(copy), author=f"person {copy}", path=path,
                     before_file=pair[0], after_file=pair[1]),
            said, before=pair[0], after=pair[1], tier="T2", fate="addressed",
        )
        for copy in range(3)
    )  # fmt: skip
    return Theme(f"T{number:08x}", rule.summary, evidence)


def main() -> int:
    """Route all pairs and print how many came back to their rule."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--silent", action="store_true")
    parser.add_argument("--missed", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        root = Path(made)
        (root / "ruff.toml").write_text('target-version = "py314"\n[lint]\nselect = []\n', encoding="utf-8")
        (root / "nothing.py").write_text("", encoding="utf-8")
        ground = read_ground(root)
        # What gardener ships would take some of the themes before ruff is asked.
        ground = replace(ground, rules=())
        pairs = [(rule, pair) for rule in ground.ruff_rules.values() if (pair := documented_pair(rule))]
        started = time.perf_counter()
        cases = cases_of(
            [theme_of(number, rule, pair, silent=options.silent) for number, (rule, pair) in enumerate(pairs)], ground
        )
        found, _ = routed(cases)
        spent = time.perf_counter() - started
    right = sum(one.route == "ruff" and one.target == rule.code for one, (rule, _) in zip(found, pairs, strict=True))
    other = sum(one.route == "ruff" and one.target != rule.code for one, (rule, _) in zip(found, pairs, strict=True))
    if options.missed:
        for one, (rule, _) in zip(found, pairs, strict=True):
            if one.target != rule.code:
                told = next((each.reason for each in one.rejected if each.route == "ruff"), one.reason)
                print(f"{rule.code} {rule.name}: {one.route} {one.target}: {told}")
    print(
        f"{len(pairs)} pairs of {len(ground.ruff_rules)} rules: {right} to the documented rule "
        f"({right / len(pairs):.1%}), {other} to another rule of ruff, {len(pairs) - right - other} not to ruff; "
        f"{spent:.1f} s"
    )
    return 0 if right / len(pairs) >= 0.85 and spent < 60 else 1


if __name__ == "__main__":
    sys.exit(main())
