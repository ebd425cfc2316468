"""Limits on uploads, typed tables, flags for bad rows and checked data classes, as data checks."""

import pytest
from helpers import repo

from scorecard.facts import Facts
from scorecard.facts.data_checks import DataChecks
from scorecard.facts.data_found import Effect, Kind
from scorecard.facts.data_inputs import DataInputs
from scorecard.facts.indexes import Indexes

LLM = """
    import chromadb
    from openai import OpenAI

    documents = chromadb.Client().get_or_create_collection("documents")

    def answer(question):
        return OpenAI().responses.create(model="gpt-4o", input=question)
"""


def kinds(files: dict[str, str]) -> set[Kind]:
    return {c.kind for c in Facts(repo(files)).get(DataChecks).checks}


def test_a_skipped_empty_document_is_a_check_of_values() -> None:
    ingest = """
        import logging
        log = logging.getLogger(__name__)
        def ingest(docs):
            for doc in docs:
                if not doc.text.strip():
                    log.warning("Skipping the empty document %s", doc.id)
                    continue
                documents.add(ids=[doc.id], documents=[doc.text])
        ingest(read())
    """
    assert kinds({"app/llm.py": LLM, "app/ingest.py": ingest}) == {Kind.VALUES}


def test_a_limit_on_a_chat_message_is_no_check() -> None:
    chat = """
        from fastapi import FastAPI, HTTPException
        app = FastAPI()
        @app.post("/chat")
        def chat(message: str):
            if len(message) > 4000:
                raise HTTPException(400, "Message too long")
            return answer(message)
    """
    assert kinds({"app/llm.py": LLM, "app/api.py": chat}) == set()


def test_a_missing_key_in_an_ingest_function_is_no_check() -> None:
    ingest = """
        import os
        def ingest(texts):
            if not os.environ.get("KEY"):
                raise ValueError("No text key provided")
            documents.add(ids=["1"], documents=texts)
        ingest(["a"])
    """
    assert kinds({"app/llm.py": LLM, "app/ingest.py": ingest}) == set()


def test_embeddings_that_do_not_fit_their_chunks_are_refused() -> None:
    ingest = """
        def index_documents(chunks):
            embeddings = embed(chunks)
            if len(embeddings) != len(chunks):
                raise RuntimeError("Embedding count mismatch")
            documents.add(embeddings=embeddings, documents=chunks)
        index_documents(read())
    """
    assert kinds({"app/llm.py": LLM, "app/ingest.py": ingest}) == {Kind.VALUES}


def test_a_table_of_customer_flags_holds_no_rows_of_data() -> None:
    models = """
        from django.db import models
        class CustomerFlag(models.Model):
            reason = models.CharField(max_length=20)
    """
    views = """
        from app.models import CustomerFlag
        def flag(request):
            CustomerFlag.objects.create(reason="x")
    """
    assert kinds({"app/llm.py": LLM, "app/models.py": models, "app/views.py": views}) == set()


def test_rejected_rows_that_are_kept_apart_are_a_check_of_values() -> None:
    prepare = """
        import pandas as pd
        def prepare(path):
            frame = pd.read_csv(path)
            rejected = frame[frame["price"] < 0]
            rejected.to_csv("quarantine/rejected.csv")
            return frame[frame["price"] >= 0]
        prepare("sales.csv")
    """
    assert kinds({"src/prepare.py": prepare}) == {Kind.VALUES}


def test_a_data_class_counts_only_where_it_checks_its_fields() -> None:
    plain = """
        import csv
        from dataclasses import dataclass
        @dataclass
        class Row:
            price: float
        def load(path):
            return [Row(**row) for row in csv.DictReader(open(path))]
        load("sales.csv")
    """
    checked = plain.replace(
        "        def load",
        "            def __post_init__(self):\n                if self.price < 0:\n                    raise ValueError(self.price)\n        def load",
    )
    assert kinds({"src/data.py": plain}) == set()
    assert kinds({"src/data.py": checked}) == {Kind.SCHEMA, Kind.VALUES}


def test_any_dictionary_as_a_request_body_is_no_schema() -> None:
    app = """
        import joblib
        from fastapi import FastAPI
        from pydantic import BaseModel
        app = FastAPI()
        model = joblib.load("model.pkl")
        class Features(BaseModel):
            values: dict[str, float]
        @app.post("/predict")
        def predict(body: Features):
            return model.predict([list(body.values.values())])
    """
    assert kinds({"app.py": app}) == set()


PASSING = """
    from langchain_core.vectorstores import InMemoryVectorStore

    def rank(query, results, embeddings):
        store = InMemoryVectorStore(embeddings)
        store.add_documents(documents=results)
        {last}
"""


def inputs(last: str) -> DataInputs:
    agent = "from langchain_openai import ChatOpenAI\nChatOpenAI().invoke('q')\n"
    return Facts(repo({"agent.py": agent, "rank.py": PASSING.format(last=last)})).get(DataInputs)


def test_an_index_that_lives_for_one_search_takes_in_no_data() -> None:
    assert not inputs("return store.similarity_search(query, k=3)").any


def test_an_index_that_is_given_back_or_filled_from_files_takes_in_data() -> None:
    assert inputs("return store").any
    assert inputs("read_folder(store); return store.similarity_search(query)").any


def test_a_set_within_a_dictionary_is_no_index() -> None:
    code = """
    from collections import defaultdict
    from langchain_core.vectorstores import InMemoryVectorStore

    def group(rows):
        seen = defaultdict(set)
        for row in rows:
            seen[row.url].add(hash(row))
        return seen
    """
    assert not Facts(repo({"group.py": code})).get(Indexes).evidence


def test_a_talking_application_that_looks_for_nulls_in_a_table_checks_values() -> None:
    check = "def check_column_not_null(frame, column):\n    mask = frame[column].isnull()\n    return frame[mask]\ncheck_column_not_null(1, 2)\n"
    assert Kind.VALUES in kinds({"app.py": LLM, "steps/validate.py": check})
    assert Kind.VALUES not in kinds({"app.py": LLM, "steps/validate.py": check.replace("isnull", "strip")})


@pytest.mark.parametrize(
    ("task", "effect"),
    [
        (
            "from prefect.tasks.great_expectations import RunGreatExpectationsValidation\nRunGreatExpectationsValidation(name='a')\n",
            Effect.STOPS,
        ),
        (
            (
                "from great_expectations_provider.operators.great_expectations import GreatExpectationsOperator\n"
                "GreatExpectationsOperator(task_id='a')\n"
            ),
            Effect.STOPS,
        ),
        (
            (
                "from great_expectations_provider.operators.great_expectations import GreatExpectationsOperator\n"
                "GreatExpectationsOperator(task_id='a', fail_task_on_validation_failure=False)\n"
            ),
            Effect.RECORDS,
        ),
        ("import great_expectations as ge\nge.get_context().run_checkpoint(checkpoint_name='a')\n", Effect.RECORDS),
    ],
)
def test_a_validation_task_fails_its_run_unless_it_is_told_to_go_on(task: str, effect: Effect) -> None:
    found = Facts(repo({"flows/load.py": task})).get(DataChecks).checks
    assert {c.effect for c in found} == {effect}


STORING = """
    import httpx

    def keep(rows, {maker}, table):
        for row in rows:
            table.insert({{"text": row, "vector": {call}}})
"""


def stored(maker: str, call: str) -> DataInputs:
    agent = "from langchain_openai import ChatOpenAI\nChatOpenAI().invoke('q')\n"
    return Facts(repo({"agent.py": agent, "keep.py": STORING.format(maker=maker, call=call)})).get(DataInputs)


def test_a_models_encoding_that_is_stored_is_an_index() -> None:
    assert stored("model", "model.encode(row)").any
    assert stored("embedder", "self.embedder.encode([row])").any


@pytest.mark.parametrize(
    ("maker", "call"),
    [
        ("codec", "row.encode()"),
        ("codec", "row.encode('latin-1')"),
        ("tokenizer", "tokenizer.encode(row)"),
        ("jwt", "jwt.encode(row)"),
    ],
)
def test_bytes_and_tokens_that_are_stored_are_no_index(maker: str, call: str) -> None:
    assert not stored(maker, call).any


TABLE = '''
    def make(db, table):
        text = """CREATE TABLE {table} (
            id INTEGER NOT NULL,
            text VARCHAR NOT NULL,
            vector vector(384)
        )"""
        db.execute(text.format(table=table))
'''


def test_the_values_of_a_dictionary_go_into_no_table_whose_name_is_a_variable() -> None:
    listing = """
        from app.table import make
        def list_all(rows):
            return list({row["id"]: row for row in rows}.values())
        list_all([])
    """
    assert kinds({"app/llm.py": LLM, "app/table.py": TABLE, "app/routes.py": listing}) == set()


def test_values_that_are_inserted_go_into_their_table() -> None:
    ingest = """
        from sqlalchemy import insert
        from app.models import documents
        def ingest(db, row):
            db.execute(insert(documents).values(id=1, text=row))
    """
    models = """
        from sqlalchemy import Column, Integer, MetaData, String, Table
        documents = Table("documents", MetaData(), Column("id", Integer, nullable=False), Column("text", String, nullable=False))
    """
    assert kinds({"app/llm.py": LLM, "app/models.py": models, "app/ingest.py": ingest}) == {Kind.SCHEMA}
