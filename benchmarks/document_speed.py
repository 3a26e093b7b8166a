"""How fast the document rules are on a repository with many documents and a long history.

    python benchmarks/document_speed.py [--documents 500] [--commits 20000] [--repository PATH]

Makes a repository in a temporary folder (or takes a copy of one), and prints the time of the history index against
that of `git log --name-status -M`, of all document rules without anything remembered but the index, of a second run,
of a run after one document changed, and of a run that names one Python file.
"""

from __future__ import annotations

import argparse
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

WORDS = [
    "the",
    "order",
    "of",
    "a",
    "shop",
    "is",
    "placed",
    "once",
    "and",
    "kept",
    "until",
    "it",
    "was",
    "paid",
    "for",
    "by",
    "the",
    "one",
    "who",
    "asked",
    "for",
    "it",
]
FILES = 800


def made(root: Path, documents: int, commits: int) -> None:
    """A repository with that many Markdown files and commits, fed to `git fast-import`."""
    rng = random.Random(7)
    stream: list[str] = []
    code = {f"src/shop/m{number // 40}/f{number}.py": 0 for number in range(FILES)}
    packages = {f"{path.rpartition('/')[0]}/__init__.py" for path in code} | {"src/shop/__init__.py"}
    paths = list(code)
    for number in range(commits):
        message = f"Change {number}"
        stream.append(f"commit refs/heads/main\ncommitter A <a@example.org> {1_500_000_000 + number * 60} +0000\n")
        stream.append(f"data {len(message)}\n{message}\n")
        if number == 0:
            stream += [_file(path, '"""A package."""\n\nname = "shop"\n') for path in sorted(packages)]
            listed = "".join(f"- `docs/part{part}/`\n" for part in range(20))
            stream.append(_file("README.md", f"# Shop\n\n{listed}"))
            stream += [_file(path, _code(path, 0)) for path in paths]
        at = rng.randrange(len(paths))
        if number % 10 == 9:
            old, new = paths[at], paths[at].replace(".py", f"_{number}.py")
            stream.append(f"R {old} {new}\n")
            paths[at] = new
            code[new] = code.pop(old)
        else:
            code[paths[at]] += 1
            stream.append(_file(paths[at], _code(paths[at], code[paths[at]])))
        if number % 40 == 39 or number == commits - 1:
            chosen = range(documents) if number == commits - 1 else [rng.randrange(documents)]
            stream += [_file(f"docs/part{one % 20}/d{one}.md", _document(rng, one, paths)) for one in chosen]
    stream.append("done\n")
    subprocess.run(["git", "init", "-q", "-b", "main", str(root)], check=True)
    feed = "".join(stream).encode()
    subprocess.run(["git", "fast-import", "--quiet", "--done"], cwd=root, input=feed, check=True)
    subprocess.run(["git", "reset", "-q", "--hard"], cwd=root, check=True)


def _file(path: str, text: str) -> str:
    return f"M 100644 inline {path}\ndata {len(text.encode())}\n{text}\n"


def _code(path: str, version: int) -> str:
    stem = path.rpartition("/")[2].removesuffix(".py")
    body = "\n\n".join(f"def {stem}_{part}(x: int) -> int:\n    return x + {version + part}" for part in range(6))
    return f'"""Module {stem}."""\n\n{body}\n'


def _document(rng: random.Random, number: int, paths: list[str]) -> str:
    parts = [f"# Document {number}\n"]
    for section in range(8):
        chosen = [rng.choice(paths) for _ in range(4)]
        prose = " ".join(rng.choice(WORDS) for _ in range(90))
        parts.append(f"## Section {section} of {number}\n\n{prose}.\n")
        parts += [f"- `{path}` holds `shop.{path[9:-3].replace('/', '.')}` and more" for path in chosen]
        parts.append(f"\nSee [the other](../part{number % 20}/d{(number + section * 20) % 500}.md).\n")
        parts.append("```python\nfrom shop import name\n\nprint(name)\n```\n")
    return "\n".join(parts)


def timed(command: list[str], root: Path) -> float:
    """Seconds that a command takes."""
    started = time.perf_counter()
    subprocess.run(command, cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return time.perf_counter() - started


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=500)
    parser.add_argument("--commits", type=int, default=20_000)
    parser.add_argument("--repository", type=Path)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "repository"
        if options.repository:
            subprocess.run(["git", "clone", "-q", "--shared", str(options.repository), str(root)], check=True)
        else:
            made(root, options.documents, options.commits)
        measure(root, options.repeat)


def measure(root: Path, repeat: int) -> None:
    """Time each kind of run `repeat` times, in turn, and print the medians."""
    cache = root / ".gardener" / "cache"
    here = str(Path(__file__).parent.parent)
    python = [sys.executable, "-c", f"import sys; sys.path.insert(0, {here!r}); "]
    index = [
        *python[:2],
        python[2] + "from pathlib import Path; from gardener.repo.history import read_history; read_history(Path('.'))",
    ]
    start = [*python[:2], python[2] + "import gardener.repo.history, gardener.repo.history_index"]
    rules = [*python[:2], python[2] + _RULES]
    check = [*python[:2], python[2] + "from gardener.cli import main; main()"]
    document = next(root.glob("docs/**/*.md"), None) or next(root.glob("**/*.md"))
    script = next(path for path in sorted(root.glob("**/*.py")) if path.stat().st_size > 0).relative_to(root)
    rows: dict[str, list[float]] = {}
    for _ in range(repeat):
        shutil.rmtree(cache, ignore_errors=True)
        rows.setdefault("git log --name-status -M", []).append(timed(["git", "log", "--name-status", "-M"], root))
        rows.setdefault("start of Python and gardener", []).append(timed(start, root))
        rows.setdefault("history index, cold", []).append(timed(index, root))
        rows.setdefault("history index, nothing new", []).append(timed(index, root))
        rows.setdefault("document rules, cold after the index", []).append(timed(rules, root))
        time.sleep(2.1)
        (cache / "documents.json").unlink(missing_ok=True)
        timed(rules, root)
        rows.setdefault("document rules, warm", []).append(timed(rules, root))
        document.write_text(document.read_text(encoding="utf-8") + "\nMore.\n", encoding="utf-8")
        rows.setdefault("document rules, one document changed", []).append(timed(rules, root))
        rows.setdefault("check of one Python file", []).append(timed([*check, "check", str(script)], root))
    for name, seconds in rows.items():
        print(f"{name:<40} {statistics.median(seconds):7.2f} s")


_RULES = (
    "from pathlib import Path; from gardener.checking.check import check; "
    "from gardener.checking.request import CheckRequest; check(CheckRequest(root=Path('.').resolve(), code=False))"
)


if __name__ == "__main__":
    main()
