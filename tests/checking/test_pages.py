"""A rule page: what it may hold, and that every mistake in it is named with its line."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gardener.checking.compile import FAMILIES, compile_rule
from gardener.checking.packs import RuleFile
from gardener.checking.pages import KEYS, read_page
from gardener.core import family
from gardener.core.errors import GardenerError, ManyErrors, RuleError

PAGE = """# Sleep in a handler

A handler that sleeps holds its worker.

```toml gardener
{fence}
```

More prose.

```sh
not an example
```

```python bad path=app/handlers.py
import time

time.sleep(1)  # here
```

```python good
import time
```
"""
CALL = 'family = "forbidden-call"\ncalls = ["time.sleep"]'


def problems(text: str, path: str = "rules/sleep-in-handler.md") -> list[str]:
    """`line: message` of every mistake in a page."""
    with pytest.raises((RuleError, ManyErrors)) as caught:
        read_page(text, path)
    errors = caught.value.errors if isinstance(caught.value, ManyErrors) else (caught.value,)
    return [f"{(error.at or '').partition(':')[2]}: {error.message}" for error in errors]


def test_a_page_is_read_whole() -> None:
    keys = (
        'severity = "P1"\nstate = "warn"\nbelief = "workers-do-not-wait"\nmessage = "no"\npaths = ["app/**"]\n'
        'exclude = "app/old/**"\npython = ">=3.11"\ndefault = false\n'
    )
    rule = read_page(PAGE.format(fence=keys + CALL), "rules/sleep-in-handler.md")
    assert (rule.id, rule.title, rule.place) == (
        "sleep-in-handler",
        "Sleep in a handler",
        "rules/sleep-in-handler.md:6",
    )
    assert rule.why == "A handler that sleeps holds its worker.\n\nMore prose.\n\n```sh\nnot an example\n```"
    assert (rule.severity, rule.state, rule.belief, rule.message) == ("P1", "warn", "workers-do-not-wait", "no")
    assert (rule.paths, rule.exclude, rule.python, rule.default) == (("app/**",), ("app/old/**",), ">=3.11", False)
    assert rule.body == {"form": "family", "family": "forbidden-call", "parameters": {"calls": ["time.sleep"]}}


def test_examples_keep_their_marks_paths_and_lines() -> None:
    bad, good = read_page(PAGE.format(fence=CALL), "rules/sleep-in-handler.md").examples
    assert (bad.kind, bad.path, bad.marks, bad.line) == ("bad", "app/handlers.py", (3,), 17)
    assert (good.kind, good.path, good.marks) == ("good", None, ())


def test_a_pattern_page_keeps_its_keys_and_nothing_else() -> None:
    rule = read_page(PAGE.format(fence='pattern = "time.sleep(...)"\nseverity = "P3"'), "rules/sleep-in-handler.md")
    assert rule.body == {"form": "pattern", "pattern": "time.sleep(...)"}


@pytest.mark.parametrize(
    ("fence", "expected"),
    [
        ("calls = [", ["6: not valid TOML"]),
        ('calls = ["a"]\nfamily = "b', ["7: not valid TOML"]),
        ('severity = "P1"', ["6: the rule needs a `family`, a `pattern` or `any`"]),
        (CALL + '\npattern = "a"', ["8: `family` and `pattern` exclude each other"]),
        ('family = "forbiden-call"\ncalls = ["a"]', ["6: there is no family `forbiden-call`"]),
        (CALL + "\nseverty = 1", ["8: unknown key `severty`"]),
        ('pattern = "a"\nseverty = 1', ["7: unknown key `severty`"]),
        (CALL + '\nseverity = "P4"', ["8: `severity` must be one of P0, P1, P2, P3"]),
        (CALL + '\nstate = "off"', ["8: `state` must be one of shadow, warn, error"]),
        (CALL + "\npaths = 3", ["8: `paths` must be a list of globs"]),
        (CALL + '\npaths = ["../x"]', ["8: glob `../x` climbs out of the root"]),
        (CALL + '\npython = "three"', ["8: `three` is no version specifier"]),
        (CALL + "\nbelief = 3", ["8: `belief` must be a string that is not empty"]),
        (CALL + '\ndefault = "no"', ["8: `default` must be true or false"]),
        (CALL + "\nbelief = 1979-05-27", ["6: dates and times mean nothing here"]),
        ('family = "naming"\nentries = []', ["7: `entries` must be a list of tables"]),
        ('family = "forbidden-call"', ["6: `calls` is missing"]),
        ('family = "forbidden-call"\nentries = 3', ["7: `entries` must be a list of tables that is not empty"]),
        (
            'family = "forbidden-call"\n[[entries]]\ncalls = ["a"]\n[[entries]]\ncalls = 3',
            ["10: `calls` must be a list, each item a string"],
        ),
        (
            'severity = 1\nstate = 2\nfamily = "size-limit"\nof = "class"\nlimit = "x"',
            ["6: `severity`", "7: `state`", "10: `limit` must be a whole number"],
        ),
    ],
)
def test_every_mistake_is_named_with_its_line(fence: str, expected: list[str]) -> None:
    found = sorted(problems(PAGE.format(fence=fence)), key=lambda item: int(item.partition(":")[0]))
    assert len(found) == len(expected)
    for message, start in zip(found, expected, strict=True):
        assert message.startswith(start)


def test_a_page_needs_a_title_and_both_kinds_of_example() -> None:
    found = problems(f"```toml gardener\n{CALL}\n```\n")
    assert [item.partition(": ")[2] for item in found] == [
        "the page has no title (`# …`)",
        "the page has no `bad` example",
        "the page has no `good` example",
    ]


def test_a_page_holds_one_rule() -> None:
    second = f"\n```toml gardener\n{CALL}\n```\n"
    assert problems(PAGE.format(fence=CALL) + second) == ["26: a page holds one rule, and so one fence"]


def test_the_file_name_is_the_id() -> None:
    assert "is not kebab-case" in problems(PAGE.format(fence=CALL), "rules/Sleep_in.md")[0]


@pytest.mark.parametrize(
    ("text", "is_page"),
    [
        ("# Rules of this team\n", False),
        ("See `toml gardener` fences.\n", False),
        ("```toml\n[tool.gardener]\n```\n", False),
        ("```toml gardener\n```\n", True),
        ("   ~~~~ toml  gardener\n~~~~\n", True),
    ],
)
def test_only_a_gardener_fence_makes_a_page(text: str, is_page: bool) -> None:
    assert RuleFile("rules/readme.md", text.encode(), "rules", trusted=False).may_hold_rule is is_page


VALUES = st.recursive(
    st.sampled_from(['"a.b"', '"time.sleep"', '"("', '""', '"**"', '"P1"', "1", "-3", "true", "1.5", "1979-05-27"]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.tuples(st.sampled_from(["calls", "family", "message", "a.b"]), inner).map(
            lambda i: f'{{"{i[0]}" = {i[1]}}}'
        ),
    ),
    max_leaves=4,
)
NAMES = st.sampled_from(
    [*KEYS, "entries", "calls", "argument", "position", "values", "layers", "modules", "within", "kind", "of", "limit"]
)


@settings(deadline=None)
@given(st.sampled_from(["pattern", *family.names(FAMILIES)]), st.dictionaries(NAMES, VALUES, max_size=6))
def test_whatever_the_keys_hold_is_compiled_or_refused(kind: str, keys: dict[str, str]) -> None:
    keys = ({"pattern": '"f($X)"'} if kind == "pattern" else {"family": f'"{kind}"'}) | keys
    fence = "\n".join(f"{key} = {value}" for key, value in keys.items())
    with suppress(RuleError, ManyErrors):
        compile_rule(read_page(PAGE.format(fence=fence), "rules/sleep-in-handler.md"))


@settings(deadline=None)
@given(st.text())
def test_any_fence_gives_a_rule_or_an_error_with_a_place(fence: str) -> None:
    errors: tuple[GardenerError, ...] = ()
    try:
        read_page(PAGE.format(fence=fence), "rules/sleep-in-handler.md")
    except ManyErrors as many:
        errors = many.errors
    except RuleError as error:
        errors = (error,)
    assert all(error.at for error in errors)
