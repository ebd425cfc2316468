"""Packaged steps by their names, in lower case and without a version: actions, tasks, orbs, pipes, plugins, providers."""

from scorecard.facts.delivery_tables import APPLY, BUILD, BUILD_AND_PUSH, PUSH, ROLLOUT, SHIP, Acts, What

ACTIONS: dict[str, tuple[Acts, What]] = {
    name: entry
    for entry, names in {
        (BUILD_AND_PUSH, What.IMAGE): (
            "mr-smithers-excellent/docker-build-push", "elgohr/publish-docker-github-action", "macbre/push-to-ghcr",
            "whoan/docker-build-with-cache-action", "aevea/action-kaniko", "pmorelli92/github-container-registry-build-push",
            "rafikfarhad/push-to-gcr-github-action", "kciter/aws-ecr-action", "jwalton/gh-ecr-push",
            "bentoml/containerize-push-action", "plugins/docker", "plugins/ecr", "plugins/gcr",
            "plugins/acr", "plugins/gar", "plugins/kaniko", "plugins/kaniko-ecr", "plugins/kaniko-gcr",
            "woodpeckerci/plugin-docker-buildx", "woodpeckerci/plugin-kaniko", "banzaicloud/drone-kaniko",
        ),
        (BUILD, What.IMAGE): (
            "redhat-actions/buildah-build", "redhat-actions/s2i-build", "aws-actions/aws-codebuild-run-build", "containerbuild",
            "bentoml/build-bento-action",
        ),
        (PUSH, What.IMAGE): ("redhat-actions/push-to-registry", "ecrpushimage", "images", "docker.withregistry", "docker.push"),
        (PUSH, What.CHART): ("helm/chart-releaser-action", "appany/helm-oci-chart-releaser"),
        (PUSH, What.PACKAGE): (
            "pypa/gh-action-pypi-publish", "jrubics/poetry-publish", "pypi", "js-devtools/npm-publish",
            "etils-actions/pypi-auto-publish", "universalpackages",
        ),
        (ROLLOUT, What.SERVICE): (
            "google-github-actions/create-cloud-deploy-release", "azure/k8s-deploy", "azure/aci-deploy", "azure/container-apps-deploy-action",
            "aws-actions/amazon-ecs-deploy-task-definition", "awslabs/amazon-app-runner-deploy", "koyeb/action-git-deploy",
            "digitalocean/app_action", "digitalocean/app_action/deploy", "deliverybot/helm", "azure/aml-deploy", "basetenlabs/action-truss-push",
            "bentoml/deploy-bento-action", "azurewebappcontainer", "azurefunctionappcontainer", "azurecontainerapps",
            "servicefabricdeploy", "ecsdeploy", "kubernetesdeploy", "openshiftdeploy", "amazon-ecs-deploy", "aws-ecs/update-service",
            "azure/webapps-container-deploy", "plugins/helm3", "pelotech/drone-helm3", "cloudrun", "convox", "codedeploy",
        ),
        (SHIP, What.BUNDLE): (
            "akhileshns/heroku-deploy", "bervproject/railway-deploy", "amondnet/vercel-action", "betahuhn/deploy-to-vercel-action",
            "google-github-actions/deploy-cloud-functions", "google-github-actions/deploy-appengine", "azure/functions-action",
            "aws-actions/aws-lambda-deploy", "appleboy/lambda-action", "einaregilsson/beanstalk-deploy", "azurefunctionapp",
            "azurermwebappdeployment", "azurewebapp", "beanstalkdeployapplication", "lambdadeployfunction", "awscodedeploydeployapplication",
            "rstudio/actions/connect-publish", "posit-dev/connect-actions/publish", "r-lib/actions/deploy-shinyapps", "jacoblincool/huggingface-sync", "nateraw/huggingface-sync-action", "astronomer/deploy-action", "heroku", "elasticbeanstalk",
            "lambda", "gae", "azure_web_apps", "cloudfoundry", "openshift", "scalingo", "engineyard", "bluemixcloudfoundry", "hephy",
            "appengine", "plugins/heroku", "plugins/lambda", "plugins/gae",
        ),
        (ROLLOUT, What.SITE): (
            "azure/static-web-apps-deploy", "azurestaticwebapp", "nwtgck/actions-netlify", "cloudflare/pages-action",
            "firebaseextended/action-hosting-deploy", "jakejarvis/s3-sync-action", "reggionick/s3-deploy", "surge", "firebase", "netlify",
            "samkirkland/ftp-deploy-action", "s3", "gcs", "plugins/s3", "aws-s3/sync",
        ),
        (ROLLOUT, What.BUNDLE): (
            "easingthemes/ssh-deploy", "burnett01/rsync-deployments", "appleboy/drone-ssh", "up9cloud/action-rsync", "appleboy/scp-action",
            "copyfilesoverssh",
        ),
        (ROLLOUT, What.PIPELINE): ("prefecthq/actions-prefect-deploy", "dagster-io/dagster-cloud-cicd-action"),
        (APPLY, What.INFRASTRUCTURE): (
            "azure/arm-deploy", "azure/bicep-deploy", "aws-actions/aws-cloudformation-github-deploy", "dflook/terraform-apply",
            "dflook/tofu-apply", "hashicorp/tfc-workflows-github/actions/apply-run", "azureresourcemanagertemplatedeployment",
            "azureresourcegroupdeployment", "cloudformationcreateorupdatestack", "cfnupdate",
        ),
    }.items()
    for name in names
}  # fmt: skip
# Steps that run a program with the words they are given: name -> program.
RUNS_PROGRAMS = {
    "superfly/flyctl-actions": "fly", "serverless/github-action": "serverless", "w9jds/firebase-action": "firebase",
    "actions-hub/kubectl": "kubectl", "steebchen/kubectl": "kubectl", "kodermax/kubectl-aws-eks": "kubectl", "sinlead/drone-kubectl": "",
    "cloudflare/wrangler-action": "wrangler", "netlify/actions/cli": "netlify", "garygrossgarten/github-action-scp": "scp",
    "actions-hub/gcloud": "gcloud", "youyo/aws-cdk-github-actions": "cdk", "argocd": "argocd", "wrangler": "wrangler",
    "terraformtask": "terraform", "terraformtaskv1": "terraform", "terraformtaskv2": "terraform", "terraformtaskv3": "terraform",
    "terraformtaskv4": "terraform", "terraformcli": "terraform", "terraform": "terraform", "terraform-cli": "terraform",
    "kubernetes": "kubectl", "pulumi": "pulumi", "pulumi/actions": "pulumi", "ansible": "ansible-playbook",
    "dagger/dagger-for-github": "dagger call",
    "dawidd6/action-ansible-playbook": "ansible-playbook", "ansibleplaybook": "ansible-playbook",
}  # fmt: skip
