"""What keeps inferences, beyond the examples on the pages."""

from helpers import repo

from scorecard.facts import Facts
from scorecard.facts.code import Code
from scorecard.facts.record_scopes import scopes
from scorecard.facts.records import Records, Sort
from scorecard.facts.table_writes import plain

LLM = "from openai import OpenAI\nOpenAI().chat.completions.create(model='x')\n"
ML = "import joblib\ndef score(x):\n    return joblib.load('m').predict(x)\n"


def read(files: dict[str, str]) -> Records:
    return Facts(repo(files)).get(Records)


def test_one_table_has_many_spellings() -> None:
    assert plain("AiApiAuditLog") == plain("ai_api_audit_logs") == plain("aiApiAuditLogRepository")
    assert plain("BaseConversation") == plain("conversations")


def test_a_schema_of_the_same_name_writes_no_row() -> None:
    records = read(
        {
            "chat.py": LLM,
            "models.py": """
            from sqlmodel import SQLModel
            class Message(SQLModel, table=True):
                role: str
                content: str
        """,
            "schemas.py": """
            from pydantic import BaseModel
            class Message(BaseModel):
                role: str
                content: str
        """,
            "api.py": "from schemas import Message\ndef f(x):\n    return Message(role='a', content=x)\n",
        }
    )

    assert not records.kept


def test_a_migration_writes_no_row() -> None:
    table = "CREATE TABLE predictions (id int, features text, prediction float);\n"
    insert = "INSERT INTO predictions (features, prediction) VALUES ('a', 1);\n"

    assert not read({"score.py": ML, "migrations/1.sql": table + insert}).kept
    assert read({"score.py": ML, "db/schema.sql": table, "db/save.sql": insert}).kept


def test_a_capture_that_is_switched_off_captures_nothing() -> None:
    off = "from sagemaker.model_monitor import DataCaptureConfig\nDataCaptureConfig(enable_capture=False)\n"

    assert not read({"deploy.py": off + ML}).kept


def test_kserve_and_databricks_declare_captures() -> None:
    kserve = "kind: InferenceService\nspec:\n  predictor:\n    logger:\n      mode: all\n      url: http://x\n"
    databricks = "resources:\n  endpoints:\n    config:\n      auto_capture_config:\n        catalog_name: a\n"

    assert [r.evidence[0].line for r in read({"serve.yaml": kserve}).of(Sort.CAPTURE)] == [4]
    assert read({"resources/serve.yml": databricks}).of(Sort.CAPTURE)


def test_a_logger_in_another_manifest_is_no_capture() -> None:
    assert not read({"a.yaml": "kind: Deployment\nspec:\n  logger:\n    mode: all\n", "a.py": ML}).kept


def test_stores_that_forget_are_near_misses() -> None:
    code = LLM + "from langgraph.checkpoint.memory import MemorySaver\nsaver = MemorySaver()\n"
    records = read({"app.py": code})

    assert not records.kept
    assert [e.line for e in records.near] == [4]


def test_a_gauge_named_after_predictions_keeps_none() -> None:
    records = read(
        {
            "app.py": ML + "def record_prediction(value):\n    gauge.set(value)\nrecord_prediction(score(1))\n",
        }
    )

    assert not records.kept


def test_a_stream_counts_when_it_carries_a_key() -> None:
    records = read(
        {
            "handler.py": """
            import json, boto3, joblib
            kinesis_client = boto3.client("kinesis")
            def handle(ride_id, x):
                prediction = joblib.load("m").predict(x)
                event = {"prediction": prediction, "ride_id": ride_id}
                kinesis_client.put_record(StreamName="s", Data=json.dumps(event), PartitionKey=ride_id)
        """,
        }
    )

    assert [r.sort for r in records.kept] == [Sort.FILE]


def test_the_functions_that_store_are_told_in_the_order_of_their_file() -> None:
    names = [f"keep_{letter}" for letter in "qwertyuiop"]
    code = "".join(f"def {name}(row):\n    db.insert_one(row)\n\n" for name in names)
    facts = Facts(repo({"app.py": code}))
    source = facts.get(Code).source("app.py")

    assert source is not None
    assert [scope.name for scope in scopes(source, {})] == names
