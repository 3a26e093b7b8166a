"""What `import gardener` offers, and that it costs nothing until used."""

from __future__ import annotations

import subprocess
import sys

import pytest

import gardener

PUBLIC = ["Document", "Repo", "rule"]


def test_the_public_names_are_these() -> None:
    assert sorted(gardener.__all__) == PUBLIC


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_name_exists(name: str) -> None:
    assert getattr(gardener, name) is not None


def test_other_names_do_not_exist() -> None:
    with pytest.raises(AttributeError, match="no attribute 'rules_of_thumb'"):
        _ = gardener.rules_of_thumb  # type: ignore[attr-defined]


def test_importing_gardener_imports_nothing_else_of_it() -> None:
    code = "import sys, gardener; print([name for name in sys.modules if name.startswith('gardener.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
