"""Sources are a family: same shape, and what one source cannot read never keeps the rest from being read."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from gardener.core import family
from gardener.core.errors import ConfigError, SourceError

SOURCES = family.names("gardener.sources")
FILES = [name for name in SOURCES if name not in {"github", "git-log", "review"}]


def test_the_family_is_complete() -> None:
    assert SOURCES == ["git-log", "github", "jsonl", "junit", "review", "sarif"]


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_reads_from_a_place_and_says_what_it_is(name: str) -> None:
    module = family.load("gardener.sources", name)
    assert list(inspect.signature(module.read).parameters) == ["place", "root", "since", "cursor"]
    assert module.__doc__
    assert module.read.__doc__


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("place", ["missing.file", ".", "missing/file"])
def test_a_file_that_cannot_be_read_is_an_error_that_names_it(name: str, place: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=f"`{place}`"):
        list(family.load("gardener.sources", name).read(place, tmp_path))


@pytest.mark.parametrize("name", SOURCES)
def test_a_date_that_is_none_is_an_error(name: str, tmp_path: Path) -> None:
    place = "acme/shop" if name == "github" else "file"
    with pytest.raises(ConfigError, match="`soon` is no date"):
        list(family.load("gardener.sources", name).read(place, tmp_path, "soon"))
