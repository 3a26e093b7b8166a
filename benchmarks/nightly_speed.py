"""How long a night takes on a large repository, cold and with little changed, and how much memory.

    python benchmarks/nightly_speed.py [--files 3000] [--commits 10000] [--quick] [--keep FOLDER]

Makes a repository of that many Python files and commits (with documents, beliefs, a tracker, rules of its own and a
baseline), runs `gardener garden --apply` on it without a model: cold, again, and with 1 % of the files changed. Fails
when the bars of 60 s, 15 s and 600 MB are not met. `--quick` makes a tenth of it, and holds it to the same bars.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from measure import Command, Sample, run

COLD_SECONDS, WARM_SECONDS, MEGABYTES = 60.0, 15.0, 600.0
AREAS = 30
DOCUMENTS = 200
CHANGED_SHARE = 0.01
RULE = """# Old client

```toml gardener
severity = "P2"
pattern = "old_client($X)"
message = "`old_client` forgets the tenant"
fix = "new_client($X)"
safety = "safe"
belief = "every-tenant-is-known"
```

The old client answers for every tenant at once.

```python bad
old_client(1)
```

```python good
new_client(1)
```
"""
BELIEFS = """# Core beliefs

## Every tenant is known

Every call must name its tenant.

- **Scope:** `shop/**`
- **Enforced by:** rule `old-client`

## Calls are bounded

Every call over the network must carry a timeout.

- **Scope:** `shop/**`
- **Enforced by:** rule `network-call-without-timeout`; review
- **Guardrail:** yes
"""
TRACKER = """# Debt

<!-- gardener:grades -->
<!-- /gardener:grades -->

| ID | Area | Debt | Severity | Status | Belief | Evidence | Opened | Owner | Done when |
|---|---|---|---|---|---|---|---|---|---|
"""


def made(root: Path, files: int, commits: int) -> list[str]:
    """A repository, fed to `git fast-import`; the paths of its Python files."""
    rng = random.Random(11)
    paths = [f"shop/area{number % AREAS:02d}/part{number // AREAS // 10}/m{number}.py" for number in range(files)]
    versions = dict.fromkeys(paths, 0)
    folders = {path.rpartition("/")[0] for path in paths}
    packages = {"shop", *folders, *(folder.rpartition("/")[0] for folder in folders)}
    stream: list[str] = []
    for number in range(commits):
        message = f"Change {number}"
        stream.append(f"commit refs/heads/main\ncommitter A <a@example.org> {1_600_000_000 + number * 9000} +0000\n")
        stream.append(f"data {len(message)}\n{message}\n")
        if number == 0:
            stream += [_file(f"{package}/__init__.py", '"""A package."""\n') for package in sorted(packages)]
            stream += [_file(path, code(path, 0)) for path in paths]
            stream += [_file(f"docs/d{one}.md", _document(rng, one, paths)) for one in range(DOCUMENTS)]
            stream += [_file("rules/old-client.md", RULE), _file("core-beliefs.md", BELIEFS)]
            rows = "".join(
                f"| D{one} | shop/area{one % AREAS:02d} | debt {one} | P{one % 4} | open | | | 2020-10-01 | | done |\n"
                for one in range(60)
            )
            stream += [_file("tech-tracker.md", TRACKER + rows), _file("README.md", "# Shop\n\nSee [docs](docs/).\n")]
            continue
        path = rng.choice(paths)
        versions[path] += 1
        stream.append(_file(path, code(path, versions[path])))
    stream.append("done\n")
    subprocess.run(["git", "init", "-q", "-b", "main", str(root)], check=True)
    subprocess.run(["git", "fast-import", "--quiet", "--done"], cwd=root, input="".join(stream).encode(), check=True)
    subprocess.run(["git", "reset", "-q", "--hard"], cwd=root, check=True)
    return paths


def code(path: str, version: int) -> str:
    """A module of about a hundred lines; one in ten has something that a rule of the repository finds."""
    stem = path.rpartition("/")[2].removesuffix(".py")
    number = int(stem[1:])
    head = f'"""Module {stem}, version {version}."""\n\nimport requests\n\nLIMIT = {number}\n\n\n'
    body = "\n\n".join(
        f"def {stem}_{part}(value: int, *, scale: int = {part + 1}) -> int:\n"
        f'    """Scale a value, and add {version}."""\n'
        f"    if value > LIMIT:\n        raise ValueError(value)\n"
        f"    total = {version}\n    for step in range(scale):\n        total += value * step\n"
        f"    return total + {part}\n"
        for part in range(9)
    )
    flaw = f"\n\ndef {stem}_open(x: str) -> object:\n    return old_client(x)\n" if number % 10 == 0 else ""
    call = f"\n\ndef {stem}_get(url: str) -> bytes:\n    return requests.get(url, timeout=5).content\n"
    return f"{head}{body}{flaw}{call}"


def _file(path: str, text: str) -> str:
    return f"M 100644 inline {path}\ndata {len(text.encode())}\n{text}\n"


def _document(rng: random.Random, number: int, paths: list[str]) -> str:
    parts = [f"# Document {number}\n"]
    for section in range(6):
        chosen = [rng.choice(paths) for _ in range(4)]
        parts.append(f"## Section {section}\n\n" + "What is sold here, and to whom, and how it is paid. " * 6 + "\n")
        parts += [f"- `{path}` holds a part of it" for path in chosen]
        parts.append(f"\nSee [the other](d{(number + section) % DOCUMENTS}.md).\n")
    return "\n".join(parts)


def night(root: Path, *, memory: bool = False) -> Sample:
    """One night, as a process of its own. Watching its memory slows it down, so that is not done while it is timed."""
    program = "import sys; sys.path.insert(0, sys.argv.pop(1)); from gardener.cli import main; main()"
    here = str(Path(__file__).resolve().parent.parent)
    arguments = (sys.executable, "-c", program, here, "garden", "--apply", "--report", str(root.parent / "reports"))
    return run(Command("night", (*arguments, "--format", "json"), root, good=(0,)), memory=memory)


def steps(root: Path) -> str:
    """How long each step took, as the record of the run has it."""
    record = json.loads((root / ".gardener" / "cache" / "night.json").read_text(encoding="utf-8"))
    return ", ".join(f"{step['step']} {step['seconds']:.1f}" for step in record["steps"])


def main() -> int:
    """Measure, print a table, and say whether the bars are met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=3000)
    parser.add_argument("--commits", type=int, default=10_000)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    files, commits = (options.files // 10, options.commits // 10) if options.quick else (options.files, options.commits)
    with tempfile.TemporaryDirectory() if options.keep is None else contextlib.nullcontext(options.keep) as folder:
        return measured(Path(folder) / "repository", files, commits)


def measured(root: Path, files: int, commits: int) -> int:
    """Four nights on one repository; 0 when all bars are met."""
    paths = made(root, files, commits)
    rows = [
        ("cold", night(root), steps(root), COLD_SECONDS),
        ("nothing changed", night(root), steps(root), WARM_SECONDS),
    ]
    changed = random.Random(5).sample(paths, max(1, int(files * CHANGED_SHARE)))
    for path in changed:
        (root / path).write_text(code(path, 999), encoding="utf-8")
    commit = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-qam", "More"]
    subprocess.run(commit, cwd=root, check=True)
    rows.append(("1 % changed", night(root), steps(root), WARM_SECONDS))
    print(f"{files} files, {commits} commits")
    for name, sample, told, bar in rows:
        met = "met" if sample.seconds < bar else "NOT MET"
        print(f"{name:<16} {sample.seconds:7.2f} s of {bar:.0f}  {met}  ({told})")
    shutil.rmtree(root / ".gardener" / "cache")
    used = night(root, memory=True).megabytes
    print(f"{'memory, cold':<16} {used:6.0f} MB of {MEGABYTES:.0f}  {'met' if used < MEGABYTES else 'NOT MET'}")
    return 0 if used < MEGABYTES and all(sample.seconds < bar for _, sample, _, bar in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
