"""Where labels come from: examples, fixes run backwards, a file; and that no request shows an answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gardener.core.errors import ConfigError, DocumentError, GardenerError
from gardener.repo.settings import read_settings
from gardener.repo.trees import WorkingTree
from gardener.reviewing.labels import Label, Sitting
from gardener.reviewing.measuring import EvalRequest, Gathered, gather
from tests.reviewing.evaluations import BELIEFS, RULE, module, repository

Make = Callable[..., Any]
CLAUSE = "waiting-has-a-limit.1"


def gathered(root: Path, **options: Any) -> Gathered:
    tree = WorkingTree(root)
    return gather(EvalRequest(root, **options), tree, read_settings(tree))


def labels(found: Gathered, source: str) -> list[tuple[Sitting, Label]]:
    return [(sitting, label) for sitting in found.sittings for label in sitting.labels if label.source == source]


def written(made: Any, *rows: dict[str, Any] | str) -> Path:
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path = made.root / "labels.jsonl"
    path.write_text("\n".join(lines) + "\n")
    return path


def test_examples_are_labels_and_marks_say_which_line(garden: Make) -> None:
    made = garden(repository())
    found = labels(gathered(made.root), "example")
    about = {(label.clause, label.expected, label.at) for _, label in found}
    assert about == {
        (CLAUSE, "violation", "core-beliefs.md:12"),
        (CLAUSE, "ok", "core-beliefs.md:18"),
        (CLAUSE, "violation", "core-beliefs.md:24"),
        (CLAUSE, "ok", "core-beliefs.md:30"),
        ("names-tell.1", "violation", "core-beliefs.md:43"),
        ("names-tell.1", "ok", "core-beliefs.md:48"),
    }
    marked = {line for _, label in found for _, line in label.lines if label.expected == "violation"}
    assert marked == {3}
    assert all("here" not in pair.unit.text for _, label in found for pair in label.pairs)


def test_an_example_is_never_judged_by_itself_or_beside_its_twin(garden: Make) -> None:
    made = garden(repository())
    for sitting, label in labels(gathered(made.root), "example"):
        for pair in label.pairs:
            shown = [example.code.strip() for example in pair.criterion.examples]
            assert pair.unit.text.strip() not in [code.replace("  # here", "") for code in shown]
        body = label.pairs[0].unit.text.split("\n")[1]
        twins = [one for one in sitting.labels if one is not label and body in one.pairs[0].unit.text]
        assert twins == []


def test_the_second_reader_cannot_look_up_the_answer(garden: Make) -> None:
    made = garden(repository() | {".gardener/verdicts/0.jsonl": "{}\n"})
    file = written(made, {"clause": CLAUSE, "path": "src/part_0.py", "unit": "step_0_0", "label": "ok"})
    for sitting in gathered(made.root, labels=file).sittings:
        paths = set(sitting.tree.paths())
        assert "src/part_0.py" in paths
        assert not paths & {"core-beliefs.md", "labels.jsonl", ".gardener/verdicts/0.jsonl"}
        with pytest.raises(FileNotFoundError):
            sitting.tree.read("core-beliefs.md")


def test_examples_of_several_clauses_count_for_any_of_them(garden: Make) -> None:
    two = BELIEFS.replace(
        "A function must be named for what it does.", "- A name must tell.\n- A name must not lie."
    )  # fmt: skip
    made = garden(repository() | {"core-beliefs.md": two})
    found = [label for _, label in labels(gathered(made.root), "example") if label.clause.startswith("names")]
    assert {label.clause for label in found} == {"names-tell.*"}
    assert {len(label.pairs) for label in found} == {2}


def test_an_example_without_code_is_left_out_and_named(garden: Make) -> None:
    made = garden(repository() | {"core-beliefs.md": BELIEFS.replace("def do_it(x):", "def do it(x):")})
    found = gathered(made.root)
    assert next(note for note in found.notes if "left out" in note).startswith("core-beliefs.md:43: this example")
    assert len(labels(found, "example")) == 5


def test_a_fix_run_backwards_breaks_clean_code_where_the_rule_sees_it(garden: Make) -> None:
    made = garden(repository(files=4, functions=5))
    found = labels(gathered(made.root, limit=30), "injected")
    broken = [(sitting, label) for sitting, label in found if label.expected == "violation"]
    assert len(broken) == 20
    for sitting, label in broken:
        ((path, line),) = label.lines
        text = sitting.tree.read(path).decode().split("\n")[line - 1]
        assert text.strip().startswith("wait(job.part(")
        (pair,) = label.pairs
        assert line in pair.unit.lines
        assert "wait(" in pair.unit.text.replace("bounded(", "")
    assert all(path.startswith("src/") for _, label in broken for path, _ in label.lines)


def test_what_is_spoilt_in_one_sitting_is_clean_in_the_other(garden: Make) -> None:
    made = garden(repository(files=3, functions=4))
    found = labels(gathered(made.root, limit=30), "injected")
    units = {
        expected: {
            (label.pairs[0].unit.path, label.pairs[0].unit.name): id(sitting)
            for sitting, label in found
            if label.expected == expected
        }
        for expected in ("violation", "ok")
    }
    assert units["violation"].keys() == units["ok"].keys()
    assert all(units["violation"][unit] != units["ok"][unit] for unit in units["ok"])
    assert len(set(units["ok"].values())) == 2
    for _, label in found:
        if label.expected == "ok":
            unit = label.pairs[0].unit
            assert unit.text in made.read(unit.path).decode()


def test_files_the_rule_flags_already_are_not_clean(garden: Make) -> None:
    dirty = module(7, 3) + "\n\ndef late(job):\n    wait(job)\n"
    made = garden(repository(files=1, functions=2) | {"src/dirty.py": dirty})
    found = labels(gathered(made.root, limit=30), "injected")
    assert {label.pairs[0].unit.path for _, label in found} == {"src/part_0.py"}


@pytest.mark.parametrize(
    ("text", "spoilt"),
    [
        (module(1, 2).replace("\n", "\r\n").encode(), 2),
        (b"\xef\xbb\xbf" + module(1, 2).encode(), 2),
        (("# caf\u00e9\n" + module(1, 2)).encode(), 2),
        (("# coding: latin-1\n# caf\u00e9\n" + module(1, 2)).encode("latin-1"), 0),
        (("# coding: shift_jis\n# \u3042\n" + module(1, 2)).encode("shift_jis"), 0),
    ],
)
def test_line_ends_and_encodings_do_not_put_violations_elsewhere(garden: Make, text: bytes, spoilt: int) -> None:
    made = garden(dict(repository(files=0)) | {"src/odd.py": text})
    broken = [label for _, label in labels(gathered(made.root), "injected") if label.expected == "violation"]
    assert len(broken) == spoilt
    for label in broken:
        ((_, line),) = label.lines
        unit = label.pairs[0].unit
        assert unit.text.split("\n")[unit.lines.index(line)].strip() == "wait(job.part(1))"


def test_the_same_seed_puts_violations_in_the_same_places(garden: Make) -> None:
    made = garden(repository(files=4, functions=6))

    def places(seed: int) -> list[str]:
        return [label.at for _, label in labels(gathered(made.root, limit=4, seed=seed), "injected")]

    assert places(1) == places(1)
    assert any(places(1) != places(seed) for seed in range(2, 5))


def test_rules_whose_fix_loses_something_are_not_run_backwards(garden: Make) -> None:
    for fix in ("bounded(10)", "bounded($X, ...)"):
        rule = RULE.replace('fix = "bounded($X, 10)"', f"fix = {json.dumps(fix)}")
        broken = garden(repository() | {"rules/unbounded-wait.md": rule})
        try:
            found = gathered(broken.root)
        except GardenerError:
            continue
        assert labels(found, "injected") == []


def test_imported_things_are_imported_where_a_violation_needs_them(garden: Make) -> None:
    rule = """# Slow sum

```toml gardener
severity = "P2"
belief = "names-tell"
pattern = "numpy.sum($X)"
fix = "math.fsum($X)"
imports = ["math"]
```

Why.

```python bad
import numpy

numpy.sum(x)
```

```python good
import numpy
import math

math.fsum(x)
```
"""
    code = "import math\n\n\ndef total(numbers):\n    return math.fsum(numbers)\n"
    files = dict(repository(files=0)) | {"rules/slow-sum.md": rule, "src/sums.py": code}
    made = garden(files)
    broken = [one for one in labels(gathered(made.root), "injected") if one[1].expected == "violation"]
    ((sitting, label),) = [one for one in broken if one[1].clause == "names-tell.1"]
    text = sitting.tree.read("src/sums.py").decode()
    assert "import numpy" in text
    assert "numpy.sum(numbers)" in text.split("\n")[next(iter(label.lines))[1] - 1]


def test_labels_are_read_from_a_file(garden: Make) -> None:
    made = garden(repository())
    file = written(
        made,
        {"clause": CLAUSE, "path": "src/part_0.py", "unit": "step_0_1", "line": 12, "label": "violation"},
        {"clause": CLAUSE, "path": "src/part_0.py", "line": 6, "label": "ok"},
        "",
        {"clause": "names-tell.1", "code": "def f():\n    return 1\n\n\ndef g():\n    return 2\n", "label": "ok"},
        {"clause": "names-tell.1", "code": "def f():\n    return 1\n", "unit": "f", "label": "not_applicable"},
    )
    found = {label.at: label for _, label in labels(gathered(made.root, labels=file), "file")}
    assert [pair.unit.name for pair in found["labels.jsonl:1"].pairs] == ["step_0_1"]
    assert found["labels.jsonl:1"].lines == {("src/part_0.py", 12)}
    assert [pair.unit.name for pair in found["labels.jsonl:2"].pairs] == ["step_0_0"]
    assert [pair.unit.name for pair in found["labels.jsonl:4"].pairs] == ["", "f", "g"]
    assert found["labels.jsonl:5"].expected == "not_applicable"


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("{", "this line is no JSON"),
        ("[1]", "no JSON object"),
        ({"clause": CLAUSE, "path": "src/part_0.py"}, "`label` is missing"),
        ({"clause": CLAUSE, "label": "ok"}, "either `path` or `code`"),
        ({"clause": CLAUSE, "label": "ok", "path": "src/part_0.py", "code": "x = 1\n"}, "either `path` or `code`"),
        ({"clause": CLAUSE, "label": "bad", "path": "src/part_0.py"}, "`label` is none of"),
        ({"clause": "waiting-has-a-limit.2", "label": "ok", "code": "x = 1\n"}, f"did you mean `{CLAUSE}`"),
        ({"clause": CLAUSE, "label": "ok", "code": "x = 1\n", "lines": 3}, "did you mean `line`"),
        ({"clause": CLAUSE, "label": "ok", "code": "x = 1\n", "line": "3"}, "`line` must be a number"),
        ({"clause": CLAUSE, "label": "ok", "code": "x = 1\n", "line": True}, "`line` must be a number"),
        ({"clause": CLAUSE, "label": "ok", "code": "def f(:\n"}, "cannot be judged"),
        ({"clause": CLAUSE, "label": "ok", "path": "src/gone.py"}, "there is no file"),
        ({"clause": CLAUSE, "label": "ok", "path": "../etc/passwd"}, "there is no file"),
        ({"clause": CLAUSE, "label": "ok", "path": "core-beliefs.md"}, "there is no file"),
        ({"clause": CLAUSE, "label": "ok", "path": "tools/script.py"}, "outside the scope"),
        ({"clause": CLAUSE, "label": "ok", "path": "src/part_0.py", "unit": "step_0_9"}, "there is no unit `step_0_9`"),
        ({"clause": CLAUSE, "label": "ok", "path": "src/part_0.py", "line": 999}, "line 999 stands in no unit"),
    ],
)
def test_a_broken_label_is_an_error_with_file_and_line(garden: Make, row: Any, why: str) -> None:
    made = garden(repository(files=1))
    file = written(made, {"clause": "names-tell.1", "code": "def f():\n    pass\n", "label": "ok"}, row)
    with pytest.raises(DocumentError) as raised:
        gathered(made.root, labels=file)
    assert raised.value.at == "labels.jsonl:2"
    assert why in raised.value.message


def test_all_broken_labels_are_reported_together(garden: Make) -> None:
    made = garden(repository(files=1))
    with pytest.raises(GardenerError) as raised:
        gathered(made.root, labels=written(made, "{", "[", "{}"))
    assert str(raised.value).count("labels.jsonl:") == 3


def test_a_clause_or_a_belief_may_be_named(garden: Make) -> None:
    made = garden(repository())
    for name in ("names-tell", "names-tell.1"):
        found = gathered(made.root, clauses=(name,))
        assert {label.clause for sitting in found.sittings for label in sitting.labels} == {"names-tell.1"}
    with pytest.raises(ConfigError, match=r"no clause or belief `names-tall`") as raised:
        gathered(made.root, clauses=("names-tall",))
    assert raised.value.hint == "did you mean `names-tell`?"


def test_a_limit_holds_for_each_clause_and_what_is_left_out_is_said(garden: Make) -> None:
    made = garden(repository(files=4, functions=4))
    found = gathered(made.root, limit=1)
    counted: dict[tuple[str, str], int] = {}
    for sitting in found.sittings:
        for label in sitting.labels:
            counted[label.clause, label.expected] = counted.get((label.clause, label.expected), 0) + 1
    assert max(counted.values()) == 1
    assert any("2 labels are left out: --limit is 1 a clause" in note for note in found.notes)


def test_without_anything_to_judge_by_there_is_an_error(garden: Make) -> None:
    made = garden({"core-beliefs.md": "# Beliefs\n\n## Names tell\n\nA name must tell.\n", "a.py": "x = 1\n"})
    with pytest.raises(DocumentError, match="nothing to measure a judge by"):
        gathered(made.root)
