"""Configuration that watches the running system: metrics switched on, alert rules, dashboards."""

from helpers import repo

from scorecard.facts import Facts
from scorecard.facts.alerts import Alerts
from scorecard.facts.configuration import Configuration
from scorecard.facts.dashboards import Dashboards
from scorecard.facts.metrics_config import MetricsConfig
from scorecard.facts.resources import Resources


def metrics(files: dict[str, str]) -> list[tuple[str, int]]:
    return [(e.path, e.line) for e in Facts(repo(files)).get(MetricsConfig).on]


def alerts(files: dict[str, str]) -> Alerts:
    return Facts(repo(files)).get(Alerts)


def test_configuration_leaves_out_tests_docs_and_lock_files() -> None:
    files = {"k8s/app.yaml": "a: 1", "docs/app.yaml": "a: 1", "tests/app.yaml": "a: 1", "pnpm-lock.yaml": "a: 1"}

    assert Facts(repo(files)).get(Configuration).paths == ("k8s/app.yaml",)


def test_a_broken_file_has_no_documents() -> None:
    assert Facts(repo({"k8s/a.yaml": "a: [1"})).get(Configuration).documents("k8s/a.yaml") == ()


def test_arm_templates_may_hold_comments() -> None:
    text = '{"resources": [ // all of them\n{"type": "Microsoft.Insights/workbooks", "name": "w"}]}'

    assert [d.resource.type for d in Facts(repo({"infra/main.json": text})).get(Resources).all] == [
        "Microsoft.Insights/workbooks"
    ]


def test_a_service_monitor_is_a_scrape_target() -> None:
    text = "apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata: {name: api}\n"

    assert metrics({"k8s/monitor.yaml": text}) == [("k8s/monitor.yaml", 2)]


def test_a_scrape_annotation_counts_only_when_it_is_on() -> None:
    on = "metadata:\n  annotations:\n    prometheus.io/scrape: 'true'\n"

    assert metrics({"k8s/app.yaml": on}) == [("k8s/app.yaml", 3)]
    assert not metrics({"k8s/app.yaml": on.replace("true", "false")})


def test_prometheus_that_scrapes_only_itself_watches_nothing() -> None:
    assert not metrics({"prometheus.yml": "scrape_configs:\n  - job_name: prometheus\n"})


def test_a_java_agent_in_the_image_counts_and_a_commented_one_does_not() -> None:
    line = 'ENTRYPOINT ["java", "-javaagent:/otel/opentelemetry-javaagent.jar", "-jar", "app.jar"]\n'

    assert metrics({"Dockerfile": f"FROM x\n{line}"}) == [("Dockerfile", 2)]
    assert not metrics({"Dockerfile": f"FROM x\n# {line}"})


def test_spring_exposes_metrics_only_if_they_are_included() -> None:
    tree = "management:\n  endpoints:\n    web:\n      exposure:\n        include: health,prometheus\n"

    assert metrics({"src/main/resources/application.yml": tree})
    assert not metrics({"src/main/resources/application.yml": tree.replace(",prometheus", "")})


def test_prometheus_rules_are_alerts_and_recording_rules_are_not() -> None:
    rule = "groups:\n- name: a\n  rules:\n  - alert: Down\n    expr: up == 0\n"
    recording = "groups:\n- name: a\n  rules:\n  - record: a:b\n    expr: sum(b)\n"

    assert [e.line for e in alerts({"prometheus/rules.yml": rule}).rules] == [4]
    assert not alerts({"prometheus/rules.yml": recording}).rules


def test_a_rule_inside_a_chart_with_templates_is_found() -> None:
    text = """
    {{- if .Values.on }}
    spec:
      groups:
      - rules:
        - alert: Down
          expr: up{job="{{ .Release.Name }}"} == 0
    {{- end }}
    """

    assert alerts({"charts/api/templates/rules.yaml": text}).rules


def test_an_alertmanager_needs_a_receiver_that_tells_somebody() -> None:
    told = "receivers:\n- name: team\n  slack_configs:\n  - channel: '#ml'\n"

    assert alerts({"alertmanager.yml": told}).rules
    assert not alerts({"alertmanager.yml": "receivers:\n- name: nobody\n"}).rules


def test_notices_of_success_are_no_alert() -> None:
    job = "resources:\n  jobs:\n    a:\n      email_notifications:\n        on_success: [a@b.c]\n"

    assert not alerts({"resources/job.yml": job}).jobs
    assert alerts({"resources/job.yml": job.replace("on_success", "on_failure")}).jobs


def test_an_alarm_that_only_scales_tells_nobody() -> None:
    text = 'resource "aws_cloudwatch_metric_alarm" "cpu" {\n  alarm_actions = [aws_appautoscaling_policy.up.arn]\n}\n'

    assert not alerts({"main.tf": text}).declared


def dashboards(files: dict[str, str]) -> Dashboards:
    return Facts(repo(files)).get(Dashboards)


def test_a_grafana_store_counts_where_it_is_committed_and_mounted() -> None:
    compose = "services:\n  grafana:\n    volumes:\n      - ./grafana/grafana.db:/var/lib/grafana/grafana.db\n"

    assert dashboards({"docker-compose.yml": compose, "grafana/grafana.db": "x"}).files
    assert not dashboards({"docker-compose.yml": compose}).files


def test_any_json_with_a_title_is_no_dashboard() -> None:
    assert not dashboards({"monitoring/report.json": '{"title": "x", "widgets": [], "panels": []}'}).all


def test_a_workbook_in_bicep_is_a_dashboard() -> None:
    text = "resource w 'Microsoft.Insights/workbooks@2023-06-01' = {\n}\n"

    assert [e.line for e in dashboards({"infra/w.bicep": text}).declared] == [1]
