"""The adapter against the oldest SDK that will do, in an environment of its own; all other tests use a new one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
# One call that is answered, one body that is dripped, one redirect, one error: what the generations do differently.
PROGRAM = """
import openai
from conversations import asked
from gardener.llm import scripted_steps as steps

print(openai.__version__)
for step in (None, steps.fails(401), steps.redirects("http://127.0.0.1:1/"), steps.resets(), steps.portal()):
    print(asked([step])[0].outcome)
print(asked([steps.drips_body()], deadline_s=0.5)[0].outcome)
"""
OUTCOMES = ["answered", "rejected", "rejected", "unreachable", "unusable", "unreachable"]


OLDEST = "2.0.0"


@pytest.mark.network
def test_the_oldest_sdk_will_do(tmp_path: Path) -> None:
    target = tmp_path / "sdk"
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(target), f"openai=={OLDEST}"]
    installed = subprocess.run(command, capture_output=True, text=True, check=False)
    if installed.returncode:
        pytest.skip("no package registry was reached")
    path = os.pathsep.join([str(target), str(ROOT), str(Path(__file__).parent)])
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": path},
    )
    assert done.stdout.split() == [OLDEST, *OUTCOMES], done.stderr
