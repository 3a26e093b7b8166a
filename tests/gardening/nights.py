"""Nights for tests of the report: the one that the documentation shows, and one full of hostile names."""

from __future__ import annotations

import runpy
from dataclasses import replace
from functools import cache
from pathlib import Path

from gardener.core.finding import SEVERITIES
from gardener.gardening.grades.records import Action
from gardener.gardening.night import Duty, Said, Step, Waiting
from gardener.gardening.report.content import Content, Row

SCRIPT = Path(__file__).parent.parent.parent / "docs" / "write_screenshots.py"
HOSTILE = (
    "<script>document.title='owned'</script><img src=x onerror=alert(1)>\"'`&\u202e\x1b[31m @all #1 | [a](http://b)"
)


@cache
def shown() -> Content:
    """The night whose page stands in the documentation."""
    made: Content = runpy.run_path(str(SCRIPT))["night"]()
    return made


def hostile(text: str = HOSTILE) -> Content:
    """A night in which every text that comes from a repository is `text`."""
    return replace(
        shown(),
        name=text,
        guardrails=(text, text),
        rows=(Row(text, "B", 80, (80,) * 6, (text, "kept"), (70, 80), (text,), (text,)),),
        changed=(text,),
        actions=(Action(text, text, text, 3, {}, 90, "A", (text,)),),
        waiting=(Waiting(text, text, text, text),),
        duties=(Duty("small-patches", text, text, text, 5),),
        steps=(Step("check", Said(text, "failed")),),
        failures=(text,),
    )


def empty() -> Content:
    """A night about which nothing is known."""
    return Content("nowhere")


def quiet() -> Content:
    """The first night of a repository without findings."""
    (point,) = (replace(one, findings=(0,) * len(SEVERITIES)) for one in shown().points[:1])
    return replace(shown(), points=(point,), changed=(), actions=(), waiting=(), duties=(), failures=())
