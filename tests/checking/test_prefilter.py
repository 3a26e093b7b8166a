"""The byte tier may let too much through, never too little."""

from __future__ import annotations

import pytest

from gardener.checking.prefilter import Prefilter
from gardener.core.rule import Plan

REQUESTS = Plan(words=(("requests", "get"), ("httpx",)), names=("requests.get", "httpx.Client"))
SILENT = [
    ("nothing", b"x = 1\n"),
    ("only one of two words", b"import requests\n"),
    ("part of a word", b"import httpxyz\nrequests_get\n"),
    ("not imported", b"# requests get\nx = 1\n"),
]
CONCERNED = [
    ("plain", b"import requests\nrequests.get(1)\n"),
    ("alternative", b"import httpx\n"),
    ("alias", b"from requests import get as g\n"),
    ("in a list", b"import os, requests, sys\nrequests.get\n"),
    ("continued", b"import os, \\\n    requests\nrequests.get\n"),
    ("continued by a carriage return", b"import os, \\\r    requests\rrequests.get\r"),
    ("after a semicolon", b"x = 1; import requests; requests.get()\n"),
    ("vendored", b"from pip._vendor import requests\nrequests.get()\n"),
    ("star", b"from requests import *\nget()\n"),
    ("other encoding of an identifier", "import ｒequests\nrequests.get\n".encode()),
    ("latin-1", "# -*- coding: latin-1 -*-\nimport requests\nrequests.get('é')\n".encode("latin-1")),
]


@pytest.mark.parametrize("data", [data for _, data in SILENT], ids=[name for name, _ in SILENT])
def test_silent(data: bytes) -> None:
    assert Prefilter([REQUESTS]).concerned(data, "src/a.py") == set()


@pytest.mark.parametrize("data", [data for _, data in CONCERNED], ids=[name for name, _ in CONCERNED])
def test_concerned(data: bytes) -> None:
    assert Prefilter([REQUESTS]).concerned(data, "src/a.py") == {0}


def test_a_plan_without_words_concerns_every_file() -> None:
    assert Prefilter([Plan(), REQUESTS]).concerned(b"", "a.py") == {0}


def test_a_relative_import_names_the_package_without_writing_it() -> None:
    plan = Plan(words=(("shop", "http", "fetch"),), names=("shop.http.fetch",))
    data = b"from .http import fetch\nfetch()\n"
    assert Prefilter([plan]).concerned(data, "src/shop/orders.py") == {0}
    assert Prefilter([plan]).concerned(data, "src/other/orders.py") == set()
