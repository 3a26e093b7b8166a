"""How well comments about the same thing find each other, and how long ten thousand of them take.

    python benchmarks/clustering.py [--strict] [--details] [--comments N]

`clustering_comments.jsonl` holds labelled comments in sets that stand for six teams; all are our own. Weights and
thresholds were chosen on `tuned-1` and `tuned-2`; `later-1` to `later-3` were written afterwards, and what they showed
to be missing in general was added; `unseen` was written last, and nothing was changed after it was first run. A label
is a theme; null is what nobody else said; `!...` is what several comments say and must not become a theme (one person,
one pull request, programs, strangers).

BCubed F counts comments of no theme as groups of one. A theme is found when some group of at least 3 holds nothing else
for at least 70 %. (V-measure is above 0.8 for methods that find nothing: it is not looked at.)
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from gardener.learning.themes import themes_of
from gardener.sources import jsonl

if TYPE_CHECKING:
    from gardener.core.feedback import Feedback
    from gardener.learning.themes import Clustered

HERE = Path(__file__).parent
COMMENTS = HERE / "clustering_comments.jsonl"
LEAST_F = 0.80
LEAST_FOUND = 0.80
MOST_SECONDS = 60
MOST_MEGABYTES = 500


@dataclass(frozen=True)
class Labelled:
    """Comments of one team, and what each is about."""

    feedback: tuple[Feedback, ...]
    labels: dict[str, str]


@dataclass(frozen=True)
class Score:
    """How one set came out; `forbidden` and `junk` are the titles of groups that should not be."""

    precision: float
    recall: float
    themes: int
    found: int
    forbidden: tuple[str, ...]
    junk: tuple[str, ...]

    @property
    def f(self) -> float:
        """The harmonic mean of precision and recall."""
        return 2 * self.precision * self.recall / (self.precision + self.recall)


def read_sets() -> dict[str, Labelled]:
    """The labelled comments by set."""
    rows = [json.loads(line) for line in COMMENTS.read_text(encoding="utf-8").split("\n") if line]
    feedback = {each.id: each for batch in jsonl.read(COMMENTS.name, HERE) for each in batch.feedback}
    found: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        found[row["set"]].append(row)
    return {
        name: Labelled(
            tuple(feedback[row["id"]] for row in some), {row["id"]: row["theme"] or f"-{row['id']}" for row in some}
        )
        for name, some in found.items()
    }


def score(labelled: Labelled, clustered: Clustered) -> Score:
    """Compare what was found with the labels."""
    single = {key: label if label[0] not in "!-" else f"-{key}" for key, label in labelled.labels.items()}
    groups = {each.feedback.id: theme.id for theme in clustered.themes for each in theme.evidence}
    given = {key: groups.get(key, f"-{key}") for key in single}
    found: set[str] = set()
    forbidden: list[str] = []
    junk: list[str] = []
    for theme in clustered.themes:
        labels = Counter(labelled.labels[each.feedback.id] for each in theme.evidence)
        label, count = labels.most_common(1)[0]
        if label[0] == "!":
            forbidden.append(theme.title)
        elif label[0] == "-" or count < 3 or count / len(theme.evidence) < 0.7:
            junk.append(theme.title)
        else:
            found.add(label)
    themes = {label for label in single.values() if label[0] != "-"}
    precision, recall = bcubed(single, given)
    return Score(precision, recall, len(themes), len(found), tuple(forbidden), tuple(junk))


def bcubed(wanted: dict[str, str], given: dict[str, str]) -> tuple[float, float]:
    """Precision and recall, averaged over items."""
    by_label: dict[str, set[str]] = defaultdict(set)
    by_group: dict[str, set[str]] = defaultdict(set)
    for key in wanted:
        by_label[wanted[key]].add(key)
        by_group[given[key]].add(key)
    shared = {key: len(by_label[wanted[key]] & by_group[given[key]]) for key in wanted}
    precision = sum(shared[key] / len(by_group[given[key]]) for key in wanted) / len(wanted)
    recall = sum(shared[key] / len(by_label[wanted[key]]) for key in wanted) / len(wanted)
    return precision, recall


def many(sets: dict[str, Labelled], count: int) -> list[Feedback]:
    """So many different comments: those there are, with other names, more words, and small talk between them."""
    chooser = random.Random(1)
    known = [each for labelled in sets.values() for each in labelled.feedback]
    words = (
        "order",
        "user",
        "account",
        "invoice",
        "tenant",
        "basket",
        "stock",
        "price",
        "route",
        "queue",
        "event",
        "job",
    )
    names = [f"{one}_{other}" for one in words for other in words]
    found = []
    for number in range(count):
        base = chooser.choice(known)
        line = f"{chooser.choice(names)} = {chooser.choice(words)}.{chooser.choice(names)}({chooser.choice(words)})\n"
        body = " ".join([base.body, *chooser.sample(names, chooser.randrange(4))])
        if number % 3 == 0:
            body = " ".join(chooser.choices([*words, *names], k=chooser.randrange(3, 12)))
        found.append(
            replace(
                base,
                id=str(number),
                body=body,
                pr=str(chooser.randrange(count // 5)),
                author=f"p{chooser.randrange(40)}",
                before=line + base.before if base.before else None,
                after=line + base.after if base.after else None,
            )
        )
    return found


def main() -> int:
    """Print the figures; with `--strict` end with 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--strict", action="store_true")
    parser.add_argument("--details", action="store_true", help="name the groups that should not be")
    parser.add_argument("--comments", type=int, default=0, help="also time so many comments")
    options = parser.parse_args()
    sets = read_sets()
    good = True
    found = themes = 0
    details: list[str] = []
    print("| Set | Comments | BCubed P | R | F | Themes found | Forbidden | Junk |\n|---|---|---|---|---|---|---|---|")
    for name, labelled in sets.items():
        result = score(labelled, themes_of(labelled.feedback))
        print(
            f"| {name} | {len(labelled.feedback)} | {result.precision:.3f} | {result.recall:.3f} | {result.f:.3f} "
            f"| {result.found} of {result.themes} | {len(result.forbidden)} | {len(result.junk)} |"
        )
        if options.details:
            print(
                *(f"  forbidden: {title}" for title in result.forbidden), *(f"  junk: {title}" for title in result.junk)
            )
        good = good and result.f >= LEAST_F and not result.forbidden
        found, themes = found + result.found, themes + result.themes
    print("", *details, sep="\n")
    print(f"{found} of {themes} themes found ({found / themes:.0%}).")
    good = good and found >= LEAST_FOUND * themes
    if options.comments:
        good = timed(many(sets, options.comments)) and good
    return int(options.strict and not good)


def timed(feedback: list[Feedback]) -> bool:
    """Print how long it takes, and the memory of this process at its peak; True within the bars."""
    started = time.perf_counter()
    clustered = themes_of(feedback)
    seconds = time.perf_counter() - started
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{len(feedback)} comments: {len(clustered.themes)} themes in {seconds:.1f} s, {megabytes:.0f} MB at the peak."
    )
    return seconds <= MOST_SECONDS and megabytes <= MOST_MEGABYTES


if __name__ == "__main__":
    sys.exit(main())
