"""Count what is ordinary: how often names, calls, arguments and shapes occur in much-used code.

    python benchmarks/count_ordinary_code.py FOLDER ... [--output gardener/learning/induction/ordinary_code.json]

Counts go into a packaged file, by which a learned rule's hits in code of nobody in particular are estimated. No code is
copied: only names found in at least three packages, and numbers. `--fold 0` or `--fold 1` counts only
one half of the files, so that the estimate can be measured on the other.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import json
import sys
from collections import Counter, defaultdict
from pathlib import Path

from gardener.checking.parsing import in_deep_stack
from gardener.learning.induction.counting import features
from gardener.learning.induction.ordinary import COUNTS
from gardener.learning.induction.reading import Code, read
from gardener.learning.induction.term_reading import TermReader
from gardener.repo.files import decode

SKIPPED = {"test", "tests", "testing", "idlelib", "lib2to3", "turtledemo", "_vendor", "site-packages"}
LONGEST = 512 * 1024
FEWEST_PACKAGES = 3
BYTES = 195_000


def python_files(folder: Path) -> list[Path]:
    """The Python files of a folder that are no tests and no copies of other packages."""
    found = (path for path in folder.rglob("*.py") if not SKIPPED & set(path.relative_to(folder).parts))
    return sorted(path for path in found if path.stat().st_size <= LONGEST)


def in_fold(path: Path, fold: int | None) -> bool:
    """Whether a file belongs to the half that is counted."""
    return fold is None or hashlib.sha256(path.name.encode()).digest()[0] % 2 == fold


def count_file(path: Path) -> tuple[Counter[str], int]:
    """The features of one file and its number of lines; nothing for what does not parse."""
    found: Counter[str] = Counter()
    try:
        text = decode(path.read_bytes()).text
    except (OSError, ValueError):
        return found, 0
    code = read(text, path.name)
    if not isinstance(code, Code):
        return found, 0
    reader = TermReader(code)
    for statement in code.tree.body:
        for term in reader.read(statement).walk():
            found.update(set(features(term)) - {""})
    for node in ast.walk(code.tree):
        if isinstance(node, ast.Import):
            found.update(f"import {alias.name}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.update({f"import {node.module}", *(f"import {node.module}.{alias.name}" for alias in node.names)})
    return found, text.count("\n")


def main() -> int:
    """Count and write."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--output", type=Path, default=COUNTS)
    parser.add_argument("--fold", type=int, choices=[0, 1])
    options = parser.parse_args()
    total: Counter[str] = Counter()
    packages: dict[str, set[str]] = defaultdict(set)
    lines = 0
    for folder in options.folders:
        for path in python_files(folder):
            if not in_fold(path, options.fold):
                continue
            found, length = in_deep_stack(lambda path=path: count_file(path))  # type: ignore[misc]  # path is bound
            total += found
            lines += length
            package = path.relative_to(folder).parts[0]
            for feature in found:
                packages[feature].add(package)
    common = {feature: count for feature, count in total.items() if len(packages[feature]) >= FEWEST_PACKAGES}
    least = 3
    while True:
        kept = {feature: count for feature, count in sorted(common.items()) if count >= least}
        text = json.dumps({"lines": lines, "least": least, "features": kept}, separators=(",", ":"), ensure_ascii=False)
        if len(text.encode()) <= BYTES:
            break
        least += 1
    options.output.write_text(text + "\n", encoding="utf-8")
    print(f"{lines} lines, {len(kept)} of {len(total)} features that occur at least {least} times")
    return 0


if __name__ == "__main__":
    sys.exit(main())
