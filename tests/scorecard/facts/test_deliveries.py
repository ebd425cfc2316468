"""What pipelines build and deliver, and where to."""

import shlex

import pytest
from helpers import repo

from scorecard.facts import Facts
from scorecard.facts.deliveries import Deliveries
from scorecard.facts.delivery import Delivery
from scorecard.facts.delivery_commands import deed
from scorecard.facts.delivery_tables import Act, What
from scorecard.facts.environment_names import Rank


def deliveries(files: dict[str, str]) -> Deliveries:
    return Facts(repo(files)).get(Deliveries)


def only(files: dict[str, str]) -> Delivery:
    (found,) = deliveries(files).all
    return found


def workflow(steps: str, on: str = "push", job: str = "") -> str:
    return f"on: {on}\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n{job}    steps:\n" + "".join(
        f"      {row}\n" for row in steps.split("\n")
    )


@pytest.mark.parametrize(
    ("command", "acts", "what"),
    [
        ("docker push ghcr.io/me/app", {Act.PUSH}, What.IMAGE),
        ("docker buildx build --push -t x .", {Act.BUILD, Act.PUSH}, What.IMAGE),
        ("docker compose -f prod.yml build api", {Act.BUILD}, What.IMAGE),
        ("/kaniko/executor --context . --destination r/x", {Act.BUILD, Act.PUSH}, What.IMAGE),
        ("kubectl -n shop apply -f k8s", {Act.ROLLOUT}, What.SERVICE),
        ("terraform -chdir=infra apply -auto-approve", {Act.APPLY}, What.INFRASTRUCTURE),
        ("gcloud run deploy api --source .", {Act.BUILD, Act.ROLLOUT}, What.SERVICE),
        ("gcloud beta run deploy api --image x", {Act.ROLLOUT}, What.SERVICE),
        ("databricks bundle deploy -t prod", {Act.BUILD, Act.ROLLOUT}, What.BUNDLE),
        ("az ml online-deployment create -f x.yml", {Act.ROLLOUT}, What.SERVICE),
        ("gsutil -m rsync -r dags gs://composer/dags", {Act.ROLLOUT}, What.PIPELINE),
        ("git push heroku main", {Act.BUILD, Act.ROLLOUT}, What.BUNDLE),
        ("ssh me@host 'docker compose up -d'", {Act.ROLLOUT}, What.SERVICE),
        ("curl -X POST $RENDER_DEPLOY_HOOK_URL", {Act.ROLLOUT}, What.SERVICE),
        ("./gradlew jib", {Act.BUILD, Act.PUSH}, What.IMAGE),
        ("twine upload dist/*", {Act.PUSH}, What.PACKAGE),
        ("reflex deploy", {Act.ROLLOUT}, What.SERVICE),
    ],
)
def test_a_command_delivers(command: str, acts: set[Act], what: What) -> None:
    found = deed(tuple(shlex.split(command)))
    assert found is not None
    assert (found.acts, found.what) == (acts, what)


@pytest.mark.parametrize(
    "command",
    [
        "echo kubectl apply -f k8s",
        "docker push localhost:5000/app",
        "kubectl rollout status deployment/api",
        "kubectl create configmap settings --from-file=x",
        "helm upgrade --install api chart --dry-run",
        "terraform plan",
        "terraform apply -destroy",
        "az deployment group validate -g x",
        "git push origin main",
        "pip install wheel",
        "aws s3 cp results/ s3://bucket/results --recursive",
        "aws s3 sync s3://bucket/data data",
        "mkdocs gh-deploy --force",
        "cd deploy",
        "cp -r deploy build",
        "curl http://localhost:8000/deploy",
        "npm run build",
        "docker run --rm app push",
        "",
    ],
)
def test_a_command_delivers_nothing(command: str) -> None:
    assert deed(tuple(shlex.split(command))) is None


def test_a_packaged_action_pushes_where_its_input_may_be_true() -> None:
    step = "- uses: docker/build-push-action@v6\n  with:\n    push: ${{ github.event_name != 'pull_request' }}"
    pushed = only({".github/workflows/cd.yml": workflow(step), "Dockerfile": "FROM x"})
    held = only({".github/workflows/cd.yml": workflow(step, on="pull_request"), "Dockerfile": "FROM x"})
    assert pushed.does(Act.PUSH)
    assert not held.does(Act.PUSH)


def test_a_step_that_hangs_on_an_input_is_started_by_hand() -> None:
    step = "- run: kubectl apply -f k8s\n  if: inputs.deploy == 'true'"
    found = only({".github/workflows/cd.yml": workflow(step, on="[push, workflow_dispatch]")})
    assert not found.automatic


def test_an_image_to_test_in_is_not_delivered() -> None:
    files = {
        ".github/workflows/ci.yml": workflow("- run: docker build -f Dockerfile.test ."),
        "Dockerfile.test": "FROM x",
    }
    assert deliveries(files).all == ()


def test_a_rollout_to_a_cluster_of_the_test_is_none() -> None:
    steps = "- run: kind create cluster\n- run: helm install api charts/api"
    assert deliveries({".github/workflows/ci.yml": workflow(steps)}).rollouts == []


def test_documentation_on_a_host_of_pages_is_none() -> None:
    assert deliveries({".github/workflows/docs.yml": workflow("- run: netlify deploy --prod --dir=build")}).all == ()


def test_what_needs_a_job_that_cannot_work_cannot_work_either() -> None:
    found = deliveries(
        {
            "Dockerfile": "FROM x",
            ".github/workflows/cd.yml": """\
                on: push
                jobs:
                  build:
                    runs-on: x
                    steps:
                      - uses: docker/build-push-action@v6
                        with: {context: ./gone, push: true}
                  deploy:
                    needs: build
                    runs-on: x
                    steps:
                      - run: kubectl apply -f k8s
                """,
        }
    )
    assert [d.job.id for d in found.dead] == ["build", "deploy"]
    assert found.deploys == []


def test_a_pipeline_that_follows_another_one_is_automatic() -> None:
    found = only(
        {
            "azure-pipelines.yml": """\
                trigger: none
                resources:
                  pipelines:
                    - pipeline: train
                      source: Train
                      trigger: true
                steps:
                  - script: az ml online-deployment create -f blue.yml
                """
        }
    )
    assert found.automatic


def test_the_environment_is_read_where_it_is_said() -> None:
    named = only(
        {".github/workflows/cd.yml": workflow("- run: kubectl apply -f k8s", job="    environment: staging\n")}
    )
    told = only({".github/workflows/cd.yml": workflow("- run: databricks bundle deploy -t prod")})
    from_branch = only(
        {
            ".github/workflows/cd.yml": workflow(
                "- run: kubectl apply -f k8s",
                job="    environment: ${{ github.ref == 'refs/heads/main' && 'production' || 'staging' }}\n",
            )
        }
    )
    assert named.environments == {Rank.STAGING}
    assert told.environments == {Rank.PRODUCTION}
    assert from_branch.environments == {Rank.STAGING, Rank.PRODUCTION}


def test_a_registry_whose_name_ends_in_dev_is_no_environment() -> None:
    found = only(
        {".github/workflows/cd.yml": workflow("- run: docker push europe-docker.pkg.dev/p/r/app 2> /dev/null")}
    )
    assert found.environments == frozenset()


def test_code_that_one_job_packs_for_the_next_is_built() -> None:
    found = deliveries(
        {
            ".github/workflows/cd.yml": """\
                on: push
                jobs:
                  build:
                    runs-on: x
                    steps:
                      - uses: actions/upload-artifact@v4
                        with: {name: app, path: .}
                  deploy:
                    needs: build
                    runs-on: x
                    steps:
                      - uses: actions/download-artifact@v4
                        with: {name: app}
                      - run: az webapp deploy --src-path app.zip
                """
        }
    )
    assert [d.job.id for d in found.builds] == ["deploy", "build"]


def test_a_report_that_is_uploaded_is_no_build() -> None:
    steps = "- uses: actions/upload-artifact@v4\n  with: {name: coverage, path: htmlcov}"
    assert deliveries({".github/workflows/ci.yml": workflow(steps)}).builds == []


@pytest.mark.parametrize(
    "text", ["", "[]", "jobs: [1, 2]", "on: push\njobs:\n  a:\n    steps: {run: x}", "{{", "on: [push"]
)
def test_a_malformed_workflow_delivers_nothing(text: str) -> None:
    assert deliveries({".github/workflows/x.yml": text, "azure-pipelines.yml": text, "Jenkinsfile": text}).all == ()


@pytest.mark.parametrize(
    ("there", "built"),
    [
        ("git pull && docker compose -f a.yml up --build -d", True),
        ("git pull && docker-compose build && docker-compose up -d", True),
        ("docker build -t app . && docker run -d app", True),
        ("docker compose pull && docker compose up -d", False),
        ("git pull && systemctl restart app # builds nothing", False),
    ],
)
def test_what_another_host_is_told_to_build_is_built(there: str, built: bool) -> None:
    action = only(
        {".github/workflows/d.yml": workflow(f"- uses: appleboy/ssh-action@v1\n  with:\n    script: {there}")}
    )
    command = deed(("ssh", "me@host", there))

    assert command is not None
    assert (Act.BUILD in command.acts, Act.BUILD in action.deed.acts) == (built, built)
    assert Act.ROLLOUT in command.acts
    assert Act.ROLLOUT in action.deed.acts
