from scorecard.asks import LOGGING
from scorecard.checks import check
from scorecard.facts.logging_setup import LoggingSetup, Style
from scorecard.facts.logs import Logs
from scorecard.model import Effort, Evidence, Finding, met, unmet


@check(
    LOGGING,
    level=2,
    effort=Effort.HOURS,
    question="Are logs machine-readable, shipped to a log store, or configured in one place?",
    surprise="Each script logs in its own format, and no query over all of them answers what went wrong.",
    needs=("logging.logger",),
    closed_by="logging",
)
def structured(setup: LoggingSetup, logs: Logs) -> Finding:
    found = setup.of(Style.MACHINE, Style.CENTRAL, Style.SHIPPED)
    if found:
        styles = list(dict.fromkeys(s.style.value for s in found))
        chain: list[Evidence] = []
        for one in sorted(found, key=lambda s: -len(s.users))[:3]:
            chain += [one.evidence, *one.users[:2]]
        return met(f"{' and '.join(styles)}: {found[0].what}", chain)

    looked = (
        "formatters, handlers and dictConfig in code",
        "logging configuration files",
        "log shippers and drivers",
    )
    local = setup.of(Style.LOCAL)
    if local:
        files = sorted({s.evidence.path for s in local})
        own = f"{files[0]} configures logging for itself alone"
        if len(files) > 1:
            own = f"{len(files)} files each configure logging for themselves, {files[0]} and {files[1]} among them"
        return unmet(f"{own}, as plain text", looked_in=looked, near=[s.evidence for s in local])
    if logs.lines:
        files = sorted(logs.places)
        return unmet(
            f"{len(logs.lines)} log lines in {len(files)} files go out in the framework's default format",
            looked_in=looked,
        )
    return unmet("Nothing configures logging: no format, no handler, no file", looked_in=looked)
