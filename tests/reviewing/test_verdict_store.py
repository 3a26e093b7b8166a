"""The store answers with what nothing has changed about, tolerates what merges do, and loses nothing."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gardener.core.errors import ConfigError
from gardener.core.review import Pair
from gardener.repo.memory import MemoryTree
from gardener.repo.trees import GitTree, WorkingTree
from gardener.reviewing.settled import Settled, content_hash, line_of
from gardener.reviewing.verdict_store import FOLDER, VerdictStore
from gardener.reviewing.verdict_writing import write_verdicts
from tests.reviewing.verdicts import CRITERION, UNIT, cleared, ingredients, settled

Make = Callable[..., Any]

OTHERS = [settled(text=f"def f{number}(): ...") for number in range(40)]


def nothing(path: str) -> str | None:
    return None


def store(*records: Settled) -> VerdictStore:
    return read("".join(f"{line_of(record)}\n" for record in records))


def read(text: str | bytes, path: str = f"{FOLDER}/0.jsonl") -> VerdictStore:
    return VerdictStore.read(MemoryTree({path: text.encode() if isinstance(text, str) else text}))


def tree_of(root: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((root / FOLDER).glob("*"))}


def stored(root: Path) -> set[Settled]:
    return set(VerdictStore.read(WorkingTree(root)).records())


def test_what_was_judged_is_found(tmp_path: Path) -> None:
    write_verdicts(tmp_path, [settled(), *OTHERS])
    found = VerdictStore.read(WorkingTree(tmp_path)).find(ingredients(), nothing)
    assert found is not None
    assert (found.settled, found.state, found.why) == (settled(), "exact", "")


def test_what_was_not_judged_is_not_found() -> None:
    assert store(*OTHERS).find(ingredients(), nothing) is None
    assert VerdictStore.read(MemoryTree({})).find(ingredients(), nothing) is None


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        (ingredients(Pair(CRITERION, type(UNIT)("a", "b", "function", UNIT.text, (), "import http"))), "context"),
        (ingredients(prompt="p2"), "version"),
        (ingredients(models=("new", "large")), "version"),
        (ingredients(sampling="temperature=1"), "version"),
    ],
)
def test_another_context_or_judge_makes_it_stale(wanted: Any, why: str) -> None:
    found = store(settled()).find(wanted, nothing)
    assert found is not None
    assert (found.settled, found.state, found.why) == (settled(), "stale", why)


def test_a_changed_file_that_was_read_makes_it_stale() -> None:
    record = settled(reads=(("a.py", content_hash(b"1")), ("b.py", content_hash(b"2"))))
    contents = {"a.py": b"1", "b.py": b"2"}

    def current(path: str) -> str | None:
        return content_hash(contents[path]) if path in contents else None

    found = store(record).find(ingredients(), current)
    assert found is not None
    assert found.state == "exact"
    for change in ({"b.py": b"3"}, {}):
        contents = {"a.py": b"1", **change}
        found = store(record).find(ingredients(), current)
        assert found is not None
        assert (found.state, found.why) == ("stale", "read")


def test_the_newest_verdict_counts() -> None:
    old, new = settled(date="2026-01-31"), cleared(date="2026-11-01")
    for records in ([old, new], [new, old]):
        found = store(*records).find(ingredients(), nothing)
        assert found is not None
        assert found.settled == new
    found = store(old, new).find(ingredients(prompt="p2"), nothing)
    assert found is not None
    assert found.settled == new


def test_of_two_verdicts_on_one_day_the_graver_counts() -> None:
    for records in ([settled(), cleared()], [cleared(), settled()]):
        found = store(*records).find(ingredients(), nothing)
        assert found is not None
        assert found.settled.verdict == "violation"


def test_an_exact_verdict_counts_before_a_newer_one_that_is_stale() -> None:
    newer = cleared(ingredients=ingredients(prompt="p0"), date="2027-01-01")
    found = store(settled(), newer).find(ingredients(), nothing)
    assert found is not None
    assert (found.settled, found.state) == (settled(), "exact")


def test_a_trusted_verdict_counts_before_a_newer_one_that_is_not() -> None:
    forged = cleared(date="2099-01-01")
    found = store(settled(), forged).find(ingredients(), nothing, lambda record: record == settled())
    assert found is not None
    assert found.settled == settled()


def test_another_outcome_for_the_same_code_is_told() -> None:
    known = store(settled(), cleared(ingredients=ingredients(prompt="p0")), *OTHERS)
    made = ingredients()
    contrary = known.contrary(made.clause_hash, made.unit_hash, "violation")
    assert contrary == cleared(ingredients=ingredients(prompt="p0"))
    assert known.contrary(made.clause_hash, made.unit_hash, "violation", {settled()}.__contains__) is None
    assert store(settled()).contrary(made.clause_hash, made.unit_hash, "violation") is None


def test_more_records_can_be_looked_up_without_writing_them() -> None:
    known = store(*OTHERS)
    more = known.plus([settled(), OTHERS[0]])
    assert known.find(ingredients(), nothing) is None
    assert more.find(ingredients(), nothing) is not None
    assert (len(known), len(more)) == (40, 41)


def messy(lines: Sequence[str]) -> str:
    return "\ufeff" + "\r\n".join(["", *lines, "  ", *lines[:2], ""])


@given(
    st.permutations(OTHERS[:8]), st.lists(st.sampled_from(OTHERS[:8])), st.sampled_from(["\n", "\r\n", "\n\n", " \n"])
)
@settings(max_examples=40)
def test_disorder_and_duplicates_do_not_matter(shuffled: list[Settled], again: list[Settled], end: str) -> None:
    text = "\ufeff" + end.join(line_of(record) for record in [*shuffled, *again])
    assert set(read(text).records()) == set(OTHERS[:8])
    assert len(read(text)) == 8


def test_a_shard_that_a_merge_left_in_disorder_is_used_as_it_is(tmp_path: Path) -> None:
    write_verdicts(tmp_path, OTHERS)
    for name, data in tree_of(tmp_path).items():
        lines = data.decode().split("\n")[:-1]
        (tmp_path / FOLDER / name).write_text(messy(lines[::-1]), encoding="utf-8", newline="")
    before = tree_of(tmp_path)
    assert stored(tmp_path) == set(OTHERS)
    assert write_verdicts(tmp_path, OTHERS) == ()
    assert tree_of(tmp_path) == before


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("<<<<<<< HEAD", "an unfinished merge .*conflict marks"),
        ("=======", "an unfinished merge"),
        (">>>>>>> branch", "an unfinished merge"),
        ("{", "this line is no verdict .*delete the line"),
        ("[]", "this line is no verdict"),
        ("null", "this line is no verdict"),
        ("[" * 100_000, "this line is no verdict"),
        ('{"verdict": "fine"}', "this line is no verdict"),
        ('{"verdict": "ok"}', "this verdict does not say what it is about"),
    ],
)
def test_a_broken_line_stops_with_its_place(line: str, message: str) -> None:
    with pytest.raises(ConfigError, match=rf"^\.gardener/verdicts/0\.jsonl:2: {message}"):
        read(f"{line_of(settled())}\n{line}\n")


def test_a_line_that_lacks_something_stops_when_it_is_needed() -> None:
    row = json.loads(line_of(settled()))
    del row["date"]
    with pytest.raises(ConfigError, match=r"0\.jsonl:1: this verdict cannot be used: `date` is missing or no text"):
        read(json.dumps(row)).find(ingredients(), nothing)


def test_a_file_that_is_no_text_stops_with_its_line() -> None:
    with pytest.raises(ConfigError, match=r"0\.jsonl:2: this line is not UTF-8"):
        read(line_of(settled()).encode() + b"\n\xff\n")


def test_shards_are_named_by_the_key_and_sorted(tmp_path: Path) -> None:
    changed = write_verdicts(tmp_path, OTHERS)
    assert set(changed) == {f"{FOLDER}/{record.key[0]}.jsonl" for record in OTHERS}
    for name, data in tree_of(tmp_path).items():
        keys = [json.loads(line)["key"] for line in data.decode().split("\n")[:-1]]
        assert keys == sorted(keys)
        assert {key[0] for key in keys} == {name[0]}


def test_the_order_of_writing_does_not_matter(tmp_path: Path) -> None:
    write_verdicts(tmp_path / "one", OTHERS)
    for record in reversed(OTHERS):
        write_verdicts(tmp_path / "two", [record])
    assert tree_of(tmp_path / "one") == tree_of(tmp_path / "two")


def test_what_is_there_is_not_written_again(tmp_path: Path) -> None:
    write_verdicts(tmp_path, OTHERS)
    before = {path.name: path.stat().st_ino for path in (tmp_path / FOLDER).glob("*")}
    moved = [settled(text=f"def f{number}(): ...", path="moved.py") for number in range(40)]
    assert write_verdicts(tmp_path, [*OTHERS, *moved]) == ()
    assert {path.name: path.stat().st_ino for path in (tmp_path / FOLDER).glob("*")} == before
    assert write_verdicts(tmp_path, []) == ()


def test_a_new_verdict_takes_the_place_of_an_older_one(tmp_path: Path) -> None:
    write_verdicts(tmp_path, [settled()])
    write_verdicts(tmp_path, [cleared()])
    assert stored(tmp_path) == {cleared()}
    write_verdicts(tmp_path, [settled(date="2020-01-01")])
    assert stored(tmp_path) == {cleared()}
    write_verdicts(tmp_path, [cleared(sig="signed")])
    write_verdicts(tmp_path, [cleared()])
    assert stored(tmp_path) == {cleared(sig="signed")}


def test_what_a_later_version_wrote_is_kept(tmp_path: Path) -> None:
    one, other = sorted(OTHERS, key=lambda record: record.key)[:2]
    assert one.key[0] == other.key[0]
    write_verdicts(tmp_path, [one])
    file = tmp_path / FOLDER / f"{one.key[0]}.jsonl"
    file.write_text(json.dumps({**json.loads(line_of(one)), "votes": 3}) + "\n", encoding="utf-8")
    write_verdicts(tmp_path, [other])
    assert '"votes": 3' in file.read_text(encoding="utf-8")
    assert stored(tmp_path) == {one, other}


def test_two_branches_merge_to_the_store_with_both(garden: Make) -> None:
    made = garden({".gitattributes": f"{FOLDER}/*.jsonl merge=union\n"})
    write_verdicts(made.root, OTHERS[:10])
    made.commit()
    made.git("checkout", "-q", "-b", "feature")
    write_verdicts(made.root, OTHERS[10:30])
    made.commit()
    made.git("checkout", "-q", "main")
    write_verdicts(made.root, OTHERS[20:])
    made.commit()
    made.git("-c", "user.name=Ada", "-c", "user.email=a@b.c", "merge", "-q", "feature")
    assert stored(made.root) == set(OTHERS)
    assert set(VerdictStore.read(GitTree(made.root, "HEAD")).records()) == set(OTHERS)
    assert set(VerdictStore.read(GitTree(made.root, "HEAD~1")).records()) == set(OTHERS[:10] + OTHERS[20:])


def test_an_ignored_store_is_read_too(garden: Make) -> None:
    made = garden({".gitignore": ".gardener/\n"})
    write_verdicts(made.root, OTHERS)
    assert stored(made.root) == set(OTHERS)


def test_an_unfinished_merge_is_not_written_over(tmp_path: Path) -> None:
    write_verdicts(tmp_path, OTHERS)
    file = tmp_path / FOLDER / f"{settled().key[0]}.jsonl"
    file.write_text("<<<<<<< HEAD\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="an unfinished merge"):
        write_verdicts(tmp_path, [settled()])
    assert file.read_text(encoding="utf-8") == "<<<<<<< HEAD\n"


WRITER = """
import sys
from pathlib import Path
from gardener.reviewing.verdict_writing import write_verdicts
from tests.reviewing.verdicts import settled
first, last = map(int, sys.argv[2:])
print("ready", flush=True)
for number in range(first, last):
    write_verdicts(Path(sys.argv[1]), [settled(text=f"def f{number}(): ...")])
"""


def writer(root: Path, first: int, last: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", WRITER, str(root), str(first), str(last)]
    return subprocess.Popen(command, cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_two_writers_lose_nothing(tmp_path: Path) -> None:
    running = [writer(tmp_path, 0, 25), writer(tmp_path, 15, 40)]
    for process in running:
        process.communicate()
        assert process.returncode == 0
    assert stored(tmp_path) == set(OTHERS)


def test_an_interrupt_leaves_a_store_that_can_be_read(tmp_path: Path) -> None:
    process = writer(tmp_path, 0, 5_000)
    assert process.stdout is not None
    process.stdout.readline()
    while not (tmp_path / FOLDER).exists() and process.poll() is None:
        pass
    process.send_signal(signal.SIGINT)
    process.communicate()
    known = len(stored(tmp_path))
    write_verdicts(tmp_path, [settled()])
    assert len(stored(tmp_path)) == known + 1
    assert [path.name for path in (tmp_path / FOLDER).iterdir() if not path.name.endswith(".jsonl")] == []
