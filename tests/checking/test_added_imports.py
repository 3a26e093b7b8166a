"""`add_import` reuses what a file has, and adds one line where it has nothing."""

from __future__ import annotations

import pytest

from gardener.checking.source import SourceFile
from gardener.core.edits import apply_edits

REUSED = [
    ("import json\n", "json.loads", "json.loads"),
    ("import json as j\n", "json.loads", "j.loads"),
    ("from json import loads\n", "json.loads", "loads"),
    ("from json import loads as l\n", "json.loads", "l"),
    ("import os.path\n", "os.path.join", "os.path.join"),
    ("from os import path\n", "os.path.join", "path.join"),
]
ADDED = [
    ("", "import json\n"),
    ("x = 1\n", "import json\nx = 1\n"),
    ("x = 1", "import json\nx = 1"),
    ("import os\nx = 1\n", "import os\nimport json\nx = 1\n"),
    ('"""Doc."""\nx = 1\n', '"""Doc."""\nimport json\nx = 1\n'),
    ('"""Doc."""', '"""Doc."""\nimport json\n'),
    ("#!/usr/bin/env python\n# coding: utf-8\nx = 1\n", "#!/usr/bin/env python\n# coding: utf-8\nimport json\nx = 1\n"),
    (
        '"""Doc."""\r\nfrom __future__ import annotations\r\n',
        '"""Doc."""\r\nfrom __future__ import annotations\r\nimport json\r\n',
    ),
    ("def f():\n    import json\n", "import json\ndef f():\n    import json\n"),
    ("from a import (\n    b,\n)\nx = 1\n", "from a import (\n    b,\n)\nimport json\nx = 1\n"),
]


@pytest.mark.parametrize(("text", "name", "local"), REUSED)
def test_reused(text: str, name: str, local: str) -> None:
    request = SourceFile.whole(text).add_import(name)
    assert (str(request), request.edits) == (local, ())


@pytest.mark.parametrize(("text", "after"), ADDED)
def test_added(text: str, after: str) -> None:
    request = SourceFile.whole(text).add_import("json.loads")
    assert str(request) == "json.loads"
    assert apply_edits(text, request.edits) == after


def test_a_taken_name_gets_an_alias() -> None:
    request = SourceFile.whole("json = 1\n").add_import("json.loads")
    assert str(request) == "_json.loads"
    assert apply_edits("json = 1\n", request.edits) == "import json as _json\njson = 1\n"
