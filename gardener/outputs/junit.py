"""JUnit XML, for CI systems that know test reports only."""

from __future__ import annotations

import itertools
import re
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

from gardener.core.report import PLAIN, Report, Style
from gardener.outputs._digest import listed, subject
from gardener.outputs._visible import paragraph

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gardener.core.finding import Failure, Finding

_NOT_XML = re.compile("[\ufffe\uffff]")


def render(report: Report, style: Style = PLAIN) -> str:
    """One test suite for each file: a gating finding is a failure, another one passes with its message as output.

    What could not be analysed is an error. Characters that XML cannot hold are written as escapes.
    """
    root = ET.Element("testsuites", name="gardener")
    if report.failures:
        _add_suite(root, "not analysed", map(_failure, report.failures))
    for path, group in itertools.groupby(listed(report), key=lambda finding: finding.path):
        _add_suite(root, path, map(_finding, group))
    if not len(root):
        _add_suite(root, "gardener", [ET.Element("testcase", name="no findings", classname="gardener")])
    _count(root)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _add_suite(root: ET.Element, name: str, cases: Iterable[ET.Element]) -> None:
    suite = ET.SubElement(root, "testsuite", name=_clean(name))
    suite.extend(cases)
    _count(suite)


def _count(element: ET.Element) -> None:
    for name, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error")):
        element.set(name, str(sum(1 for _ in element.iter(tag))))


def _finding(finding: Finding) -> ET.Element:
    place = finding.place
    name = f"{finding.rule} at {place.line}:{place.column}"
    case = ET.Element("testcase", name=_clean(name), classname=_clean(finding.path))
    if finding.gates:
        outcome = ET.SubElement(case, "failure", type=finding.severity, message=_clean(finding.message))
    else:
        outcome = ET.SubElement(case, "system-out")
    advice = finding.fix.title if finding.fix else finding.remediation
    where = f"{finding.path}:{place.line}:{place.column}: {finding.severity} {finding.rule}: {finding.message}"
    outcome.text = _clean(f"{where}\n{advice}" if advice else where)
    return case


def _failure(failure: Failure) -> ET.Element:
    case = ET.Element("testcase", name=_clean(subject(failure)), classname="gardener")
    ET.SubElement(case, "error", type="not analysed", message=_clean(failure.reason)).text = _clean(failure.reason)
    return case


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", paragraph(text))
