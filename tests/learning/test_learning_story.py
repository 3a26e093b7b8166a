"""docs/learning.md is run from beginning to end: its files are written, its commands give the output it shows."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.conftest import GIT_ENVIRONMENT

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Garden

DOCS = Path(__file__).parent.parent.parent / "docs"
FENCE = re.compile(r"^(?P<ticks>`{3,})(?P<info>[^\n]*)\n(?P<body>.*?)^(?P=ticks)\n", re.MULTILINE | re.DOTALL)
KEYS = ("OPENAI_API_KEY", "GITHUB_TOKEN", "GH_TOKEN")


def said(command: str, root: Path) -> str:
    """What a shell shows for a command, in a fresh environment without any key."""
    environment = {key: value for key, value in os.environ.items() if key not in KEYS} | GIT_ENVIRONMENT
    environment |= {"NO_COLOR": "1", "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    # The commands are those of our own documentation.
    done = subprocess.run(command, shell=True, cwd=root, env=environment, capture_output=True, check=False)  # noqa: S602
    return (done.stdout + done.stderr).decode()


def test_the_story_in_the_documentation_is_what_happens(garden: Callable[..., Garden]) -> None:
    made = garden({})
    shutil.copy(DOCS / "examples" / "feedback.jsonl", made.root)
    commands = 0
    for fence in FENCE.finditer((DOCS / "learning.md").read_text(encoding="utf-8")):
        if "path=" in fence["info"]:
            made.write({fence["info"].split("path=")[1]: fence["body"]})
        if fence["info"] != "console":
            continue
        asked = [line[2:] for line in fence["body"].split("\n") if line.startswith("$ ")]
        told = "".join(f"$ {command}\n{said(command, made.root)}" for command in asked)
        assert told == fence["body"]
        commands += len(asked)
    assert commands > 8
