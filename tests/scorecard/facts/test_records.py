"""What keeps inferences, beyond the examples on the pages."""

import pytest
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


JOB = """
    import joblib

    def score(frame):
        rows = frame.copy()
        rows["predictions"] = joblib.load("m").predict(rows)
        return rows

    def write(rows, path):
        rows.to_parquet(path)

    def job(frame):
        scored = score(frame)
        write({given}, "out.parquet")
"""


def test_a_table_that_one_function_scores_and_the_next_one_writes_is_kept() -> None:
    (kept,) = read({"job.py": JOB.format(given="scored")}).kept
    assert kept.sort is Sort.FILE
    assert [line.text for line in kept.evidence] == ['write(scored, "out.parquet")', "rows.to_parquet(path)"]


def test_a_table_without_the_predictions_is_none() -> None:
    assert not read({"job.py": JOB.format(given="frame")}).kept


PAIR = """
    import joblib
    from store import {keep}

    def run(features):
        predictions = forecast(joblib.load("m"), features)
        {keep}({given})

    def forecast(model, x):
        return model.predict(x)
"""
STORE = """
    def keep(*tables):
        for table in tables:
            put(table)

    def keep_cache(*tables):
        keep(*tables)

    def put(table):
        table.to_parquet("t.parquet")
"""


def test_inputs_and_predictions_that_are_handed_on_together_are_kept() -> None:
    assert read({"batch.py": PAIR.format(keep="keep", given="features, predictions"), "store.py": STORE}).kept


def test_predictions_alone_a_cache_and_a_held_out_set_are_no_record() -> None:
    assert not read({"batch.py": PAIR.format(keep="keep", given="predictions"), "store.py": STORE}).kept
    assert not read({"batch.py": PAIR.format(keep="keep_cache", given="features, predictions"), "store.py": STORE}).kept
    tested = PAIR.format(keep="keep", given="features, predictions").replace("features", "features_test")
    assert not read({"batch.py": tested, "store.py": STORE}).kept


COSMOS = """
    import {{ CosmosClient }} from "@azure/cosmos";
    import OpenAI from "openai";

    export const {name} = async (role, content, threadId) => {{
        const row = {{ role, content, threadId }};
        return await upsertRow(row);
    }};
    export const UpsertChatMessage = async (row) => {{
        const container = new CosmosClient("").database("d").container("history");
        await container.items.upsert(row);
    }};
    export const chat = async (q) => {{
        await new OpenAI().chat.completions.create({{ model: "m" }});
        const row = {{ role: "user", content: q, threadId: "t" }};
        await {name}(row);
    }};
"""


def test_a_message_that_is_upserted_into_a_document_store_is_kept_with_its_thread() -> None:
    records = read({"chat.ts": COSMOS.format(name="UpsertChatMessage")})
    assert any("threadId" in record.columns for record in records.kept)


def test_a_message_that_is_only_made_is_kept_nowhere() -> None:
    made = """
    import OpenAI from "openai";
    export const createMessage = (role, content) => ({ role, content });
    export const chat = async (q) => new OpenAI().responses.create({ input: [createMessage("user", q)] });
    """
    assert not read({"chat.ts": made}).kept


def test_a_parameter_with_a_type_is_handed_on_by_its_name() -> None:
    typed = PAIR.format(keep="keep", given="features, predictions").replace("(features):", "(features: pd.DataFrame):")
    job = typed.replace("    import joblib", "    import joblib\n    import pandas as pd")
    assert read({"batch.py": job, "store.py": STORE}).kept
    alone = job.replace("features, predictions)", "len(features), predictions)")
    assert not read({"batch.py": alone.replace("keep(", "keep(path=", 1), "store.py": STORE}).kept


ASSETS = """
    import dagster as dg
    import joblib
    import pandas as pd

    @dg.asset{made}
    def scored(features: pd.DataFrame) -> pd.DataFrame:
        answer = joblib.load("m").predict_proba(features)[:, 1]
        table = join({given})
        return table

    @dg.asset
    def report({taken}: pd.DataFrame, path: str) -> None:
        {taken}.to_parquet(path)
"""


def test_an_asset_that_the_next_one_writes_is_kept() -> None:
    (kept,) = read({"batch.py": ASSETS.format(made="", given="X=features, y=answer", taken="scored")}).kept
    assert [line.line for line in kept.evidence] == [9, 14]


def test_an_asset_of_a_warehouse_is_kept() -> None:
    made = '(io_manager_key="duckdb_io_manager")'
    assert read({"batch.py": ASSETS.format(made=made, given="features, answer", taken="other")}).kept


@pytest.mark.parametrize(
    ("made", "given", "taken"),
    [
        ("", "features, answer", "other"),  # another asset's table is written
        ("", "answer", "scored"),  # predictions alone
        ("", "features", "scored"),
        ('(io_manager_key="in_memory")', "features, answer", "other"),
    ],
)
def test_an_asset_that_nothing_keeps_whole_is_none(made: str, given: str, taken: str) -> None:
    assert not read({"batch.py": ASSETS.format(made=made, given=given, taken=taken)}).kept


DYNAMO = """
    import {{ SageMakerRuntimeClient, InvokeEndpointCommand }} from "@aws-sdk/client-sagemaker-runtime";
    import {{ DynamoDBClient, PutItemCommand }} from "@aws-sdk/client-dynamodb";
    import {{ marshall }} from "@aws-sdk/util-dynamodb";

    const ask = async (id, data) => {{
        const command = new InvokeEndpointCommand({{ Body: data, EndpointName: "e" }});
        const predict = await new SageMakerRuntimeClient({{}}).send(command);
        const record = {{ ...data, id, {kept} }};
        await new DynamoDBClient({{}}).send(new PutItemCommand({{ TableName: "t", Item: marshall(record) }}));
    }};
"""


def test_a_record_that_names_its_answer_predict_is_kept_where_the_model_is_asked() -> None:
    assert read({"src/data.ts": DYNAMO.format(kept="predict")}).kept
    assert not read({"src/data.ts": DYNAMO.format(kept="seen: true")}).kept
