"""Limits on uploads, typed tables, flags for bad rows and checked data classes, as data checks."""

from helpers import repo

from scorecard.facts import Facts
from scorecard.facts.data_checks import DataChecks
from scorecard.facts.data_found import Kind

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
