"""Teaching by example, in a real repository."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from gardener.core.errors import SourceError
from gardener.learning.induce import Induced
from gardener.learning.teach import teach
from tests.conftest import Garden

BAD = "import yaml\n\n\ndef read(text):\n    return yaml.load(text)\n"
GOOD = "import yaml\n\n\ndef read(text):\n    return yaml.safe_load(text)\n"


def test_a_pair_of_files_gives_a_rule_its_tests_and_its_hits(garden: Callable[[Mapping[str, str]], Garden]) -> None:
    made = garden(
        {
            "bad.py": BAD,
            "good.py": GOOD,
            "src/settings.py": "from yaml import load\n\nSETTINGS = load(open('settings.yml'))\n",
            "src/clean.py": GOOD,
        }
    )
    made.commit()
    found = teach(made.root, [(made.root / "bad.py", made.root / "good.py")], title="YAML loaded without care")
    assert isinstance(found, Induced)
    assert found.places == {"src/settings.py": (3,)}
    made.write({"rules/yaml-loaded-without-care.md": found.page.replace('state = "shadow"\n', "")})
    assert made.run("rules", "test", "yaml-loaded-without-care", "--mutate").code == 0
    ran = made.run("check", "src", "--only", "code", "--select", "yaml-loaded-without-care", "--format", "json")
    assert ran.hits == [("yaml-loaded-without-care", "src/settings.py", 3)]


def test_a_file_that_is_not_there_is_said(garden: Callable[[Mapping[str, str]], Garden]) -> None:
    made = garden({"bad.py": BAD})
    with pytest.raises(SourceError, match=r"good\.py` cannot be read"):
        teach(made.root, [(made.root / "bad.py", made.root / "good.py")], title="Smell")
