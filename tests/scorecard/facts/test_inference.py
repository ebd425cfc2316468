"""Where a model is asked, and in which part of the system."""

from helpers import repo

from scorecard.facts import Facts
from scorecard.facts.inference import Inference, Part


def read(files: dict[str, str]) -> Inference:
    return Facts(repo(files)).get(Inference)


def test_a_predict_in_an_endpoint_is_asked_by_a_service() -> None:
    found = read(
        {
            "app.py": """
            import joblib
            from fastapi import FastAPI
            app = FastAPI()
            model = joblib.load("m")
            @app.post("/predict")
            def predict(x):
                return model.predict(x)
        """
        }
    )

    assert [(a.part, a.llm) for a in found.live] == [(Part.SERVICE, False)]


def test_predictions_of_training_and_evaluation_are_not_live() -> None:
    code = "import sklearn\ndef run(model, x):\n    return model.predict(x)\n"
    found = read({"src/train.py": code, "src/evaluate.py": code, "examples/demo.py": code})

    assert {a.part for a in found.asks} == {Part.TRAINING, Part.EVALUATION, Part.DEMO}
    assert not found.live


def test_a_language_model_is_asked_through_any_client() -> None:
    found = read(
        {
            "a.py": "from openai import OpenAI\nc = OpenAI()\nc.chat.completions.create(model='x')\n",
            "b.py": "from langchain_openai import ChatOpenAI\nllm = ChatOpenAI()\nllm.invoke('x')\n",
            "c.ts": 'import { streamText } from "ai";\nstreamText({ model });\n',
        }
    )

    assert [(a.hit.path, a.llm) for a in found.live] == [("a.py", True), ("b.py", True), ("c.ts", True)]


def test_parsers_stores_and_embeddings_are_not_asked() -> None:
    found = read(
        {
            "a.py": """
            from langchain_core.output_parsers import StrOutputParser
            from langchain_openai import OpenAIEmbeddings
            parser = StrOutputParser()
            parser.invoke("x")
            OpenAIEmbeddings().create("x")
            retriever.invoke("x")
        """
        }
    )

    assert not found.asks


def test_an_address_of_a_model_is_a_way_to_ask() -> None:
    found = read({"a.py": "import requests\nrequests.post('http://model/v1/chat/completions', json={})\n"})

    assert [e.line for e in found.addresses] == [2]
    assert not found.absent


def test_nothing_asks_where_a_model_is_only_trained() -> None:
    assert read({"train.py": "from sklearn.svm import SVC\nSVC().fit(x, y)\n"}).absent
    assert not read({"a.py": "def predict(x):\n    return magic(x)\n"}).absent


def test_tests_ask_nothing() -> None:
    assert not read({"tests/test_a.py": "import sklearn\nmodel.predict(x)\n"}).asks
