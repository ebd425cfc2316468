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
        ("src/a.ts", 'import { ChatOpenAI } from "langchain/chat_models/openai";\nnew ChatOpenAI({}).invoke("q");\n'),
        ("a.go", 'package main\n\nimport "github.com/tmc/langchaingo/llms/openai"\n\nfunc main() { openai.New() }\n'),
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
        ("dvc.yaml", "stages:\n  train_trees:\n    cmd: Rscript train.R\n    outs:\n      - models/trees\n"),
        ("models/Snakefile", "rule train:\n    output:\n        'weights/'\n    shell:\n        './train.sh'\n"),
    ],
)
def test_a_command_or_a_configuration_that_trains_makes_it_machine_learning(path: str, text: str) -> None:
    assert kind(path, text) is Kind.ML


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("config.yml", "pipeline:\n- name: WhitespaceTokenizer\n- name: RegexFeaturizer\n"),
        ("deploy.yml", "pipeline:\n- name: build\n- name: deploy\n"),
        ("dvc.yaml", "stages:\n  trains:\n    cmd: python timetable.py\n    outs:\n      - trains.csv\n"),
        ("dvc.yaml", "stages:\n  train:\n    cmd: echo 'not yet'\n"),
        ("Snakefile", "rule constrained:\n    output: 'a.csv'\n    shell: './a.sh'\n"),
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


EMBEDS = "import sentence_transformers\nimport torch\n\nmodel = sentence_transformers.SentenceTransformer('m', device=torch.device('cpu'))\n"


def test_a_model_that_embeds_beside_a_language_model_is_a_helper_wherever_it_runs() -> None:
    asks = "from openai import OpenAI\n\nOpenAI().chat.completions.create(model='m', messages=[])\n"
    found = Facts(repo({"embed.py": EMBEDS, "chat.py": asks})).get(Identity)
    assert found.kind is Kind.LLM
    assert found.serves == ()


WEIGHS = """from sklearn.feature_extraction.text import TfidfVectorizer

tfidf = TfidfVectorizer()
tfidf.fit(["a b"])
"""


def test_the_weights_of_words_beside_a_language_model_are_a_helper() -> None:
    asks = "from openai import OpenAI\n\nOpenAI().chat.completions.create(model='m', messages=[])\n"
    assert Facts(repo({"name.py": WEIGHS, "chat.py": asks})).get(Identity).kind is Kind.LLM
    learns = "from sklearn.svm import SVC\n\nSVC().fit([[0], [1]], [0, 1])\n"
    assert Facts(repo({"name.py": WEIGHS, "chat.py": asks, "svc.py": learns})).get(Identity).kind is Kind.BOTH
    assert kind("name.py", WEIGHS) is Kind.ML


def test_a_model_that_embeds_and_nothing_else_is_machine_learning() -> None:
    assert kind("embed.py", EMBEDS) is Kind.ML


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (
            "fn/app.py",
            "import boto3\n\nboto3.client('sagemaker-runtime').invoke_endpoint(EndpointName='e', Body=b'')\n",
        ),
        (
            "src/Scorer.java",
            (
                "import software.amazon.awssdk.services.sagemakerruntime.SageMakerRuntimeClient;\n"
                "class Scorer { SageMakerRuntimeClient client; Object score(Object r) { return client.invokeEndpoint(r); } }\n"
            ),
        ),
        (
            "src/score.ts",
            'import { InvokeEndpointCommand } from "@aws-sdk/client-sagemaker-runtime";\nnew InvokeEndpointCommand({});\n',
        ),
    ],
)
def test_asking_a_model_behind_an_endpoint_of_a_platform_is_machine_learning(path: str, text: str) -> None:
    assert kind(path, text) is Kind.ML


@pytest.mark.parametrize(
    ("base", "module", "expected"),
    [
        ("CustomLLM", "llama_index.core.llms", Kind.LLM),
        ("BaseChatModel", "langchain_core.language_models", Kind.LLM),
        ("Transformer", "shop.steps", Kind.ML),
    ],
)
def test_an_endpoint_asked_as_the_language_model_of_a_framework_is_one(base: str, module: str, expected: Kind) -> None:
    text = (
        f"import boto3\nfrom {module} import {base}\n\n\nclass Hosted({base}):\n    def complete(self, prompt):\n"
        "        return boto3.client('sagemaker-runtime').invoke_endpoint(EndpointName='e', Body=prompt)\n"
    )
    assert kind("hosted.py", text) is expected


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("fn/app.py", "import boto3\n\nboto3.client('lambda').invoke(FunctionName='f')\n"),
        (
            "src/A.java",
            "import com.acme.Http;\nclass A { Http client; Object a() { return client.invokeEndpoint(1); } }\n",
        ),
    ],
)
def test_asking_something_else_is_not(path: str, text: str) -> None:
    assert kind(path, text) is Kind.NONE


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


ESTIMATOR = """
import numpy as np

class Tree:
    def fit(self, x, y):
        self.root = np.mean(y)
        return self

    def predict(self, x):
        out = np.full(len(x), self.root)
        return out
"""


@pytest.mark.parametrize(
    "text",
    [
        ESTIMATOR,
        "import torch\n\n\nclass Net(torch.nn.Module):\n    pass\n",
        "import tensorflow as tf\n\n\nclass Net(tf.keras.Model):\n    pass\n",
    ],
)
def test_a_model_of_its_own_making_is_machine_learning_where_nothing_calls_one(text: str) -> None:
    assert kind("src/net.py", text) is Kind.ML


@pytest.mark.parametrize(
    "text",
    [
        ESTIMATOR.replace("import numpy as np", "import np"),  # a tailor's fitting room
        ESTIMATOR.replace("predict", "measure"),
        "import torch\n\n\nclass Net(torch.utils.Module):\n    pass\n",
    ],
)
def test_a_class_that_only_fits_is_no_model(text: str) -> None:
    assert kind("src/net.py", text) is Kind.NONE


def test_a_folder_of_ours_that_is_named_like_a_library_is_ours() -> None:
    asks = 'import { ask } from "ai/prompts";\nask("q");\n'
    ours = {"src/ai/prompts.ts": "export const ask = (q: string) => q;\n", "src/page.ts": asks}
    assert Facts(repo(ours)).get(Identity).kind is Kind.NONE
    assert kind("src/page.ts", asks) is Kind.LLM


ACTION = "name: Test\ndescription: Evaluates the outputs of LLMs\nruns:\n  using: node24\n  main: dist/index.js\n"


def test_an_action_for_tests_of_language_models_is_a_tool_for_others() -> None:
    assert kind("action.yml", ACTION) is Kind.LIBRARY


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("action.yml", ACTION.replace("LLMs", "builds")),
        ("action.yml", ACTION.replace("runs:", "inputs:")),
        (".github/actions/evals/action.yml", ACTION),
    ],
)
def test_actions_for_other_things_and_those_of_ones_own_are_no_library(path: str, text: str) -> None:
    assert kind(path, text) is Kind.NONE


PUBLISHED = {
    "setup.py": """
        from setuptools import setup
        setup(
            name="askme",
            classifiers=["License :: OSI Approved", "Topic :: Text", "Language :: Python :: 3"],
        )
    """,
    "askme/__init__.py": "",
    "askme/server.py": """
        from fastapi import FastAPI
        from openai import OpenAI
        app = FastAPI()

        @app.post("/ask")
        def ask(q: str):
            return OpenAI().responses.create(input=q)
    """,
    "README.md": "# Askme\n\n    pip install askme\n    askme start\n",
    "Dockerfile": 'FROM python:3.13\nCOPY . .\nRUN pip install .\nCMD ["askme", "start"]\n',
}


def test_a_package_whose_name_is_a_constant_of_its_setup_is_known_by_it() -> None:
    setup = """
        from setuptools import setup
        NAME = "{name}"
        setup(
            name=NAME,
            classifiers=["License :: OSI Approved", "Topic :: Text", "Language :: Python :: 3"],
        )
    """
    files = {path: text for path, text in PUBLISHED.items() if path != "Dockerfile"}
    assert Facts(repo({**files, "setup.py": setup.format(name="askme")})).get(Identity).kind is Kind.LIBRARY
    assert Facts(repo({**files, "setup.py": setup.format(name="other")})).get(Identity).kind is Kind.LLM


def test_an_application_that_is_installed_to_be_started_is_no_library() -> None:
    assert Facts(repo(PUBLISHED)).get(Identity).kind is Kind.LLM


@pytest.mark.parametrize(
    "changed",
    [
        {"README.md": "# Askme\n\n    pip install askme\n\n```python\nfrom askme import ask\n```\n"},
        {"docs/start.md": "```python\nimport askme\n```\n"},
        {"examples/chat.py": "from askme.server import app\n"},
        {"Dockerfile": "", "tools/Dockerfile": "FROM python:3.13\n"},
        {
            "askme/server.py": "from openai import OpenAI\n\ndef ask(q):\n    return OpenAI().responses.create(input=q)\n"
        },
    ],
)
def test_what_others_import_or_what_serves_nothing_is_a_library(changed: dict[str, str]) -> None:
    files = {path: text for path, text in {**PUBLISHED, **changed}.items() if text or path.endswith("__init__.py")}
    assert Facts(repo(files)).get(Identity).kind is Kind.LIBRARY


@pytest.mark.parametrize(
    ("trigger", "run", "kind"),
    [
        ("push", "terraform apply -auto-approve", Kind.LLM),
        ("push", "kubectl apply -f k8s/", Kind.LLM),
        ("workflow_dispatch", "terraform apply -auto-approve", Kind.LIBRARY),
        ("push", "terraform plan", Kind.LIBRARY),
        ("push", "twine upload dist/*", Kind.LIBRARY),
    ],
)
def test_an_application_that_is_rolled_out_is_a_system_though_others_import_it(
    trigger: str, run: str, kind: Kind
) -> None:
    workflow = f"on: {trigger}\njobs:\n  go:\n    runs-on: x\n    steps:\n      - run: {run}\n"
    infrastructure = {"main.tf": 'resource "aws_ecs_service" "ask" {}\n', "k8s/ask.yaml": "kind: Deployment\n"}
    files = {**PUBLISHED, **infrastructure, "docs/start.md": "import askme\n", ".github/workflows/go.yml": workflow}
    assert Facts(repo(files)).get(Identity).kind is kind


def test_a_package_whose_repository_trains_its_model_by_a_pipeline_is_a_system() -> None:
    stages = "stages:\n  train:\n    cmd: askme train\n    outs:\n      - models/askme\n"
    files = {**PUBLISHED, "README.md": "pip install askme\n\nfrom askme import ask\n"}
    assert Facts(repo(files)).get(Identity).kind is Kind.LIBRARY
    assert Facts(repo({**files, "dvc.yaml": stages})).get(Identity).kind is Kind.LLM
