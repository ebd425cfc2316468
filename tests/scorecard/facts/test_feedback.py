"""Verdicts on what a model said, and the truth that arrives later."""

from helpers import repo

from scorecard.facts import Facts
from scorecard.facts.feedback import Feedback
from scorecard.facts.outcomes import Outcomes
from scorecard.facts.routes import Routes
from scorecard.facts.tables import Tables


def feedback(files: dict[str, str]) -> Feedback:
    return Facts(repo(files)).get(Feedback)


def outcomes(files: dict[str, str]) -> Outcomes:
    return Facts(repo(files)).get(Outcomes)


def test_tables_of_plain_sql_have_their_columns() -> None:
    sql = "CREATE TABLE IF NOT EXISTS votes (\n  id serial,\n  message_id text NOT NULL\n);\n"
    table = Facts(repo({"db/001.sql": sql})).get(Tables).all[0]

    assert (table.name, table.columns) == ("votes", frozenset({"id", "message_id"}))


def test_a_commented_table_is_none() -> None:
    assert not Facts(repo({"db/001.sql": "-- CREATE TABLE votes (\n-- id serial);\n"})).get(Tables).all


def test_a_model_of_requests_is_no_table() -> None:
    text = "from pydantic import BaseModel\n\nclass Feedback(BaseModel):\n    message_id: str\n    score: int\n"

    assert not Facts(repo({"app/schemas.py": text})).get(Tables).all


def test_a_prisma_model_is_a_table() -> None:
    text = "model Feedback {\n  id Int @id\n  messageId String\n  rating Int\n}\n"

    assert feedback({"prisma/schema.prisma": text}).stored


def test_a_rails_migration_is_a_table() -> None:
    text = """
    class CreateVotes < ActiveRecord::Migration[7.0]
      def change
        create_table :votes do |t|
          t.bigint :answer_id
          t.integer :value
        end
      end
    end
    """

    assert feedback({"db/migrate/1_create_votes.rb": text}).stored


def test_votes_of_an_election_are_no_feedback() -> None:
    assert not feedback({"db/001.sql": "CREATE TABLE votes (candidate text, county text, total int);"}).stored


def test_a_client_that_posts_to_a_route_serves_none() -> None:
    text = "import requests\n\ndef send(url, score):\n    requests.post(f'{url}/feedback', json={'score': score})\n"

    assert not Facts(repo({"ui.py": text})).get(Routes).all


def test_a_route_of_express_is_a_route() -> None:
    text = "import express from 'express';\nconst app = express();\napp.post('/feedback', save);\n"

    assert [r.path for r in Facts(repo({"server.ts": text})).get(Routes).all] == ["/feedback"]


def test_reading_feedback_is_not_taking_it() -> None:
    text = """
    from fastapi import FastAPI
    app = FastAPI()

    @app.get("/feedback")
    def every(db):
        return db.execute("select 1")
    """

    assert not feedback({"app.py": text}).stored


def test_predictions_merged_with_outcomes_are_found_outside_of_training_only() -> None:
    text = "def join(predictions, actuals):\n    return predictions.merge(actuals, on='id')\n"

    assert outcomes({"jobs/hindcast.py": text}).joined
    assert not outcomes({"src/evaluate.py": text}).joined


def test_paths_that_are_joined_are_no_tables() -> None:
    text = "import os\n\ndef where(pred_dir, labels_file):\n    return os.path.join(pred_dir, labels_file)\n"

    assert not outcomes({"jobs/paths.py": text}).joined


def test_a_query_that_joins_predictions_with_actuals_is_found() -> None:
    text = 'QUERY = "SELECT p.predicted, a.actual FROM predictions p JOIN actuals a ON p.id = a.id"\n'

    assert outcomes({"jobs/quality.py": text}).joined
    assert not outcomes({"jobs/quality.py": text.replace("predict", "sell")}).joined


def test_traces_that_are_read_and_not_scored_are_not_judged() -> None:
    text = "from langfuse import Langfuse\n\ndef export():\n    return Langfuse().fetch_traces(limit=10).data\n"

    assert not outcomes({"ops/export.py": text}).judged
