"""Whether what a judge says is missing is there after all."""

from __future__ import annotations

import pytest

from gardener.core.review import Unit
from gardener.reviewing.claims import Claim, claims_in, named_in
from gardener.reviewing.presence import presence_of
from gardener.reviewing.units import units_of


@pytest.mark.parametrize(
    ("message", "claims"),
    [
        ("the call is missing `timeout`", [("name", "timeout")]),
        ("missing keyword argument `timeout`", [("argument", "timeout")]),
        ("the call is made without a `timeout` argument", [("argument", "timeout")]),
        ("no `timeout=` on the call", [("argument", "timeout")]),
        ("does not pass `timeout=5` to `requests.get`", [("argument", "timeout")]),
        ("`timeout` is not set", [("name", "timeout")]),
        ("`timeout` parameter is missing.", [("parameter", "timeout")]),
        ("lacks the `@login_required` decorator", [("decorator", "login_required")]),
        ("no decorator `auth.login_required`", [("decorator", "auth.login_required")]),
        ("no decorator `auth.login_required(role=1)`", [("unclear", "")]),
        ("never calls `conn.close()`", [("call", "conn.close")]),
        ("missing call to `audit` here", [("call", "audit")]),
        ("opened without `with`", [("clause", "with")]),
        ("opened without `with open(path)`", [("clause", "with")]),
        ("`try` without `finally` block", [("clause", "finally")]),
        ("raised without `from error`", [("clause", "from")]),
        ("missing `raise ... from error`", [("clause", "from")]),
        ("the coroutine is not awaited", [("clause", "await")]),
        ("Lacks a docstring", [("docstring", "docstring")]),
        ("no `docstring`", [("docstring", "docstring")]),
        ("lacks a return annotation", [("returns", "return")]),
        ("missing `-> None`", [("returns", "return")]),
        ("missing `return` annotation", [("returns", "return")]),
        ("missing type annotation for `url`", [("annotation", "url")]),
        ("`url` has no type annotation", [("annotation", "url")]),
        ("there is no test file `tests/test_a.py`", [("file", "tests/test_a.py")]),
        ("missing `timeout` and a docstring is lacking", [("name", "timeout")]),
        ("lacks `timeout` handling", [("unclear", "")]),
        ("missing `timeout` and `retries`", [("unclear", "")]),
        ("missing `timeout`, `retries`", [("unclear", "")]),
        ("missing `a + b`", [("unclear", "")]),
        ("`timeout` is not missing", []),
        ("`requests.get` blocks for ever", []),
        ("", []),
    ],
)
def test_claims_are_read_as_they_are_worded(message: str, claims: list[tuple[str, str]]) -> None:
    assert [(claim.kind, claim.name) for claim in claims_in(message)] == claims


def test_what_a_message_names_besides_is_what_the_claim_is_about() -> None:
    assert named_in("`requests.get(url)` in `fetch` is missing `timeout`") == {"requests.get", "fetch"}
    assert claims_in("missing  `timeout`\nand no docstring") == (
        Claim("name", "timeout"),
        Claim("docstring", "docstring"),
    )


FETCH = '''\
@retry(times=3)
@auth.login_required
async def fetch(self, url: str, limit, *, deadline: float = 1) -> Reply:
    """Fetch it."""
    good = requests.get(url, timeout=5).json()
    bad = requests.get(url)
    both = requests.get(url, timeout=5), requests.post(url)
    open_ended = requests.get(url, timeout=None)
    passed = requests.get(url, **options)
    with open(url) as file:
        data = file.read(len(str(url)))
    await self.send(data)
    self.send(data)
    try:
        work()
    except Error as error:
        raise Other(str(error)) from error
    finally:
        self.close()
    try:
        work()
    except Error:
        raise Other()
    return good
'''


def function(text: str = FETCH) -> Unit:
    return next(unit for unit in units_of("a.py", text) if unit.kind == "function")


def presence(message: str, quote: str, text: str = FETCH, unit: Unit | None = None) -> str:
    unit = unit or function(text)
    first = next(at for at, line in enumerate(unit.text.split("\n")) if quote.split("\n", maxsplit=1)[0] in line)
    return presence_of(message, unit, (first, first + quote.count("\n")), {"tests/test_a.py"}.__contains__)


@pytest.mark.parametrize(
    ("message", "quote", "expected"),
    [
        ("the call is missing `timeout`", "good = ", "present"),
        ("the call is missing `timeout`", "bad = ", "unknown"),
        ("the call is missing `backoff`", "bad = ", "absent"),
        ("no `timeout=` on the call", "bad = ", "absent"),
        ("no `timeout=` on the call", "both = ", "unknown"),
        ("`requests.get` is missing argument `timeout`", "both = ", "present"),
        ("`requests.post(url)` is missing argument `timeout`", "both = ", "absent"),
        ("no `timeout=` on the call", "open_ended = ", "unknown"),
        ("no `timeout=` on the call", "passed = ", "unknown"),
        ("does not pass `timeout=5`", "good = ", "present"),
        ("does not pass `timeout=...`", "good = ", "present"),
        ("does not pass `timeout=7`", "good = ", "unknown"),
        ("does not pass `timeout=7`", "bad = ", "absent"),
        ("no `timeout=` on these calls", "good = \nbad", "unknown"),
        ("lacks the `@login_required` decorator", "bad = ", "present"),
        ("lacks the `@retry` decorator", "async def", "present"),
        ("lacks the `@cached` decorator", "async def", "absent"),
        ("missing `login_required`", "async def", "present"),
        ("never calls `self.close()`", "good = ", "present"),
        ("never calls `close()`", "good = ", "present"),
        ("never calls `close()` when it fails", "good = ", "unknown"),
        ("never calls `close()` on `connection`", "good = ", "unknown"),
        ("never calls `audit()`", "good = ", "absent"),
        ("opened without `with`", "with open", "present"),
        ("opened without `with`", "bad = ", "absent"),
        ("opened without `with`", "data = file.read", "unknown"),
        ("missing `await`", "await self.send", "present"),
        ("the call is not awaited", "    self.send(data)", "absent"),
        ("the calls are not awaited", "await self.send(data)\nself.send", "unknown"),
        ("`try` without `finally`", "work()\n\n\n\nself.close()", "present"),
        ("`try` without `finally`", "raise Other()", "absent"),
        ("raised without `from`", "raise Other(str(error))", "present"),
        ("raised without `from error`", "raise Other()", "absent"),
        ("raised without `from error`", "good = ", "unknown"),
        ("lacks a docstring", "async def", "present"),
        ("lacks a return annotation", "async def", "present"),
        ("`url` has no type annotation", "async def", "present"),
        ("`limit` has no type annotation", "async def", "absent"),
        ("`nothing` has no type annotation", "async def", "unknown"),
        ("missing `deadline` parameter", "async def", "present"),
        ("missing `async`", "async def", "present"),
        ("there is no test file `tests/test_a.py`", "async def", "present"),
        ("there is no test file `tests/test_b.py`", "async def", "absent"),
        ("lacks `timeout` handling", "good = ", "unknown"),
        ("missing `timeout` and a docstring is missing", "good = ", "present"),
        ("missing `timeout`, and without a docstring", "bad = ", "unknown"),
        ("blocks for ever", "good = ", "unknown"),
    ],
)
def test_the_syntax_tree_decides_or_says_that_it_cannot(message: str, quote: str, expected: str) -> None:
    assert presence(message, quote) == expected


def test_nested_calls_do_not_lend_each_other_their_arguments() -> None:
    text = "def f(url):\n    return wrap(requests.get(url), timeout=5)\n"
    assert presence("no `timeout=` on the call", "return", text) == "unknown"
    text = "def f(url):\n    return requests.get(str(url), timeout=5)\n"
    assert presence("no `timeout=` on the call", "return", text) == "present"


CLASS = '''\
import a


class Client:
    """A client."""

    def documented(self) -> None:
        """Do it."""

    @cached
    def plain(self):
        return 1
'''


def test_what_is_elided_is_not_known() -> None:
    unit = next(unit for unit in units_of("a.py", CLASS) if unit.kind == "class")
    assert presence("lacks a docstring", "def documented", unit=unit) == "unknown"
    assert presence("lacks a docstring", "class Client", unit=unit) == "present"
    assert presence("lacks a return annotation", "def documented", unit=unit) == "present"
    assert presence("lacks a return annotation", "def plain", unit=unit) == "absent"
    assert presence("lacks a return annotation", "def documented\n\n\n\n", unit=unit) == "unknown"
    assert presence("no `@cached` decorator", "def plain", unit=unit) == "present"
    assert presence("never calls `a.run()`", "class Client", unit=unit) == "absent"
    module = units_of("a.py", CLASS)[0]
    assert presence("lacks a docstring", "import a", unit=module) == "absent"
    assert presence("lacks a docstring", "class Client", unit=module) == "unknown"


def test_functions_inside_functions_are_not_confused() -> None:
    text = '@outer\ndef f():\n    """Doc."""\n    def g():\n        return 1\n    return g\n'
    assert presence("lacks a docstring", "def g", text) == "absent"
    assert presence("lacks a docstring", "return 1", text) == "unknown"
    assert presence("lacks a docstring", "return g", text) == "present"


def test_code_that_the_running_python_cannot_read_is_not_known() -> None:
    unit = Unit("a.py", "f", "function", "def f(:\n", (1, 2))
    assert presence_of("missing `timeout`", unit, (0, 0)) == "unknown"
