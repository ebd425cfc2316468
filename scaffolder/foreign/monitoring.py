"""`mlops add monitoring`: latency, throughput and errors of what the prediction log records, for Prometheus, with its alerts."""

from collections.abc import Mapping
from typing import Any

import yaml

from scaffolder.errors import Refused
from scaffolder.foreign import python_edits
from scaffolder.foreign.logging import application
from scaffolder.foreign.model import Edit, Plan, Site
from scaffolder.foreign.modules import importing

_ANSWERS = (".copier-answers.mlops.yml", ".copier-answers.yml")


def plan(site: Site) -> Plan:
    """See the module's docstring."""
    serving = site.survey["serving"]
    logging = _recorded(site)
    if not logging:
        raise Refused("there is no prediction log to count from", "mlops add logging first, commit, then try again")
    if site.is_met("monitoring.platform") or site.survey["watching"]["metrics"]:
        raise Refused("the service tells its metrics already", "mlops audit says where, and what is missing beside it")
    app = application(serving, logging["path"])
    if app is None:
        raise Refused(
            "there is no web application here that Prometheus could ask for metrics",
            "mlops explain monitoring.platform says what counts for a job",
        )
    module = _beside(site, logging, "prediction_metrics")
    found = {
        "framework": app["framework"],
        "module": module,
        "log": logging["log"]["name"],
        "command": logging["log"]["command"],
        "rules": site.free("prometheus/prediction_alerts.yml"),
        "root": logging["root"],
        "test": site.free(f"{site.survey['layout']['tests']['folder']}/test_prediction_metrics.py").removesuffix(".py"),
    }
    line = f'{app["variable"]}.add_route("/metrics", metrics)'
    if app["framework"] == "flask":
        line = f'{app["variable"]}.add_url_rule("/metrics", "prediction_metrics", metrics)'
    before = site.text(app["path"])
    own = {part for path in site.paths if path.endswith(".py") for part in path[:-3].split("/")}
    after = python_edits.after_statement(before, app["line"], [line])
    after = importing(after, f"from {module['name']} import metrics", own | {module["name"].partition(".")[0]})
    promises = ["monitoring.platform", *(["monitoring.alerts"] if not site.is_met("monitoring.alerts") else [])]
    left = (
        f"let Prometheus, but not the public, ask for /metrics, and load {found['rules']} (rule_files); Alertmanager says who is told",
        f"set the bounds in {found['rules']} to what your users notice",
    )
    return Plan(found, tuple(promises), (Edit(app["path"], before, after),), left)


def _recorded(site: Site) -> Mapping[str, Any]:
    """What `mlops add logging` found, as the answers file of the repository keeps it."""
    for path in _ANSWERS:
        try:
            said = yaml.safe_load(site.text(path))
        except yaml.YAMLError:
            continue
        found = said.get("found") if isinstance(said, dict) else None
        if isinstance(found, dict) and isinstance(found.get("logging"), dict):
            logging: Mapping[str, Any] = found["logging"]
            return logging
    return {}


def _beside(site: Site, logging: Mapping[str, Any], name: str) -> dict[str, str]:
    """A new module beside the prediction log."""
    log = logging["log"]
    folder = log["path"].rpartition("/")[0]
    path = site.free(f"{folder}/{name}.py".lstrip("/")).removesuffix(".py")
    return {"path": path, "name": path[len(logging["root"]) :].lstrip("/").replace("/", ".")}
