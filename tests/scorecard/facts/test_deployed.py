"""Artifacts, infrastructure, and the ways up: what counts and what does not."""

import pytest
from helpers import repo

from scorecard.facts import Facts
from scorecard.facts.artifacts import Artifacts
from scorecard.facts.infrastructure import Infrastructure
from scorecard.facts.promotions import Promotions
from scorecard.facts.startable import Startable


@pytest.mark.parametrize(
    ("files", "name"),
    [
        ({"docker/BaseDockerfile": "FROM x\n"}, "BaseDockerfile"),
        ({"template/{{.name}}/Dockerfile.tmpl": "FROM {{.image}}\n"}, "Dockerfile"),
        ({"compose.yaml": "services:\n  api:\n    image: me/example:1\n"}, "compose.yaml"),
        (
            {
                "compose.yaml": "services:\n  api:\n    image: python\n    command: python app.py\n    volumes: ['.:/app']\n"
            },
            "compose.yaml",
        ),
        ({"Procfile": "web: gunicorn app:app\n"}, "Procfile"),
        ({"serve.yaml": "applications:\n  - import_path: app:deployment\n"}, "Ray Serve application"),
        ({"models/x/config.pbtxt": 'name: "x"\n'}, "Triton model"),
        ({"main.tf": 'resource "aws_lambda_function" "x" {\n}\n'}, "aws_lambda_function"),
        ({"app.py": "import modal\napp = modal.App('x')\n"}, "Modal application"),
        ({"demo/README.md": "---\ntitle: x\nsdk: gradio\n---\n", "a.py": "x = 1\n"}, "Hugging Face Space"),
    ],
)
def test_an_artifact_is_defined(files: dict[str, str], name: str) -> None:
    assert name in [a.name for a in Facts(repo(files)).get(Artifacts).all]


@pytest.mark.parametrize(
    "files",
    [
        {"Dockerfile": "# FROM x\n"},
        {"Dockerfile.dockerignore": "FROM\n"},
        {".devcontainer/Dockerfile": "FROM x\n"},
        {"Dockerfile.test": "FROM x\n"},
        {"docker-compose.yml": "services:\n  db:\n    image: postgres\n    volumes: ['./data:/var/lib']\n"},
        {"docker-compose.test.yml": "services:\n  api:\n    build: .\n"},
        {"train.py": "import sagemaker\nestimator = sagemaker.estimator.Estimator(role='x')\n"},
        {"README.md": "# x\n\nsdk: gradio\n"},
        {"a.yaml": "- [", "compose.yaml": "[]", "app.yaml": "x", "Chart.yaml": ""},
    ],
)
def test_no_artifact_is_defined(files: dict[str, str]) -> None:
    assert Facts(repo(files)).get(Artifacts).all == ()


@pytest.mark.parametrize(
    ("files", "kind"),
    [
        ({"main.bicep": "resource a 'Microsoft.Web/sites@2022-03-01' = {\n}\n"}, "Bicep"),
        ({"site.yml": "- hosts: web\n  tasks: []\n"}, "Ansible"),
        ({"is.yaml": "apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\n"}, "Kubernetes"),
        ({"svc.yaml": "apiVersion: serving.knative.dev/v1\nkind: Service\n"}, "Kubernetes"),
        (
            {"jobs/train.json": '{"databricks": 1}', "databricks/job.json": '{"new_cluster": {}, "notebook_task": {}}'},
            "Databricks jobs",
        ),
        (
            {"infra/hook.json": '{"metadata": {}, "task": {"provisionerId": "p", "workerType": "w"}}'},
            "Taskcluster hook",
        ),
        ({"serverless.yml": "service: x\nprovider:\n  name: aws\n"}, "Serverless Framework"),
        ({"train.yaml": "resources:\n  accelerators: A100:8\nrun: python train.py\n"}, "SkyPilot"),
        (
            {
                "Pulumi.yaml": "name: x\nruntime: python\n",
                "__main__.py": "import pulumi_aws as aws\nb = aws.s3.Bucket('b')\n",
            },
            "Pulumi",
        ),
    ],
)
def test_infrastructure_is_described(files: dict[str, str], kind: str) -> None:
    assert kind in Facts(repo(files)).get(Infrastructure).kinds


@pytest.mark.parametrize(
    "files",
    [
        {"main.tf": 'data "aws_ami" "x" {\n}\nresource "random_id" "y" {\n}\n'},
        {"kind.yaml": "apiVersion: kind.x-k8s.io/v1alpha4\nkind: Cluster\n"},
        {"cm.yaml": "apiVersion: v1\nkind: ConfigMap\n"},
        {"tekton.yaml": "apiVersion: tekton.dev/v1\nkind: Pipeline\n"},
        {"compose.yaml": "services:\n  api:\n    build: .\n    deploy:\n      replicas: 2\n"},
        {
            ".ebextensions/python.config": "option_settings:\n  aws:elasticbeanstalk:container:python:\n    WSGIPath: app:app\n"
        },
        {"fly.toml": 'app = "x"\n'},
        {"Pulumi.yaml": "name: x\nruntime: python\n"},
        {"docs/main.tf": 'resource "aws_instance" "x" {\n}\n'},
        {"x.yaml": "apiVersion: [\nkind", "main.tf": "resource", "main.bicep": "{"},
    ],
)
def test_no_infrastructure_is_described(files: dict[str, str]) -> None:
    assert Facts(repo(files)).get(Infrastructure).pieces == ()


@pytest.mark.parametrize(
    "files",
    [
        {"a.py": "client.transition_model_version_stage(name='m', version=1, stage='Production')\n"},
        {"a.py": "import zenml\nmodel.set_stage('production')\n"},
        {"a.py": "run.link_artifact(artifact, 'registry/m')\n"},
        {
            "models.py": "import shutil\n\ndef promote_model(path):\n    target = 'prod/' + path\n    shutil.copy(path, target)\n\npromote_model('m')\n"
        },
        {"p.yaml": "apiVersion: kargo.akuity.io/v1alpha1\nkind: Stage\nspec:\n  requestedFreight:\n    - origin: {}\n"},
    ],
)
def test_a_way_up_is_defined(files: dict[str, str]) -> None:
    assert Facts(repo(files)).get(Promotions).all


@pytest.mark.parametrize(
    "files",
    [
        {"a.py": "client.set_registered_model_alias('m', 'latest', 1)\n"},
        {"a.py": "client.transition_model_version_stage('m', 1, 'Archived')\n"},
        {"tests/test_a.py": "def test():\n    client.set_registered_model_alias('m', 'champion', 1)\n"},
        {"models.py": "def promote_model(path):\n    print(path)\n    return path\n"},
        {
            "models.py": "import shutil\n\ndef promote_model(path):\n    shutil.copy(path, 'prod/' + path)\n    return path\n"
        },
        {"users.py": "def promote(user):\n    user.role = 'admin'\n    user.save()\n"},
        {"a.yaml": "serialPipeline: [", "b.yaml": "serialPipeline:\n  stages:\n    - targetId: prod\n"},
    ],
)
def test_no_way_up_is_defined(files: dict[str, str]) -> None:
    assert Facts(repo(files)).get(Promotions).all == ()


def test_a_script_that_reaches_training_through_imports_can_be_started() -> None:
    files = {
        "run.py": "from lib.train import fit\nif __name__ == '__main__':\n    fit()\n",
        "lib/train.py": "from sklearn.svm import SVC\ndef fit():\n    SVC().fit([[0]], [0])\n",
    }
    stages = Facts(repo(files)).get(Startable).all
    assert [(s.path, s.does) for s in stages] == [("run.py", "trains a model")]


def test_a_module_that_nobody_starts_cannot() -> None:
    found = Facts(repo({"lib/train.py": "from sklearn.svm import SVC\ndef fit():\n    SVC().fit([[0]], [0])\n"})).get(
        Startable
    )
    assert found.all == ()
    assert found.modules == ("lib/train.py",)
