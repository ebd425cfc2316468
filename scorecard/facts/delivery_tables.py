"""Which commands build, push, roll out or apply: one table for the field's programs.

A command is written as the words that must stand in it in this order, options apart: `kubectl -n x apply -f y` is
`kubectl apply`.
"""

from enum import StrEnum


class Act(StrEnum):
    """What is done with the artifact."""

    BUILD = "builds"
    PUSH = "publishes"
    ROLLOUT = "rolls out"
    APPLY = "applies"


class What(StrEnum):
    """What is built or delivered."""

    IMAGE = "image"
    BUNDLE = "bundle"  # source code packed for a platform, which builds it
    PACKAGE = "package"  # a wheel, a jar
    SITE = "site"  # a front end
    MODEL = "model"
    CHART = "chart"
    SERVICE = "service"
    PIPELINE = "pipeline"
    INFRASTRUCTURE = "infrastructure"


Acts = frozenset[Act]
BUILD, PUSH, ROLLOUT, APPLY = (frozenset({act}) for act in Act)
BUILD_AND_PUSH = BUILD | PUSH
SHIP = BUILD | ROLLOUT  # the platform builds what the command sends

COMMANDS: tuple[tuple[Acts, What, tuple[str, ...]], ...] = (
    (BUILD, What.IMAGE, (
        "docker build", "docker buildx build", "docker buildx bake", "docker image build", "docker compose build",
        "podman build", "buildah bud", "buildah build", "nerdctl build", "depot build", "depot bake", "pack build",
        "s2i build", "img build", "nixpacks build", "ko build", "sam build", "mlflow models build-docker",
        "bentoml containerize", "cog build", "langgraph build", "apptainer build", "singularity build",
        "skaffold build", "zenml pipeline build", "taskboot build", "taskboot build-compose", "taskboot build-image",
        "az ml model package", "az ml environment create", "kamal build",
    )),
    (BUILD | PUSH, What.IMAGE, (
        "az acr build", "ko publish", "ko apply", "ko resolve", "gcloud builds submit", "cog push",
        "aws codebuild start-build",
    )),
    (PUSH, What.IMAGE, (
        "docker push", "docker image push", "docker compose push", "docker manifest push", "podman push",
        "buildah push", "nerdctl push", "skopeo copy", "crane push", "crane copy", "crane cp", "gcrane cp",
        "regctl image copy", "az acr import", "taskboot push-artifact", "oras push", "img push",
        "docker buildx imagetools create", "aws lightsail push-container-image",
    )),
    (BUILD, What.BUNDLE, (
        "bentoml build", "serverless package", "sls package", "cdk synth", "azd package",
        "torch-model-archiver", "chalice package", "zappa package", "vercel build",
    )),
    (PUSH, What.MODEL, ("az ml model create", "az ml model register", "bentoml push", "gcloud ai models upload")),
    (PUSH, What.CHART, ("helm push", "helm cm-push", "helm s3 push")),
    (BUILD, What.PACKAGE, (
        "uv build", "poetry build", "hatch build", "flit build", "pdm build", "python -m build", "pip wheel",
        "mvn package", "mvn install", "sbt assembly", "sbt package", "gradle assemble", "gradle shadowJar",
        "gradle bootJar", "go build", "cargo build", "dotnet publish", "pyinstaller",
    )),
    (PUSH, What.PACKAGE, (
        "twine upload", "uv publish", "poetry publish", "hatch publish", "flit publish", "pdm publish", "mvn deploy",
        "gradle publish", "sbt publish", "npm publish", "cargo publish", "dotnet nuget push", "fury push",
        "taskboot deploy-pypi", "az artifacts universal publish",
    )),
    (BUILD, What.SITE, (
        "next build", "vite build", "react-scripts build", "nuxt build", "ng build", "astro build", "remix build",
        "remix vite:build", "react-router build", "vue-cli-service build", "nest build", "webpack",
        "turbo build", "turbo run build", "nx build",
    )),
    (ROLLOUT, What.SERVICE, (
        "kubectl apply", "kubectl replace", "kubectl set image", "kubectl patch", "kubectl rollout restart",
        "kubectl create -f", "kubectl argo rollouts set image", "helm upgrade", "helm install", "helmfile apply",
        "helmfile sync", "kustomize edit set image", "argocd app sync", "argocd app set", "argocd app create",
        "flux reconcile", "gke-deploy run", "oc apply", "oc rollout latest", "oc start-build", "oc new-app",
        "oc set image", "kapp deploy", "nomad job run", "nomad run", "docker stack deploy", "docker service update",
        "docker service create", "skaffold deploy", "ansible-playbook", "werf converge",
        "aws ecs update-service", "aws ecs register-task-definition", "aws ecs deploy", "aws ecs create-service",
        "ecs-deploy", "ecspresso deploy", "ecs deploy", "ecs-cli compose", "aws lambda update-function-code",
        "aws lambda create-function", "aws lambda update-alias", "aws deploy create-deployment",
        "aws elasticbeanstalk update-environment", "aws apprunner start-deployment", "aws apprunner create-service",
        "aws apprunner update-service", "aws sagemaker create-endpoint", "aws sagemaker update-endpoint",
        "aws lightsail create-container-service-deployment", "aws amplify start-job", "aws amplify start-deployment",
        "aws ssm send-command", "aws batch register-job-definition", "agentcore launch", "agentcore deploy",
        "copilot deploy", "copilot svc deploy", "copilot job deploy", "copilot app deploy",
        "az containerapp update", "az containerapp create", "az containerapp job", "az container create",
        "az webapp config container", "az webapp restart", "az functionapp config container",
        "az ml online-deployment create", "az ml online-deployment update", "az ml online-endpoint create",
        "az ml online-endpoint update", "az ml batch-deployment create", "az ml batch-deployment update",
        "az ml batch-endpoint create", "az ml batch-endpoint update", "az ml endpoint create", "az ml service create",
        "az aks command invoke", "gcloud run services update", "gcloud run services replace",
        "gcloud run services update-traffic", "gcloud run jobs update", "gcloud run jobs replace",
        "gcloud run jobs create", "gcloud run worker-pools deploy", "gcloud ai endpoints deploy-model",
        "gcloud ai-platform versions create", "gcloud deploy releases create", "gcloud deploy releases promote",
        "gcloud workflows deploy", "gcloud compute instances update-container",
        "gcloud compute instances create-with-container", "gcloud compute instance-groups managed rolling-action",
        "heroku container:release", "render deploys create", "doctl apps create-deployment", "doctl apps update",
        "doctl apps create", "mlflow deployments create", "mlflow deployments update", "mlflow sagemaker deploy",
        "anyscale service rollout", "anyscale service deploy", "anyscale services deploy", "serve deploy",
        "sky serve up", "sky serve update", "sky launch", "ray up", "bentoml deploy", "bentoml deployment",
        "kamal deploy", "mrsk deploy", "cap deploy", "pm2 deploy", "ibmcloud ce", "juju deploy", "nuctl deploy",
        "porter apply", "convox deploy", "dstack apply", "taskboot build-hook", "taskboot deploy-s3",
        "railway redeploy", "caprover deploy",
    )),
    (SHIP, What.BUNDLE, (
        "databricks bundle deploy", "dbx deploy", "databricks repos update", "databricks workspace import_dir",
        "databricks workspace import-dir", "databricks jobs create", "databricks jobs reset",
        "databricks pipelines create", "databricks apps deploy", "databricks sync", "sam deploy", "serverless deploy",
        "sls deploy", "osls deploy", "zappa deploy", "zappa update", "chalice deploy", "eb deploy", "sst deploy",
        "arc deploy", "az webapp up", "az webapp deploy", "az webapp deployment source", "az functionapp deploy",
        "az functionapp deployment source", "func azure functionapp publish", "az containerapp up",
        "az ml model deploy", "azd up", "azd deploy", "gcloud run deploy", "gcloud run jobs deploy",
        "gcloud functions deploy", "gcloud app deploy", "aws elasticbeanstalk create-application-version",
        "fly deploy", "flyctl deploy", "railway up", "netlify deploy", "wrangler deploy", "wrangler publish",
        "wrangler pages deploy", "firebase deploy", "heroku container:push", "heroku builds:create",
        "supabase functions deploy", "cf push", "modal deploy", "modal app deploy", "beam deploy", "cerebrium deploy",
        "skaffold run", "langgraph deploy", "vercel deploy", "truss push", "adk deploy", "gradio deploy",
        "rsconnect deploy", "clever deploy", "snow app deploy", "snow streamlit deploy", "snow snowpark deploy",
        "ploomber-cloud deploy",
    )),
    (ROLLOUT, What.PIPELINE, (
        "prefect deploy", "prefect deployment build", "prefect deployment apply", "prefect deployment create",
        "dagster-cloud workspace", "dagster-cloud serverless", "dagster-cloud deployment", "dagster-cloud ci",
        "astro deploy", "flytectl create", "flytectl register", "flytectl update", "pyflyte register",
        "union register", "union deploy", "kfp pipeline create", "kfp pipeline upload", "argo cron create",
        "argo cron update", "argo template create", "argo template update", "tfx pipeline create",
        "tfx pipeline update", "az ml schedule create", "gcloud composer environments storage dags import",
        "gcloud scheduler jobs create", "aws sagemaker create-pipeline", "aws sagemaker update-pipeline",
        "aws stepfunctions update-state-machine", "aws stepfunctions create-state-machine", "aws glue update-job",
        "aws glue create-job", "feast apply", "gcloud dataflow flex-template build",
    )),
    (APPLY, What.INFRASTRUCTURE, (
        "terraform apply", "tofu apply", "terragrunt apply", "terragrunt run-all apply", "pulumi up", "pulumi update",
        "cdk deploy", "cdktf deploy", "aws cloudformation deploy", "aws cloudformation create-stack",
        "aws cloudformation update-stack", "aws cloudformation execute-change-set", "az deployment", "az stack",
        "az group deployment create", "azd provision", "sceptre launch", "rain deploy", "eksctl create",
        "gcloud deployment-manager deployments",
    )),
)  # fmt: skip

# Words that turn a command into a look at what would happen, or into its opposite.
HARMLESS = frozenset({
    "--dry-run", "--dry-run=client", "--dry-run=server", "--help", "--version", "diff", "plan", "lint", "status",
    "list", "show", "describe", "logs", "delete", "destroy", "-destroy", "remove", "rollback", "undo", "validate",
    "what-if", "--what-if", "login", "stop", "uninstall", "--check", "preview", "export", "init", "--plan",
    "--no-execute-changeset", "wait",
})  # fmt: skip
# Programs and actions that make a throw-away target on the runner: what is rolled out there is a test.
THROWAWAY = (
    "kind create", "minikube start", "k3d cluster", "localstack start", "tflocal", "samlocal", "cdklocal", "ctlptl create",
)  # fmt: skip
THROWAWAY_ACTIONS = (
    "kind-action", "setup-minikube", "setup-k3d", "setup-localstack", "setup-kind", "chart-testing-action", "setup-k3s",
    "minikube", "microshift-action",
)  # fmt: skip
