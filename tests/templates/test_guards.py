"""Somebody breaks a guard of the generated project, one line at a time, and the project's own tests notice.

That all of these tests are green before is shown by `test_fresh.py`, which runs them.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from mutants import PACKAGE, Mutant, unnoticed

from scorecard import audit

pytestmark = pytest.mark.templates


MUTANTS = [
    Mutant(
        "testing.tests", "ties count as wins",
        f"{PACKAGE}/monitoring/quality.py", '.rank("average")', '.rank("max")',
        "unit/test_monitoring.py::test_auc_counts_pairs_in_the_right_order_and_ties_half",
    ),
    Mutant(
        "testing.features", "four weeks are five",
        f"{PACKAGE}/features/transform.py", 'window("late", 4)', 'window("late", 5)',
        "unit/test_transform.py::test_rates_are_of_the_last_week_and_of_the_last_four_weeks",
    ),
    Mutant(
        "testing.features", "the future is known",
        f"{PACKAGE}/features/transform.py", 'offset_by("7d")', 'offset_by("0d")',
        "unit/test_transform.py::test_rates_are_of_the_last_week_and_of_the_last_four_weeks",
    ),
    Mutant(
        "testing.features", "serving forgets the minutes",
        f"{PACKAGE}/inference/serving.py", "[60 * when.hour + when.minute]", "[60 * when.hour]",
        "integration/test_service.py::test_serving_makes_the_same_features_as_training",
    ),
    Mutant(
        "testing.model", "training has no gate",
        f"{PACKAGE}/training/pipeline.py", "        if refused:", "        if False:",
        "integration/test_training.py::test_a_model_that_learnt_nothing_is_refused_and_nothing_is_registered",
    ),
    Mutant(
        "testing.model", "a figure that is no number passes",
        f"{PACKAGE}/training/gates.py", 'if not metrics["auc"] >= limit', 'if metrics["auc"] < limit',
        "unit/test_gates.py::test_a_model_is_refused_for_each_fault",
    ),
    Mutant(
        "testing.model", "nobody compares with the live release",
        f"{PACKAGE}/training/pipeline.py", "    if live is not None:", "    if False:",
        "integration/test_training.py::test_a_model_worse_than_the_live_release_is_refused",
    ),
    Mutant(
        "testing.bias", "slices have no gate",
        f"{PACKAGE}/training/gates.py", ' | {f"gap_{c}": limits.slice_gap for c in KEY}', "",
        "integration/test_training.py::test_a_model_that_errs_for_one_airport_is_refused",
    ),
    Mutant(
        "testing.bias", "the gap between slices is none",
        f"{PACKAGE}/training/gates.py", "- min(slices.values())", "- max(slices.values())",
        "unit/test_gates.py::test_a_gap_between_carriers_is_measured",
    ),
    Mutant(
        "testing.integration", "one pipeline does not hand on to the next",
        f"{PACKAGE}/features/pipeline.py", 'store.overwrite(settings, "features", features, "true")', "pass",
        "integration/test_features.py::test_a_new_batch_is_stored_and_makes_a_new_version",
    ),
    Mutant(
        "testing.on-push", "a push is linted and not tested",
        ".github/workflows/ci.yml", "- run: uv run poe check", "- run: uv run poe lint",
        "unit/test_ci.py::test_every_push_is_checked",
    ),
    Mutant(
        "testing.one-command", "the command is called otherwise",
        "pyproject.toml", "\ntest = { cmd", "\ntests = { cmd",
        "unit/test_ci.py::test_every_task_that_is_called_exists",
    ),
    Mutant(
        "deployment.pipelines", "a pipeline cannot be started",
        f"{PACKAGE}/__main__.py", "    add(collect)\n", "",
        "unit/test_core.py::test_every_task_that_runs_the_project_is_one_of_its_commands",
    ),
    Mutant(
        "deployment.artifact", "the image starts what does not exist",
        "Dockerfile", 'CMD ["serve"]', 'CMD ["server"]',
        "unit/test_ci.py::test_every_command_of_the_manifests_exists",
    ),
    Mutant(
        "deployment.build", "the image that is pushed is not the one that was built",
        ".github/workflows/image.yml", 'docker build --tag "$IMAGE" .', "docker build .",
        "unit/test_ci.py::test_the_image_that_is_built_is_the_one_that_is_pushed",
    ),
    Mutant(
        "deployment.deploy", "main is not deployed by itself",
        ".github/workflows/deploy.yml", "  push:\n    branches: [main]\n", "",
        "unit/test_ci.py::test_every_push_is_checked",
    ),
    Mutant(
        "deployment.deploy", "nothing goes to prod",
        ".github/workflows/deploy.yml", "      - run: uv run poe promote --bundle bundle --to prod\n", "",
        "unit/test_ci.py::test_every_system_checks_and_promotes_one_bundle_through_all_environments",
    ),
    Mutant(
        "deployment.environments", "prod asks for no approval",
        "config/prod.toml", "approval = true", "approval = false",
        "unit/test_core.py::test_only_prod_asks_for_an_approval",
    ),
    Mutant(
        "deployment.environments", "all environments share one state",
        f"{PACKAGE}/config.py", 'return f".state/{self.env}"', 'return ".state/dev"',
        "unit/test_core.py::test_each_environment_has_settings_and_a_state_of_its_own",
    ),
    Mutant(
        "deployment.promotion", "the approval is skipped",
        f"{PACKAGE}/release.py", "if settings.approval and approved.is_empty():", "if False:",
        "integration/test_release.py::test_the_same_bundle_goes_through_all_environments_and_into_prod_only_when_signed_off",
    ),
    Mutant(
        "deployment.promotion", "the gates of the next environment are skipped",
        f"{PACKAGE}/release.py", "    if refused:", "    if False:",
        "integration/test_release.py::test_a_bundle_that_fails_on_the_data_of_the_next_environment_stays_where_it_is",
    ),
    Mutant(
        "deployment.infrastructure", "a job on the cluster runs what does not exist",
        "deploy/kubernetes/base/cronjobs.yaml", "args: [monitor]", "args: [monitoring]",
        "unit/test_ci.py::test_every_command_of_the_manifests_exists",
    ),
    Mutant(
        "data.schema", "unknown columns pass",
        f"{PACKAGE}/features/quality.py", "strict=True", "strict=False",
        "unit/test_quality.py::test_a_batch_of_another_shape_is_refused",
    ),
    Mutant(
        "data.values", "any delay passes",
        f"{PACKAGE}/features/quality.py", "pa.Column(pl.Float64, pa.Check.in_range(*MINUTES_LATE))", "pa.Column(pl.Float64)",
        "unit/test_quality.py::test_a_bad_row_is_set_aside_with_its_reasons",
    ),
    Mutant(
        "data.values", "duplicates pass",
        f"{PACKAGE}/features/quality.py", "pl.concat([found, again])", "found",
        "unit/test_quality.py::test_a_bad_row_is_set_aside_with_its_reasons",
    ),
    Mutant(
        "data.distribution", "a shift passes",
        f"{PACKAGE}/features/quality.py", "if value > limits.psi_limit", "if value > 1000",
        "unit/test_quality.py::test_a_shift_from_the_last_batch_is_refused",
    ),
    Mutant(
        "data.wired", "the pipeline does not ask whether the batch is acceptable",
        f"{PACKAGE}/features/pipeline.py", "    quality.accept(settings, checked, ", "    (settings, checked, ",
        "integration/test_features.py::test_a_bad_batch_halts_and_what_was_live_stays",
    ),
    Mutant(
        "data.mitigation", "nobody hears of a bad batch",
        f"{PACKAGE}/features/pipeline.py", 'alerts.alert(settings, "bad_batch", "page", ', 'log.info("bad_batch", text=',
        "integration/test_features.py::test_a_bad_batch_halts_and_what_was_live_stays",
    ),
    Mutant(
        "data.mitigation", "bad rows are dropped in silence",
        f"{PACKAGE}/features/pipeline.py", 'store.overwrite(settings, "quarantine", bad, where)', "pass",
        "integration/test_features.py::test_bad_rows_go_to_quarantine_once_and_the_rest_goes_on",
    ),
    Mutant(
        "versioning.releases", "a manifest may say anything of itself",
        f"{PACKAGE}/bundle.py", " or manifest.id != manifest.digest()", "",
        "integration/test_release.py::test_a_manifest_that_was_changed_is_refused",
    ),
    Mutant(
        "versioning.releases", "a new version has no word in the changelog",
        "pyproject.toml", '\nversion = "0.1.0"', '\nversion = "0.2.0"',
        "unit/test_ci.py::test_the_changelog_knows_the_version",
    ),
    Mutant(
        "versioning.environment", "the lock is no part of what made a model",
        f"{PACKAGE}/bundle.py", ', Path("uv.lock")]', "]",
        "unit/test_core.py::test_the_digest_of_the_code_is_of_its_dependencies_too",
    ),
    Mutant(
        "versioning.model", "the files of a bundle may change",
        f"{PACKAGE}/bundle.py", "if found != manifest.digests or ", "if ",
        "integration/test_release.py::test_a_bundle_that_was_changed_is_refused",
    ),
    Mutant(
        "versioning.data", "only the newest features can be read",
        f"{PACKAGE}/store.py", "found = _open(settings, table, version)", "found = _open(settings, table)",
        "unit/test_core.py::test_an_old_version_of_a_table_can_still_be_read",
    ),
    Mutant(
        "versioning.lineage", "a model does not know its features",
        f"{PACKAGE}/training/pipeline.py", '"feature_version": str(versions["feature"])', '"feature_version": "0"',
        "integration/test_pipelines.py::test_every_pipeline_runs[dev]",
    ),
    Mutant(
        "versioning.rollback", "features are not rolled back with the model",
        f"{PACKAGE}/inference/serving.py", 'pl.read_parquet(path / "features.parquet")', 'store.read(settings, "features").sort("valid_from")',
        "integration/test_release.py::test_after_a_rollback_the_old_predictions_come_back_bit_for_bit",
    ),
    Mutant(
        "versioning.rollback", "a second rollback goes forward",
        f"{PACKAGE}/release.py", "replace(changes[-2], why=why, by=by)", "replace(rows[-2], why=why, by=by)",
        "integration/test_release.py::test_a_second_rollback_goes_one_further_and_not_back",
    ),
    Mutant(
        "versioning.rollback", "who decides on an old state decides",
        f"{PACKAGE}/store.py", "if expect is not None and seq != expect:", "if False:",
        "unit/test_core.py::test_who_decided_on_an_old_state_is_told",
    ),
    Mutant(
        "versioning.ab", "customers change sides",
        f"{PACKAGE}/inference/routing.py", "sha256(key.encode())", "sha256(key.encode() + __import__('os').urandom(8))",
        "unit/test_core.py::test_customers_are_spread_evenly_and_stay_where_they_are",
    ),
    Mutant(
        "versioning.ab", "a shadow answers",
        f"{PACKAGE}/inference/service.py", 'chosen and now.live.mode == "ab":', "chosen:",
        "integration/test_service.py::test_a_shadow_is_recorded_and_never_answers",
    ),
    Mutant(
        "monitoring.platform", "latency is not measured",
        f"{PACKAGE}/inference/middleware.py", "metrics.HTTP_SECONDS.labels(route).observe(seconds)", "pass",
        "integration/test_service.py::test_every_request_is_counted_timed_and_logged_under_its_ids",
    ),
    Mutant(
        "monitoring.platform", "a failed run counts as a good one",
        f"{PACKAGE}/metrics.py", "RUNS.labels(name, status).inc()", 'RUNS.labels(name, "success").inc()',
        "unit/test_core.py::test_a_pipeline_leaves_its_metrics_and_counts_over_processes",
    ),
    Mutant(
        "monitoring.quality", "a missed departure costs what a needless warning costs",
        f"{PACKAGE}/monitoring/quality.py", "limits.cost_missed", "limits.cost_needless",
        "unit/test_monitoring.py::test_a_missed_departure_costs_four_times_a_needless_warning",
    ),
    Mutant(
        "monitoring.quality", "a corrected outcome is ignored",
        f"{PACKAGE}/monitoring/records.py", '.unique("request_id", keep="last")', '.unique("request_id", keep="first")',
        "unit/test_monitoring.py::test_a_prediction_that_was_sent_twice_counts_once_and_a_corrected_outcome_wins",
    ),
    Mutant(
        "monitoring.drift", "a load test is drift",
        f"{PACKAGE}/monitoring/drift.py", "served.unique(ENTITY, maintain_order=True)", "served",
        "unit/test_monitoring.py::test_a_load_test_that_repeats_twelve_departures_is_no_drift",
    ),
    Mutant(
        "monitoring.drift", "drift is not measured",
        f"{PACKAGE}/monitoring/drift.py", "psi(reference[column], departures[column])", "0.0",
        "unit/test_monitoring.py::test_traffic_of_evening_departures_only_is_drift_of_the_hour_alone",
    ),
    Mutant(
        "monitoring.dashboards", "a panel shows what nobody exports",
        "ops/grafana/dashboard.json", "http_request_seconds_bucket", "http_request_duration_bucket",
        "unit/test_ops.py::test_every_metric_that_the_dashboard_asks_for_exists",
    ),
    Mutant(
        "monitoring.dashboards", "the page believes what it is told",
        f"{PACKAGE}/monitoring/page.py", "[escape(_text(value)) for value in row]", "[_text(value) for value in row]",
        "unit/test_monitoring.py::test_the_page_holds_everything_itself_and_trusts_no_input",
    ),
    Mutant(
        "monitoring.alerts", "a rule never fires",
        "ops/prometheus/rules.yml", "(drift_psi) > 0.25", "(drift_psi) > 25",
        "unit/test_ops.py::test_the_limits_of_the_rules_are_those_of_the_configuration",
    ),
    Mutant(
        "monitoring.alerts", "what monitoring finds, it keeps to itself",
        f"{PACKAGE}/monitoring/pipeline.py", "alert(settings, name, severity, text, release=live.release)", "pass",
        "integration/test_monitoring_pipeline.py::test_outcomes_that_contradict_the_predictions_page_somebody",
    ),
    Mutant(
        "monitoring.alerts", "the webhook is not called",
        f"{PACKAGE}/alerts.py", "    if settings.webhook:", "    if False:",
        "unit/test_core.py::test_an_alert_reaches_the_file_and_the_webhook_without_personal_data",
    ),
    Mutant(
        "monitoring.alerts", "no alert starts training",
        f"{PACKAGE}/alerts.py", "if name in settings.monitoring.retrain_on and", "if not name and",
        "integration/test_training.py::test_an_alert_of_drift_trains_again_where_that_is_configured",
    ),
    Mutant(
        "logging.logger", "a failed prediction is not logged",
        f"{PACKAGE}/inference/service.py", 'log.exception("prediction failed", release=loaded.manifest.id, arm=arm)', "pass",
        "integration/test_service.py::test_who_asked_is_nowhere_in_clear",
    ),
    Mutant(
        "logging.structured", "lines are for people only",
        f"{PACKAGE}/log.py", "structlog.processors.JSONRenderer()", "structlog.processors.KeyValueRenderer()",
        "unit/test_core.py::test_personal_fields_are_never_logged_however_deep",
    ),
    Mutant(
        "logging.structured", "personal fields are logged in clear",
        f"{PACKAGE}/log.py", "            _redact,\n", "",
        "unit/test_core.py::test_personal_fields_are_never_logged_however_deep",
    ),
    Mutant(
        "logging.structured", "a traceback shows the variables",
        f"{PACKAGE}/log.py", "show_locals=False", "show_locals=True",
        "unit/test_core.py::test_a_traceback_does_not_show_what_was_in_the_variables",
    ),
    Mutant(
        "logging.predictions", "the recorded score is rounded",
        f"{PACKAGE}/inference/service.py", '"score": score,', '"score": round(score or 0, 3),',
        "integration/test_service.py::test_a_prediction_is_recorded_and_comes_out_the_same_again",
    ),
    Mutant(
        "logging.predictions", "a record waits in memory",
        f"{PACKAGE}/inference/predictions.py", "os.write(self._descriptor, line)", "self._pending = line",
        "unit/test_predictions.py::test_what_is_written_can_be_read_at_once",
    ),
    Mutant(
        "logging.predictions", "the record names the customer",
        f"{PACKAGE}/inference/service.py", 'exclude={"request_id", "customer_id"}', 'exclude={"request_id"}',
        "integration/test_service.py::test_who_asked_is_nowhere_in_clear",
    ),
    Mutant(
        "logging.predictions", "a collection that is repeated counts twice",
        f"{PACKAGE}/inference/predictions.py", """store.overwrite(settings, kind, rows, f"file = '{path.name}'")""", "store.append(settings, kind, rows)",
        "unit/test_predictions.py::test_collecting_that_is_killed_before_it_deletes_counts_nothing_twice",
    ),
    Mutant(
        "logging.predictions", "half a record is kept",
        f"{PACKAGE}/inference/predictions.py", """    whole = whole[: whole.rfind(b"\\n") + 1]\n""", "",
        "unit/test_predictions.py::test_half_a_line_is_no_record",
    ),
    Mutant(
        "logging.correlation", "lines do not carry the request",
        f"{PACKAGE}/log.py", "structlog.contextvars.merge_contextvars", "structlog.processors.add_log_level",
        "integration/test_service.py::test_every_request_is_counted_timed_and_logged_under_its_ids",
    ),
    Mutant(
        "logging.correlation", "a trace ends here",
        f"{PACKAGE}/inference/middleware.py", "parent[1] if parent else secrets.token_hex(16)", "secrets.token_hex(16)",
        "integration/test_service.py::test_a_trace_goes_on",
    ),
    Mutant(
        "logging.correlation", "lines of a run do not carry the run",
        f"{PACKAGE}/metrics.py", "bound_contextvars(run_id=run_id, pipeline=name)", "bound_contextvars(pipeline=name)",
        "unit/test_core.py::test_a_run_has_one_id_in_all_its_lines",
    ),
    Mutant(
        "logging.review", "the most surprising error comes last",
        f"{PACKAGE}/monitoring/review.py", "sort(surprise, descending=True)", "sort(surprise)",
        "unit/test_monitoring.py::test_inspect_shows_errors_by_slice_and_the_most_surprising_one_first",
    ),
    Mutant(
        "logging.review", "replay always agrees",
        f"{PACKAGE}/inference/replay.py", '"same_score": score == record["score"]', '"same_score": True',
        "integration/test_service.py::test_a_record_that_was_changed_does_not_come_out_the_same",
    ),
]  # fmt: skip


def test_every_criterion_has_a_guard_that_somebody_may_break(project: Path) -> None:
    applicable = {criterion.id for criterion in audit(project).criteria if criterion.ask != "evals"}
    assert {mutant.criterion for mutant in MUTANTS} == applicable
    assert len({str(mutant) for mutant in MUTANTS}) == len(MUTANTS)


@pytest.fixture(scope="module")
def copy(project: Path, breakable: Callable[[Path], Path]) -> Path:
    return breakable(project)


@pytest.mark.parametrize("mutant", MUTANTS, ids=str)
def test_the_projects_own_tests_notice(mutant: Mutant, copy: Path) -> None:
    assert not (said := unnoticed(mutant, copy)), said
