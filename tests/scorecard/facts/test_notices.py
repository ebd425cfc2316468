"""Messages to people: which of them are about the state of the system."""

from helpers import repo

from scorecard.facts import Facts
from scorecard.facts.notices import Notices
from scorecard.facts.pages import Pages
from scorecard.facts.running import Running
from scorecard.facts.scheduled_notices import ScheduledNotices

SLACK = """
import requests

WEBHOOK_URL = "x"

def send_slack(text):
    requests.post(WEBHOOK_URL, json={"text": text})
"""


def notices(files: dict[str, str]) -> Notices:
    return Facts(repo(files)).get(Notices)


def test_a_helper_that_nobody_calls_alerts_nobody() -> None:
    assert not notices({"notify.py": SLACK}).alerts


def test_the_message_decides_what_a_helper_is_used_for() -> None:
    bad = """
    from fastapi import FastAPI
    from notify import send_slack
    app = FastAPI()

    def check():
        send_slack("The model service is down: health check failed")
    """
    good = bad.replace("The model service is down: health check failed", "A new order arrived")

    assert notices({"notify.py": SLACK, "app.py": bad}).alerts
    assert not notices({"notify.py": SLACK, "app.py": good}).alerts


def test_a_bot_that_answers_its_user_with_an_error_alerts_nobody() -> None:
    text = """
    from slack_bolt import App
    app = App()

    @app.message()
    def answer(client, message):
        try:
            reply(message)
        except ValueError:
            client.chat_postMessage(channel=message.channel, text="An error occurred, the model failed.")
    """

    assert not notices({"bot.py": text}).alerts


def test_a_callback_of_ours_must_send_something() -> None:
    dag = (
        "from airflow import DAG\n\ndef on_fail(context):\n    {body}\n\ndag = DAG('a', on_failure_callback=on_fail)\n"
    )

    assert notices({"dags/a.py": dag.format(body="send_email('team@example.com')")}).hooks
    assert not notices({"dags/a.py": dag.format(body="print(context)")}).hooks


def test_mail_on_failure_needs_an_address_and_must_be_on() -> None:
    dag = """
    from airflow import DAG
    args = {{"email": ["a@b.c"], "email_on_failure": {on}}}
    dag = DAG("a", default_args=args)
    """

    assert notices({"dags/a.py": dag.format(on="True")}).hooks
    assert not notices({"dags/a.py": dag.format(on="False")}).hooks


def test_a_heartbeat_is_missed_when_the_job_fails() -> None:
    text = "import requests\n\ndef done():\n    requests.get('https://hc-ping.com/abc')\n"

    assert notices({"job.py": text}).heartbeats


def test_a_login_at_slack_sends_no_message() -> None:
    text = """
    import requests

    def slack_refresh(code):
        requests.post("https://slack.com/api/oauth.v2.access", data=code)
    """

    assert not notices({"auth.py": text}).alerts
    assert not notices({"auth.py": text}).others


def test_a_nightly_test_run_that_tells_slack_is_no_alert() -> None:
    workflow = """
    on:
      schedule: [{cron: "0 1 * * *"}]
    jobs:
      a:
        runs-on: ubuntu-latest
        steps:
          - run: RUN
          - if: failure()
            uses: slackapi/slack-github-action@v2
    """
    tests = {".github/workflows/a.yml": workflow.replace("RUN", "pytest")}
    job = {".github/workflows/a.yml": workflow.replace("RUN", "python predict.py"), "predict.py": "print(1)\n"}

    assert not Facts(repo(tests)).get(ScheduledNotices).steps
    assert Facts(repo(job)).get(ScheduledNotices).steps


def test_a_page_about_customer_feedback_is_no_monitoring_page() -> None:
    text = """
    import pandas as pd
    import streamlit as st
    st.title("Customer feedback")
    st.bar_chart(pd.read_csv("feedback.csv"))
    """

    assert not Facts(repo({"app.py": text})).get(Pages).monitoring


def test_an_experiment_that_a_person_reproduces_runs_nothing() -> None:
    files = {"dvc.yaml": "stages:\n  train:\n    cmd: python train.py\n", "train.py": "print(1)\n"}

    assert not Facts(repo(files)).get(Running).what
    assert Facts(repo({**files, "Dockerfile": "FROM x\nCMD python train.py\n"})).get(Running).what
