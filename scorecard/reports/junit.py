"""JUnit XML, which every CI system shows: an ask is a suite, a criterion a test case.

What does not apply is skipped, what is open has failed. The element names follow Ant's schema as Jenkins reads it.
"""

import xml.etree.ElementTree as ET

from scorecard.model import Criterion, Finding, Outcome, Scorecard
from scorecard.reports.view import by_ask, clean, is_system, place


def render(card: Scorecard, *, full: bool) -> str:
    """Criteria of a repository for which the asks are optional are skipped, unless ``full``."""
    root = ET.Element("testsuites", name=f"seven asks: {clean(card.name)}")
    optional = not is_system(card) and not full
    for ask, _, criteria in by_ask(card):
        suite = ET.SubElement(root, "testsuite", name=ask.id)
        for criterion, finding in criteria:
            _case(suite, criterion, finding, optional=optional)
        _count(suite)
    _count(root)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=False) + "\n"


def _case(suite: ET.Element, criterion: Criterion, finding: Finding, *, optional: bool) -> None:
    case = ET.SubElement(suite, "testcase", classname=criterion.ask, name=criterion.short, time="0")
    said = clean(finding.summary)
    if finding.outcome is Outcome.ERROR:
        ET.SubElement(case, "error", message=said, type="mlops")
    elif finding.outcome is Outcome.MET:
        ET.SubElement(case, "system-out").text = "\n".join(f"{place(e)} {clean(e.text)}" for e in finding.evidence)
    elif finding.outcome is Outcome.UNMET and not optional:
        failure = ET.SubElement(case, "failure", message=said, type=criterion.id)
        failure.text = f"{criterion.question}\n{said}\nmlops explain {criterion.id}"
    else:
        ET.SubElement(case, "skipped", message=said)


def _count(element: ET.Element) -> None:
    """The totals that readers want on every suite."""
    for name, inner in (("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        element.set(name, str(sum(1 for _ in element.iter(inner))))
    element.set("time", "0")
