"""What a review asks for, counted against a scripted server on this machine: requests, tokens, shared prefixes, time.

    python benchmarks/review_cost.py [--quick] [--output docs/benchmarks.md] [--strict]

Makes a repository with 20 clauses (half of them P1) and a branch that touches 10 functions, reviews it cold, again with
nothing changed, and after one function was edited; then fills 1,000 units and replays them frozen. Tokens are counted
as one for each 3.5 bytes: the encoding o200k_base puts 3.8 bytes of a quiet row into one, and 4.2 of prose and code.
`--quick` replays 100 units.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from gardener.llm.scripted_judge import answer_pairs
from gardener.llm.scripted_server import ScriptedServer

if TYPE_CHECKING:
    from gardener.llm.scripted_exchange import Recorded

MARK = "<!-- review figures -->"
CLAUSES = 20
FUNCTIONS = 10
UNITS = 1_000
BYTES_PER_TOKEN = 3.5
TOPICS = (
    "network calls", "retries", "transactions", "money", "dates", "logging", "errors", "locks", "caches", "queues",
    "files", "secrets", "input", "queries", "tests", "names", "modules", "events", "limits", "defaults",
)  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """One measured figure beside its bar."""

    what: str
    measured: str
    bar: str = ""
    met: bool | None = None


def beliefs() -> str:
    """Twenty beliefs of one clause each, with a bad and a good example."""
    parts = ["# Core beliefs\n"]
    for number, topic in enumerate(TOPICS[:CLAUSES]):
        severity = "P1" if number % 2 == 0 else "P2"
        parts.append(
            f"## Care with {topic}\n\n"
            f"Code that deals with {topic} must say so at the place where it begins, must hand on what it was given "
            f"without changing it, and never swallows what goes wrong on the way.\n\n"
            f"- **Scope:** `src/**`\n- **Severity:** {severity}\n- **Enforced by:** review\n- **Status:** active\n\n"
            f"```python bad\ntry:\n    handle_{number}(order)\nexcept Exception:\n    pass\n```\n\n"
            f"```python good\nhandle_{number}(order)\n```\n"
        )
    return "\n".join(parts)


def function(name: str, seed: int) -> str:
    """A function of about twenty lines."""
    lines = [f"def {name}(orders, limit={seed}):", f'    """Add up what the orders of group {seed} are worth."""']
    lines += ["    total = 0", "    seen = set()", "    for order in orders:"]
    lines += [f"        if order.key in seen or order.group != {seed}:", "            continue"]
    lines += ["        seen.add(order.key)", "        try:", "            price = catalogue.price(order.item)"]
    lines += ["        except LookupError as error:"]
    lines += ["            log.warning('no price for %s: %s', order.item, error)"]
    lines += ["            continue", "        total += price * order.count", "        if total > limit:"]
    lines += [f"            raise LimitExceeded({seed}, total)", "    log.info('%s orders, %s', len(seen), total)"]
    return "\n".join([*lines, "    return total"]) + "\n"


def module(number: int, functions: int, shift: int = 0) -> str:
    """A module with imports and functions."""
    head = f'"""Totals, part {number}."""\n\nimport logging\n\n'
    head += "from shop import catalogue\nfrom shop.limits import LimitExceeded\n\n"
    head += "log = logging.getLogger(__name__)\n"
    bodies = (function(f"total_{number}_{index}", number * 100 + index + shift) for index in range(functions))
    return head + "".join(f"\n\n{body}" for body in bodies)


class Shop:
    """A repository to be reviewed."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.git("init", "-q", "-b", "main")
        self.write("core-beliefs.md", beliefs())
        self.write("gardener.toml", '[review]\nmodel = "scripted"\nretries = 0\n')

    def git(self, *arguments: str) -> None:
        """Run git as somebody."""
        who = ("-c", "user.name=a", "-c", "user.email=a@example.org")
        subprocess.run(["git", *who, *arguments], cwd=self.root, check=True, capture_output=True)

    def write(self, name: str, text: str) -> None:
        """Write a file."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def commit(self) -> None:
        """Commit everything."""
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "change")

    def review(self, *arguments: str, server: ScriptedServer | None = None) -> tuple[dict[str, Any], float]:
        """The counts of a review, and the seconds it took."""
        where = {"OPENAI_BASE_URL": server.base_url, "OPENAI_API_KEY": "k"} if server else {"OPENAI_API_KEY": ""}
        command = [sys.executable, "-m", "gardener", "review", *arguments, "--format", "json"]
        start = time.perf_counter()
        done = subprocess.run(command, cwd=self.root, env=os.environ | where, capture_output=True, check=False)
        took = time.perf_counter() - start
        if done.returncode == 2:
            raise SystemExit(f"the review failed: {done.stdout.decode()} {done.stderr.decode()}")
        counts: dict[str, Any] = json.loads(done.stdout)["counts"]
        return counts, took


def pull_request(root: Path) -> list[Figure]:
    """Ten functions and twenty clauses: cold, unchanged, and after an edit of one function."""
    shop = Shop(root)
    for number in range(FUNCTIONS // 2):
        shop.write(f"src/shop/part_{number}.py", module(number, 4))
    shop.commit()
    for number in range(FUNCTIONS // 2):
        text = module(number, 4)
        for index in range(2):
            text = text.replace(function(f"total_{number}_{index}", number * 100 + index), edited(number, index))
        shop.write(f"src/shop/part_{number}.py", text)
    with ScriptedServer() as server:
        cold, _ = shop.review("--diff", "main", server=server)
        prompts = [(request.messages[0]["content"], request.messages[1]["content"]) for request in server.chats]
        tokens_in = round(sum(len(request.body) for request in server.chats) / BYTES_PER_TOKEN)
        tokens_out = round(sum(len(answer(request)) for request in server.chats) / BYTES_PER_TOKEN)
        again, _ = shop.review("--diff", "main", server=server)
        text = (shop.root / "src/shop/part_0.py").read_text(encoding="utf-8").replace("'%s sold", "'%s were sold", 1)
        shop.write("src/shop/part_0.py", text)
        before = len(server.chats)
        once, _ = shop.review("--diff", "main", server=server)
        units = {len(re.findall("<unit id=", request.text)) for request in server.chats[before:]}
    pairs = cold["judged"]
    return [
        Figure("pairs of clause and function", f"{pairs}", f"{CLAUSES * FUNCTIONS}", pairs == CLAUSES * FUNCTIONS),
        at_most("requests, cold, second readings included", cold["requests"], 8),
        at_most("tokens in, cold", tokens_in, 45_000),
        at_most("tokens out, cold", tokens_out, 15_000),
        at_most("requests with nothing changed", again["requests"], 0),
        Figure("units asked about after one was edited", f"{sorted(units)}", "[1]", units == {1}),
        Figure("requests after one function was edited", f"{once['requests']}"),
        shared(prompts),
    ]


def answer(request: Recorded) -> bytes:
    """What the judge of the server said to a request: compact, as the prompt asks for."""
    return json.dumps(answer_pairs(request.text), separators=(",", ":")).encode()


def edited(number: int, index: int) -> str:
    """A function with two changed lines."""
    old = function(f"total_{number}_{index}", number * 100 + index)
    return old.replace("'%s orders, %s'", "'%s sold, %s'").replace("total += price", "total = total + price")


def shared(prompts: list[tuple[str, str]]) -> Figure:
    """How much of the clause part requests about the same clauses have in common, at least."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for system, user in prompts:
        groups.setdefault(tuple(re.findall('<clause id="([^"]+)"', user)), []).append(system + user)
    shares = []
    for texts in groups.values():
        for one, other in pairwise(texts):
            clauses = one.rindex("</example>")
            shares.append(min(len(os.path.commonprefix([one, other])) / clauses, 1.0))  # noqa: RUF071 - of texts
    least = min(shares)
    return Figure("shared prefix of requests about the same clauses", f"{least:.0%}", "at least 80 %", least >= 0.8)


def replay(root: Path, units: int) -> list[Figure]:
    """Fill many units once, and replay them frozen."""
    shop = Shop(root)
    shop.write("core-beliefs.md", beliefs().split("## Care with transactions")[0])
    for number in range(units // 20):
        shop.write(f"src/shop/part_{number}.py", module(number, 19))
    shop.commit()
    with ScriptedServer() as server:
        filled, _ = shop.review(server=server)
    taken = [shop.review("--frozen") for _ in range(5)]
    if any(counts["unjudged"] or counts["judged"] != filled["judged"] for counts, _ in taken):
        raise SystemExit("the replay lost verdicts")
    took = median(seconds for _, seconds in taken)
    what = f"frozen, {units} units, {filled['judged']} verdicts"
    return [Figure(what, f"{took:.2f} s", "under 1 s", took < 1)]


def at_most(what: str, measured: int, bar: int) -> Figure:
    """A count beside the most it may be."""
    return Figure(what, f"{measured:,}", f"at most {bar:,}", measured <= bar)


def table(figures: list[Figure]) -> str:
    """The figures as Markdown."""
    rows = ["| What | Measured | Bar | |", "|---|---|---|---|"]
    verdict = {True: "met", False: "**missed**", None: ""}
    rows += [f"| {one.what} | {one.measured} | {one.bar} | {verdict[one.met]} |" for one in figures]
    return "\n".join(rows)


def main() -> None:
    """Measure, print, and put the table into a document."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="replay 100 units")
    parser.add_argument("--output", type=Path, help="a document with a pair of marks for the table")
    parser.add_argument("--strict", action="store_true", help="exit 1 when a bar is missed")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        one, other = Path(folder, "pull-request"), Path(folder, "replay")
        one.mkdir()
        other.mkdir()
        figures = [*pull_request(one), *replay(other, 100 if options.quick else UNITS)]
    machine = f"{date.today()}; {os.cpu_count()} cores, {platform.system()} {platform.machine()}, "
    machine += f"Python {platform.python_version()}; {CLAUSES} clauses, {FUNCTIONS} changed functions."
    text = f"{machine}\n\n{table(figures)}"
    print(text)
    if options.output:
        document = options.output.read_text(encoding="utf-8")
        before, _, rest = document.partition(MARK)
        _, _, after = rest.partition(MARK)
        options.output.write_text(f"{before}{MARK}\n\n{text}\n\n{MARK}{after}", encoding="utf-8")
    if options.strict and any(figure.met is False for figure in figures):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
