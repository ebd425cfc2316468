"""What sort of repository it is, by the clients and libraries that its code calls."""

import pytest
from helpers import repo

from scorecard.facts import Facts
from scorecard.facts.identity import Identity
from scorecard.model import Kind


def kind(path: str, text: str) -> Kind:
    return Facts(repo({path: text})).get(Identity).kind


BEDROCK = 'import boto3\nclient = boto3.client("bedrock-runtime")\n'


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("app.py", f"{BEDROCK}def ask(q):\n    return client.converse(modelId='m', messages=[q])\n"),
        ("app.py", f"{BEDROCK}def ask(q):\n    return client.invoke_model(modelId='m', body=q)\n"),
        ("app.py", "from huggingface_hub import InferenceClient\nInferenceClient().chat_completion([])\n"),
        ("app.py", "from langchain_huggingface import ChatHuggingFace\nChatHuggingFace(llm=1).invoke('q')\n"),
        (
            "app.py",
            "from ibm_watsonx_ai.foundation_models import ModelInference\nModelInference().generate_text('q')\n",
        ),
        ("app.py", "import dashscope\ndashscope.Generation.call(model='qwen', messages=[])\n"),
        ("app.py", "from vertexai.preview.generative_models import GenerativeModel\nGenerativeModel('g')\n"),
        ("app.py", "from snowflake.cortex import complete\ncomplete('llama', 'q')\n"),
        ("app.py", "from mirascope import llm\n\n\n@llm.call(provider='openai')\ndef ask(q):\n    return q\n"),
        ("src/a.ts", 'import { Agent, run } from "@openai/agents";\nrun(new Agent({ name: "a" }), "q");\n'),
        ("src/a.ts", 'import { Agent } from "@mastra/core/agent";\nexport const a = new Agent({ name: "a" });\n'),
        ("src/a.ts", 'import Groq from "groq-sdk";\nnew Groq().chat.completions.create({});\n'),
        (
            "src/a.ts",
            'import { BedrockRuntimeClient } from "@aws-sdk/client-bedrock-runtime";\nnew BedrockRuntimeClient({}).send(c);\n',
        ),
        ("src/a.ts", 'import { query } from "@anthropic-ai/claude-agent-sdk";\nquery({ prompt: "q" });\n'),
        ("a.go", 'package main\n\nimport "google.golang.org/genai"\n\nfunc main() { genai.NewClient(nil, nil) }\n'),
        ("R/ask.R", 'library(ellmer)\nchat <- chat_openai()\nchat$chat("q")\n'),
    ],
)
def test_an_application_around_a_language_model_is_known_by_its_client(path: str, text: str) -> None:
    assert kind(path, text) is Kind.LLM


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("train.R", "library(parsnip)\nfitted <- fit(rand_forest(), n ~ ., data = rows)\n"),
        ("model.qmd", "---\ntitle: t\n---\n\n```{r}\nlibrary(parsnip)\nfitted <- fit(spec, data = rows)\n```\n"),
        ("train.Rmd", "```{python}\nfrom sklearn.linear_model import Ridge\nRidge().fit(x, y)\n```\n"),
        ("train.py", "from tabpfn import TabPFNClassifier\nTabPFNClassifier().fit(x, y)\n"),
    ],
)
def test_what_fits_a_model_is_machine_learning(path: str, text: str) -> None:
    assert kind(path, text) is Kind.ML


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("app.py", 'import boto3\nboto3.client("s3").get_object(Bucket="b", Key="k")\n'),
        ("app.py", 'import boto3\nclient = boto3.client("translate")\nclient.invoke_model(q)\n'),
        ("app.py", f"{BEDROCK}def embed(q):\n    return client.invoke_model(modelId='titan', body=q)\n"),
        ("app.py", "import dashscope\nfrom snowflake.cortex import complete\n"),
        ("app.py", "from huggingface_hub import hf_hub_download\nhf_hub_download('a/b', 'table.csv')\n"),
        ("server.py", "from mcp.server.fastmcp import FastMCP\nFastMCP('sums').run()\n"),
        ("fit.R", "library(survey)\nfitted <- fit(curve, data = rows)\n"),
        ("notes.qmd", "How to train:\n\n```r\nlibrary(parsnip)\nfit(spec, data = rows)\n```\n"),
        ("notes.qmd", "```{r, eval=FALSE}\nlibrary(parsnip)\nfit(spec, data = rows)\n```\n"),
        ("renv/activate.R", "library(parsnip)\nfit(spec, data = rows)\n"),
    ],
)
def test_clouds_downloads_imports_and_examples_in_prose_say_nothing(path: str, text: str) -> None:
    assert kind(path, text) is Kind.NONE


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("config.yml", "pipeline:\n- name: WhitespaceTokenizer\n- name: DIETClassifier\n  epochs: 100\n"),
        ("config.yml", "pipeline:\n- name: WhitespaceTokenizer\npolicies:\n- name: TEDPolicy\n"),
        ("project.yml", 'commands:\n  - name: train\n    script:\n      - "python -m spacy train config.cfg"\n'),
        ("train.sh", "yolo detect train data=signs.yaml model=yolo11n.pt epochs=50\n"),
        ("train.sh", "llamafactory-cli train configs/llama3_lora_sft.yaml\n"),
        ("recipe.yaml", "recipe: regression/v1\nsteps:\n  train:\n    using: custom\n"),
    ],
)
def test_a_command_or_a_configuration_that_trains_makes_it_machine_learning(path: str, text: str) -> None:
    assert kind(path, text) is Kind.ML


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("config.yml", "pipeline:\n- name: WhitespaceTokenizer\n- name: RegexFeaturizer\n"),
        ("deploy.yml", "pipeline:\n- name: build\n- name: deploy\n"),
        ("train.sh", "# yolo detect train data=signs.yaml\npython scripts/train_timetable.py\n"),
        ("docs/train.sh", "rasa train\n"),
        ("Makefile", "predict:\n\tspacy evaluate model dev.spacy\n"),
    ],
)
def test_what_trains_nothing_does_not(path: str, text: str) -> None:
    assert kind(path, text) is Kind.NONE


def test_haystack_that_only_finds_and_cuts_out_answers_asks_no_language_model() -> None:
    reads = "from haystack.reader import FARMReader\nFARMReader('camembert').predict(q, d)\n"
    assert kind("app.py", reads) is not Kind.LLM
    asks = "from haystack.components.generators import OpenAIGenerator\nOpenAIGenerator().run('q')\n"
    assert kind("app.py", asks) is Kind.LLM


def test_finding_outliers_is_machine_learning_where_nothing_else_is() -> None:
    fits = "from sklearn.ensemble import IsolationForest\nflags = IsolationForest().fit_predict(rows)\n"
    assert kind("flag.py", fits) is Kind.ML
    assert kind("flag.py", fits + "from openai import OpenAI\nOpenAI().responses.create(input='q')\n") is Kind.LLM
    assert kind("flag.py", "from shop import Basket\nBasket().fit_predict(rows)\n") is Kind.NONE


def test_a_chat_client_that_a_service_of_dotnet_is_handed_is_a_language_model() -> None:
    service = "class Helper(IChatClient client) {{ public async Task Ask() {{ await client.{call}(prompt); }} }}\n"
    asks = "using Microsoft.Extensions.AI;\n" + service.format(call="GetResponseAsync")
    assert kind("Helper.cs", asks) is Kind.LLM
    assert kind("Helper.cs", "using System.Net.Http;\n" + service.format(call="GetResponseAsync")) is Kind.NONE
