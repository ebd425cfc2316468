"""Programs that build or deploy through a platform's SDK, for pipelines that start them."""

from collections import defaultdict
from typing import Self

from msgspec import Struct

from scorecard.facts.code import Code, Hit
from scorecard.facts.delivery_commands import Deed
from scorecard.facts.delivery_tables import APPLY, BUILD, PUSH, ROLLOUT, SHIP, Acts, What
from scorecard.readers.code import Source

_DEPTH = 2
# (modules that the file must import, names of calls in it, what they do)
SDKS: tuple[tuple[tuple[str, ...], tuple[str, ...], Acts, What], ...] = (
    (("azureml",), ("Model.deploy", "*.Model.deploy", "azureml.*.deploy", "*.deploy_from_image"), SHIP, What.SERVICE),
    (("azureml",), ("*.publish", "*.publish_pipeline", "*PipelineEndpoint.publish", "*.Schedule.create"), ROLLOUT, What.PIPELINE),
    (("azureml",), ("*.Model.package", "*.package", "*.Image.create", "*.Environment.build", "*.build_local"), BUILD, What.IMAGE),
    (("azure.ai.ml",), (
        "*online_deployments.begin_create_or_update", "*online_endpoints.begin_create_or_update", "*batch_deployments.begin_create_or_update",
        "*batch_endpoints.begin_create_or_update",
    ), ROLLOUT, What.SERVICE),
    (("azure.ai.ml",), ("*schedules.begin_create_or_update",), ROLLOUT, What.PIPELINE),
    (("azure.ai.ml",), ("*environments.create_or_update",), BUILD, What.IMAGE),
    (("azure.ai.projects", "azure.ai.agents"), ("*.create_agent", "*.create_version"), ROLLOUT, What.SERVICE),
    (("sagemaker",), ("*.deploy",), ROLLOUT, What.SERVICE),
    (("sagemaker",), ("*.upsert",), ROLLOUT, What.PIPELINE),
    (("boto3",), (
        "*.create_endpoint", "*.update_endpoint", "*.update_function_code", "*.update_service", "*.register_task_definition", "*.create_deployment",
        "*.update_agent_runtime", "*.create_agent_runtime",
    ), ROLLOUT, What.SERVICE),
    (("boto3",), ("*.create_pipeline", "*.update_pipeline", "*.update_state_machine", "*.create_state_machine"), ROLLOUT, What.PIPELINE),
    (("boto3",), ("*.create_stack", "*.update_stack", "*.execute_change_set"), APPLY, What.INFRASTRUCTURE),
    (("google.cloud.aiplatform", "google.cloud", "vertexai"), ("*.deploy", "*.deploy_model", "*agent_engines.create", "*agent_engines.update"), ROLLOUT, What.SERVICE),
    (("google.cloud.aiplatform", "google.cloud"), ("*.create_schedule",), ROLLOUT, What.PIPELINE),
    (("kfp",), ("*.upload_pipeline", "*.upload_pipeline_version", "*.create_recurring_run"), ROLLOUT, What.PIPELINE),
    (("kfp",), ("*.compile",), BUILD, What.PIPELINE),
    (("databricks.sdk", "databricks"), (
        "*serving_endpoints.create*", "*serving_endpoints.update_config*", "*.jobs.create", "*.jobs.reset", "*agents.deploy", "*.pipelines.create",
    ), ROLLOUT, What.SERVICE),
    (("mlflow",), ("*.create_deployment", "*.update_deployment", "*.create_endpoint", "*.update_endpoint"), ROLLOUT, What.SERVICE),
    (("mlflow",), ("mlflow.models.build_docker",), BUILD, What.IMAGE),
    (("prefect",), ("*.deploy", "prefect.deploy", "*.build_from_flow", "*.Deployment.apply"), ROLLOUT, What.PIPELINE),
    (("zenml",), ("*.create_snapshot", "*.create_run_template"), BUILD, What.PIPELINE),
    (("zenml",), ("*.trigger_pipeline",), ROLLOUT, What.PIPELINE),
    (("flytekit",), ("*.register_workflow", "*.register_launch_plan", "*.fast_register_workflow"), ROLLOUT, What.PIPELINE),
    (("huggingface_hub",), ("*.upload_folder", "*.upload_large_folder"), PUSH, What.MODEL),
    (("modal",), ("*.deploy", "modal.*.deploy_app"), SHIP, What.BUNDLE),
    (("bentoml",), ("bentoml.deployment.create", "bentoml.deployment.update", "bentoml.deployment.apply"), ROLLOUT, What.SERVICE),
    (("bentoml",), ("bentoml.bentos.build", "bentoml.build", "bentoml.container.build", "bentoml.bentos.containerize"), BUILD, What.BUNDLE),
    (("hopsworks", "hsml"), ("*.deploy",), ROLLOUT, What.SERVICE),
    (("anyscale",), ("anyscale.service.deploy",), ROLLOUT, What.SERVICE),
    (("kubernetes",), ("*.create_namespaced_*", "*.patch_namespaced_*", "*.replace_namespaced_*", "*create_from_yaml"), ROLLOUT, What.SERVICE),
    (("docker",), ("*.images.push",), PUSH, What.IMAGE),
    (("docker",), ("*.images.build",), BUILD, What.IMAGE),
    (("pulumi",), ("*.up",), APPLY, What.INFRASTRUCTURE),
    (("rsconnect",), ("*.deployApp", "deployApp", "*.deployAPI", "deployAPI", "*.deployDoc"), SHIP, What.BUNDLE),
    (("vetiver",), ("vetiver_deploy_*", "*.vetiver_deploy_*"), SHIP, What.BUNDLE),
    (("@aws-sdk/client-lambda", "@aws-sdk/client-ecs", "@aws-sdk/client-sagemaker", "@aws-sdk/client-apprunner"), (
        "*UpdateFunctionCodeCommand", "*UpdateServiceCommand", "*UpdateEndpointCommand", "*CreateEndpointCommand", "*StartDeploymentCommand",
    ), ROLLOUT, What.SERVICE),
    (("aws-sdk",), ("*.updateFunctionCode", "*.updateService", "*.createDeployment", "*.updateEndpoint"), ROLLOUT, What.SERVICE),
    (("@pulumi/pulumi",), ("*.up",), APPLY, What.INFRASTRUCTURE),
    (("snowflake",), ("*.create_service", "*.register"), ROLLOUT, What.SERVICE),
)  # fmt: skip


class Found(Struct, frozen=True):
    """A deed in code, and the calls that lead to it."""

    deed: Deed
    hits: tuple[Hit, ...]


class DeliveryCode(Struct, dict=True, eq=False):
    """Deeds by the file that does them."""

    code: Code
    by_path: dict[str, list[Found]]

    @classmethod
    def gather(cls, code: Code) -> Self:
        by_path: dict[str, list[Found]] = defaultdict(list)
        for modules, patterns, acts, what in SDKS:
            users = {hit.path for hit in code.imports(*modules, notebooks=False)}
            for hit in code.calls(*patterns, notebooks=False) if users else ():
                if hit.path in users:
                    name = hit.name.rpartition("(")[2].rpartition(")")[2].strip(".") or hit.name
                    by_path[hit.path].append(Found(Deed(acts, what, f"{modules[0]} {name.rpartition('.')[2]}"), (hit,)))
        return cls(code, dict(by_path))

    def of(self, path: str) -> list[Found]:
        """What the program at ``path`` does, in its own lines and in functions of other files that it calls."""
        found: list[Found] = []
        source = self.code.source(path)
        if source:
            self._collect(source, (), found, {path}, _DEPTH)
        return found

    def _collect(self, source: Source, way: tuple[Hit, ...], found: list[Found], seen: set[str], depth: int) -> None:
        found += [Found(f.deed, (*way, *f.hits)) for f in self.by_path.get(source.path, ())]
        for target in self.code.imports_of.get(source.path, ()) if depth else ():
            other = self.code.source(target)
            if other is None or target in seen:
                continue
            seen.add(target)
            there = self.by_path.get(target, [])
            for call in source.calls if there else ():
                deeds = [f for f in there if _leads_to(call.last, f.hits[0].scope)]
                here = Hit(source, call.line, call.scope, call.name, call)
                found += [Found(f.deed, (*way, here, *f.hits)) for f in deeds]
                if deeds:
                    break


def _leads_to(called: str, scope: str) -> bool:
    """Is the called name the function, its method's class, or a method beside it?"""
    return bool(scope) and called in scope.split(".")
