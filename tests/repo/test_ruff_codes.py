"""All of ruff's rules, on code that stands in no repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gardener.repo.ruff_codes import codes_fired, known_rules, places_fired

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Garden

NAIVE = "from datetime import datetime\n\nprint(datetime.utcnow())\n"


def test_every_text_gets_the_lines_of_every_code(garden: Callable[..., Garden]) -> None:
    made = garden({"a.py": "x = 1\n"})
    rules = known_rules(made.root)
    assert rules["DTZ003"].name == "call-datetime-utcnow"
    assert (rules["F401"].fixable, rules["F401"].preview) == (True, False)
    fired = codes_fired(
        [("a/b.py", NAIVE), ("a/b.py", "x = 1\n"), ("x.pyi", "def f(x=1.1) -> None: ...\n")], made.root, rules
    )
    assert fired is not None
    assert (fired[0]["DTZ003"], fired[0]["T201"]) == ((3,), (3,))
    assert "DTZ003" not in fired[1]
    assert not (made.root / ".ruff_cache").exists()


def test_code_is_read_as_that_of_the_project(garden: Callable[..., Garden]) -> None:
    code = (
        "from typing import Optional\n\n\ndef f(x: Optional[int]) -> None:\n    print(x)"
        + " " * 2
        + "# "
        + "x" * 90
        + "\n"
    )
    made = garden({"a.py": "x = 1\n", "ruff.toml": 'target-version = "py39"\nline-length = 120\n'})
    rules = known_rules(made.root)
    [old] = codes_fired([("a.py", code)], made.root, rules) or [{}]
    assert not {"UP045", "E501"} & old.keys()
    made.write({"ruff.toml": 'target-version = "py312"\nline-length = 60\n'})
    [new] = codes_fired([("a.py", code)], made.root, rules) or [{}]
    assert {"UP045", "E501"} <= new.keys()


def test_names_of_files_that_could_do_harm_are_not_used(garden: Callable[..., Garden]) -> None:
    made = garden({"a.py": "x = 1\n"})
    rules = known_rules(made.root)
    for path in ("../../etc/x.py", "-c.py", "a\nb.py", "x" * 300 + ".py", "", "a b.py"):
        [fired] = codes_fired([(path, NAIVE)], made.root, rules) or [{}]
        assert fired["DTZ003"] == (3,)


def test_places_are_those_that_the_project_looks_at(garden: Callable[..., Garden]) -> None:
    made = garden({"src/a.py": NAIVE, "old/b.py": NAIVE, "ruff.toml": 'exclude = ["old"]\n'})
    found = places_fired(made.root, ["DTZ003", "T201"], known_rules(made.root))
    assert found == {"DTZ003": {"src/a.py": (3,)}, "T201": {"src/a.py": (3,)}}
    assert places_fired(made.root, [], {}) == {}
