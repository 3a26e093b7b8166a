"""How long it takes, and how much memory, to learn from many comments: `gardener learn` end to end, without a key.

    python benchmarks/learning_speed.py [--comments 10000] [--files 500] [--keep FOLDER]

The comments are made up, the same ones every time: those of the induction tasks, said in several ways by several
people, in a sea of remarks that never recur. The repository they are about holds so many files of the standard library.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import sysconfig
import tempfile
from pathlib import Path

from induction import TASKS, read_tasks
from measure import Command, run

PEOPLE = ["ada", "ben", "cleo", "dan", "eve", "fay", "gus", "hal"]
WAYS = ["{}", "Please: {}", "{} again", "same here: {}", "nit: {}", "{}, as we said in the last review"]
OPENINGS = ["why is", "what about", "could we move", "I would drop", "does anybody use", "please double check", "odd:"]
_MOST_BYTES = 60_000
# About as many different words and names as a large project's reviews have.
_WORDS = 40_000


def records(count: int) -> list[dict[str, object]]:
    """The comments, in the format that `gardener learn` reads."""
    chance = random.Random(7)
    words = ["".join(chance.choices(_SYLLABLES, k=3)) for _ in range(_WORDS)]
    found: list[dict[str, object]] = []
    for task in [task for path in sorted(TASKS.glob("*.txt")) for task in read_tasks(path)]:
        for way in WAYS:
            for sample in task.samples:
                found.append(_record(chance, len(found), way.format(task.title.lower()), sample.before, sample.after))
    while len(found) < count:
        said = f"{chance.choice(OPENINGS)} {' '.join(chance.sample(words, chance.randint(3, 9)))}"
        name = chance.choice(words)
        code = f"def {name}({chance.choice(words)}):\n    return {chance.choice(words)}.{chance.choice(words)}\n"
        found.append(_record(chance, len(found), said, code if chance.random() < 0.7 else None, None))
    return found[:count]


_SYLLABLES = [consonant + vowel for consonant in "bdfgklmnprstvz" for vowel in "aeiou"]


def _record(chance: random.Random, number: int, body: str, before: str | None, after: str | None) -> dict[str, object]:
    return {
        "id": f"c{number}", "source": "jsonl", "pr": str(number % 700), "author": chance.choice(PEOPLE),
        "association": "MEMBER", "created_at": f"2026-{1 + number % 12:02d}-{1 + number % 28:02d}",
        "path": f"app/part{number % 40}/module{number % 13}.py", "body": body, "before": before, "after": after,
        "before_file": before, "after_file": after, "resolved": after is not None,
    }  # fmt: skip


def repository(folder: Path, count: int) -> None:
    """Some files of the standard library, as a repository."""
    library = Path(sysconfig.get_path("stdlib"))
    sources = sorted(library.glob("*.py")) + sorted(library.glob("[a-z]*/*.py"))
    small = [path for path in sources if path.stat().st_size < _MOST_BYTES and "site-packages" not in path.parts]
    for path in small[:count]:
        target = folder / "app" / path.relative_to(library)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)


def main() -> int:
    """Make the comments and the repository, learn, and print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--comments", type=int, default=10_000)
    parser.add_argument("--files", type=int, default=500)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = options.keep or Path(made)
        folder.mkdir(exist_ok=True)
        repository(folder, options.files)
        lines = "".join(json.dumps(record) + "\n" for record in records(options.comments))
        (folder / "feedback.jsonl").write_text(lines, encoding="utf-8")
        learn = (sys.executable, "-m", "gardener", "learn", "feedback.jsonl", "--format", "json")
        done = run(Command("learn", learn, folder, good=(0,)), memory=True)
    themes = json.loads(done.out)["themes"]
    routes = {name: sum(theme["route"] == name for theme in themes) for name in sorted({t["route"] for t in themes})}
    print(
        f"{options.comments} comments, {options.files} files: {done.seconds:.1f} s, {done.megabytes:.0f} MB, "
        f"{len(themes)} themes: {routes}"
    )
    return 0 if done.seconds < 60 and done.megabytes < 500 else 1


if __name__ == "__main__":
    sys.exit(main())
