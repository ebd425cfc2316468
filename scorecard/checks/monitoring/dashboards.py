"""Are dashboards for the running system part of the repository?"""

from scorecard.asks import MONITORING
from scorecard.checks import check
from scorecard.facts.dashboards import Dashboards
from scorecard.facts.pages import Pages
from scorecard.facts.running import Running
from scorecard.model import Effort, Finding, met, unmet


@check(
    MONITORING,
    level=3,
    effort=Effort.DAYS,
    question="Are dashboards for the running system part of the repository?",
    surprise="In the middle of an incident somebody clicks together the charts that should have shown it coming.",
    needs=("monitoring.platform",),
)
def dashboards(tools: Dashboards, pages: Pages, running: Running) -> Finding:
    found = (*tools.files, *tools.declared, *pages.monitoring, *pages.reports, *tools.served)
    if found:
        return met(f"{_what(tools, pages)}: {found[0].path}.", found)
    near = (*tools.empty, *pages.by_hand, *pages.others)
    if tools.empty:
        why = f"{tools.empty[0].path} starts a Grafana, but no dashboard for it is in the repository."
    elif pages.by_hand:
        why = f"{pages.by_hand[0].path} writes a report when someone runs it; nothing regenerates it."
    elif pages.others:
        names = ", ".join(e.path for e in pages.others[:2])
        why = f"The pages found ({names}) are the application's own; none shows how it runs."
    else:
        why = f"Nothing shows how {running.name} runs: no dashboard file, resource or monitoring page was found."
    return unmet(
        why,
        looked_in=("dashboard JSON and provisioning", "infrastructure code", "Streamlit, Dash and web pages"),
        near=near,
    )


def _what(tools: Dashboards, pages: Pages) -> str:
    if tools.files:
        return "Dashboards are kept as files"
    if tools.declared:
        return "Dashboards are built by code"
    if pages.monitoring:
        return "A page shows how the system runs"
    return "A report page is regenerated without a person" if pages.reports else "A dashboard runs beside the system"
