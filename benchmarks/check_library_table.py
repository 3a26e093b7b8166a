"""The claims of `network_calls.toml` against the libraries themselves: names, parameters, positions, defaults.

    python benchmarks/check_library_table.py [--work FOLDER] [--verbose]

Installs the newest release of every distribution that the table names into an environment of its own, imports there
what the table lists, and compares signatures. Prints a line for each library and one for each claim that does not
hold; exits with 1 when there is one. What no signature shows (a default that is applied deep inside) was read in the
source of the release that the table calls `checked`; those claims are counted as read.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import venv
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gardener.checking.timeouts.table import Entry, shipped_table

if TYPE_CHECKING:
    from collections.abc import Mapping

PROBE = r"""
import importlib, importlib.metadata, inspect, json, sys, warnings
warnings.simplefilter("ignore")

def find(name):
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:end]))
        except Exception:
            continue
        for part in parts[end:]:
            if not hasattr(found, part):
                return None
            found = getattr(found, part)
        return found
    return None

def look(name):
    found = find(name)
    if found is None:
        return None
    try:
        parameters = list(inspect.signature(found).parameters.values())
    except (TypeError, ValueError):
        return []
    return [(item.name, item.kind.name, repr(item.default)) for item in parameters]

asked = json.load(sys.stdin)
versions = {}
for name in asked["distributions"]:
    try:
        versions[name] = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        versions[name] = None
json.dump({"versions": versions, "signatures": {name: look(name) for name in asked["names"]}}, sys.stdout)
"""


def main() -> None:
    """Install, probe, compare, print."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "gardener-libraries")
    options.add_argument("--verbose", action="store_true", help="also list what only the source shows")
    given = options.parse_args()
    table = shipped_table("network_calls")
    distributions = sorted({item.distribution for item in table.libraries.values() if item.distribution})
    python = _environment(given.work, distributions)
    asked = {"distributions": distributions, "names": sorted(table.by_name())}
    out = subprocess.run([python, "-c", PROBE], input=json.dumps(asked), capture_output=True, text=True, check=True)
    seen = json.loads(out.stdout)
    counts: Counter[tuple[str, str]] = Counter()
    broken = []
    for entry in table.entries:
        for name in entry.qualified:
            verdict, reason = _compare(entry, seen["signatures"][name])
            counts[entry.title, verdict] += 1
            broken += [f"{name}: {reason}"] if verdict == "wrong" else []
            if given.verbose and verdict == "read":
                print(f"  {name}: {reason}")
    _print(table.libraries, seen["versions"], counts)
    print("\n".join(broken))
    sys.exit(bool(broken))


def _environment(folder: Path, distributions: list[str]) -> Path:
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *distributions], check=True)
    return python


def _compare(entry: Entry, signature: list[list[str]] | None) -> tuple[str, str]:
    """`shown` when the signature says so, `read` when only the source does, `wrong` when the signature disagrees."""
    if entry.role == "factory":
        return "read", "what it makes takes the timeout"
    if signature is None:
        return "read", "no such attribute at import: it belongs to what a call returns, or to older releases"
    if not entry.timeout:
        wrong = next((item[0] for item in signature if item[0] == "timeout"), None)
        return ("wrong", "has a timeout after all") if wrong else ("shown", "")
    parameters = [item for item in signature if item[0] != "self"]
    named = {item[0]: item for item in parameters}
    present = [item for item in entry.timeout if item in named]
    if not present:
        takes_any = any(item[1] == "VAR_KEYWORD" for item in parameters) or not parameters
        return ("read", "passed through keywords") if takes_any else ("wrong", f"takes no `{entry.timeout[0]}`")
    kind, default = named[present[0]][1:]
    index = [item[0] for item in parameters].index(present[0])
    placed = entry.position is not None and present[0] == entry.timeout[0]
    if placed and ("KEYWORD_ONLY" in kind or (index != entry.position and "POSITIONAL" in kind)):
        return "wrong", f"`{present[0]}` stands at {index}, not {entry.position}"
    return _compare_default(entry, default)


def _compare_default(entry: Entry, default: str) -> tuple[str, str]:
    number = default.replace(".", "", 1).isdigit()
    if entry.absent == "unbounded" and number and not entry.until:
        return "wrong", f"has a default of {default}"
    if entry.absent == "bounded" and default == "None":
        return "read", "None, which the source replaces"
    return ("shown", "") if number or default == "None" else ("read", f"a sentinel: {default[:40]}")


def _print(
    libraries: Mapping[str, Any], versions: Mapping[str, str | None], counts: Mapping[tuple[str, str], int]
) -> None:
    print("| library | checked | installed | shown by signatures | read in the source | wrong |")
    print("|---|---|---|---|---|---|")
    for name, library in libraries.items():
        installed = (
            versions.get(library.distribution or "") or f"Python {sys.version_info.major}.{sys.version_info.minor}"
        )
        numbers = " | ".join(str(counts[name, verdict]) for verdict in ("shown", "read", "wrong"))
        print(f"| {name} | {library.checked or '-'} | {installed} | {numbers} |")


if __name__ == "__main__":
    main()
