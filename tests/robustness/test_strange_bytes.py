"""Files whose bytes are not what an editor would have written."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, Any

import pytest
from outcomes import CALL, CHECK, Table, assert_only_the_call_changed, outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Verdict = Callable[..., str]
    Verdicts = Callable[..., dict[str, str]]
    MakeGarden = Callable[[Mapping[str, str | bytes]], Any]

REFUSED: dict[str, tuple[bytes, str]] = {
    "null bytes": (b"import requests\x00\nrequests.get(u)\n", "null bytes"),
    "not UTF-8": (b"import requests  # caf\xe9\nrequests.get(u)\n", "utf-8"),
    "an encoding that does not exist": (b"# coding: klingon\n" + CALL.encode(), "klingon"),
    "an encoding that is no text": (b"# coding: hex\n" + CALL.encode(), "hex"),
    "a byte order mark against its cookie": (codecs.BOM_UTF8 + b"# coding: latin-1\n" + CALL.encode(), ""),
    "a syntax error": (b"import requests\nrequests.get(u\n", "line"),
    "an indentation error": (b"import requests\n  requests.get(u)\n", "line"),
    "Python 2": (b"import requests\nprint requests.get(u)\n", "line 2"),
    "a merge conflict": (b"import requests\n<<<<<<< HEAD\nrequests.get(u)\n=======\n>>>>>>> x\n", "line 2"),
}
UNREADABLE = {kind: content for kind, (content, _) in REFUSED.items()}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_file_that_a_rule_needs_and_nobody_can_read_is_a_failure_with_its_reason(
    kind: str, verdicts: Verdicts
) -> None:
    found = verdicts(UNREADABLE)[kind]
    assert found not in {"found", "silent"}
    assert REFUSED[kind][1] in found.lower()


READ = {
    "UTF-8 with a byte order mark": codecs.BOM_UTF8 + CALL.encode(),
    "latin-1 as its cookie says": "# -*- coding: latin-1 -*-\nname = 'é'\n".encode("latin-1") + CALL.encode(),
    "Japanese as its cookie says": "# coding: shift_jis\nname = '日本'\n".encode("shift_jis") + CALL.encode(),
    "carriage returns only": CALL.replace("\n", "\r").encode(),
    "Windows line ends": CALL.replace("\n", "\r\n").encode(),
    "mixed line ends": b"import requests\r\nx = 1\ry = 2\nrequests.get(u)\r\n",
    "no final newline": CALL.rstrip().encode(),
    "form feeds": b"\x0c\nimport requests\n\x0c\nrequests.get(u)\n\x0c",
    "a form feed after an indentation": b"import requests\nif 1:\n    \x0c\n    requests.get(u)\n",
    "a form feed before a definition": b"import requests\n\x0c\ndef f():\n    requests.get(u)\n",
    "tabs": b"import requests\nif 1:\n\trequests.get(u)\n",
    "tabs and spaces": b"import requests\nif 1:\n\tif 2:\n\t    requests.get(u)\n",
    "line separators that are no line ends": "import requests\nx = '\u2028\x85\x1c'; requests.get(u)\n".encode(),
    "a vertical tab in a string": b"import requests\nx = '\x0b'; requests.get(u)\n",
    "a continued import": b"from \\\n requests import \\\n get\nget(u)\n",
    "an import continued by a carriage return": b"import os, \\\r  requests\rrequests.get(u)\r",
    "an identifier that is normalised": "import \uff52equests\nrequests.get(u)\n".encode(),
    "astral characters before the call": "import requests\nx = '😀'; requests.get(u)\n".encode(),
    "a comment without a newline at the end": CALL.encode() + b"# bye",
    "white space after the last line": CALL.encode() + b"    ",
    "a shebang and a cookie": b"#!/usr/bin/env python\n# vim: set fileencoding=ascii :\n" + CALL.encode(),
}


@pytest.mark.parametrize("kind", READ)
def test_a_file_that_python_reads_is_checked(kind: str, verdicts: Verdicts) -> None:
    assert verdicts(READ)[kind] == "found"


NOTHING = {
    "empty": b"",
    "a byte order mark alone": codecs.BOM_UTF8,
    "newlines alone": b"\n\r\n\r",
    "a form feed alone": b"\x0c",
    "a comment alone": b"# import requests; requests.get(u)",
    "UTF-16, in which no word can be told": codecs.BOM_UTF16_LE + CALL.encode("utf-16-le"),
    "null bytes where no rule looks": b"x = 1\x00\n",
    "a syntax error where no rule looks": b"def (:\n",
}


@pytest.mark.parametrize("kind", NOTHING)
def test_a_file_that_no_rule_needs_is_clean_whatever_it_holds(kind: str, verdicts: Verdicts) -> None:
    assert verdicts(NOTHING)[kind] == "silent"


def test_a_form_feed_that_the_parser_loses_is_a_failure_not_a_wrong_position(verdict: Verdict) -> None:
    assert verdict(b"\x0cimport requests\nrequests.get(u)\n") != "silent"


def test_a_file_listed_as_unparsable_is_no_failure(verdict: Verdict) -> None:
    settings = 'unparsable = ["hostile.py"]\n'
    assert verdict("import requests\nrequests.get(u\n", settings=settings) == "silent"


POSITIONS = {
    "a byte order mark": (codecs.BOM_UTF8 + b"import requests\nrequests.get(u)\n", 2, 1),
    "carriage returns": (b"import requests\r\rrequests.get(u)\r", 3, 1),
    "form feeds": (b"import requests\n\x0c\nx = requests.get(u)\n", 3, 5),
    "astral characters": ("import requests\nx = '😀'; requests.get(u)\n".encode(), 2, 10),
    "separators that end no line": ("import requests\nx = '\u2028\x1c'; requests.get(u)\n".encode(), 2, 11),
    "a multi-byte encoding": (
        "# coding: shift_jis\nimport requests\n'日本'; requests.get(u)\n".encode("shift_jis"),
        3,
        7,
    ),
}


@pytest.mark.parametrize("kind", POSITIONS)
def test_lines_and_columns_count_code_points_and_real_line_ends(kind: str, garden: MakeGarden) -> None:
    content, line, column = POSITIONS[kind]
    ran = garden({"hostile.py": content}).run(*CHECK)
    assert [(found["line"], found["column"]) for found in ran.json["findings"]] == [(line, column)]


KEPT = {
    "a byte order mark and Windows line ends": codecs.BOM_UTF8
    + b"import requests\r\n\r\nrequests.get(u)  # \xc3\xa9\r\n",
    "carriage returns": b"import requests\rrequests.get(u)\rx = 1\r",
    "latin-1": b"# coding: latin-1\nimport requests\nrequests.get('\xe9')  # \xe9\n",
    "form feeds and mixed ends": b"\x0c\nimport requests\n\x0c\r\nrequests.get(u)\r\x0c\nx = '\x0b'\n",
    "no final newline": b"import requests\nrequests.get(u)",
}


@pytest.mark.parametrize("kind", KEPT)
def test_a_fix_changes_the_call_and_no_other_byte(kind: str, fixed: Callable[[Table], dict[str, bytes]]) -> None:
    assert_only_the_call_changed(KEPT[kind], fixed(KEPT)[kind])


def test_standard_input_with_null_bytes_is_a_failure(garden: MakeGarden) -> None:
    ran = garden({}).run(*CHECK, "--stdin-filename", "a.py", stdin=b"import requests\0\nrequests.get(u)\n")
    assert ran.code == 2
    assert "null bytes" in ran.json["failures"][0]["reason"]


def test_a_document_that_is_no_utf8_stops_nothing(garden: MakeGarden) -> None:
    made = garden({"README.md": b"caf\xe9 `src/gone.py`\n\0", "healthy.py": CALL})
    ran = made.run("check", "--format", "json", "--no-cache")
    assert "Traceback" not in ran.err
    assert "healthy.py" in {path for _, path, _ in ran.hits}


def test_the_hostile_file_is_named_in_the_text_report_too(garden: MakeGarden) -> None:
    made = garden({"hostile.py": b"import requests\0\nrequests.get(u)\n", "healthy.py": CALL})
    ran = made.run("check", "--no-cache")
    assert ran.code == 2
    assert "hostile.py" in ran.out + ran.err
    assert outcome(made.run(*CHECK), "hostile.py") == "contains null bytes"
