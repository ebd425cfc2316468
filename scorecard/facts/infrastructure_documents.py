"""YAML and JSON that describe where something runs, known by their keys: one function for each sort."""

import re
from collections.abc import Callable, Iterator

from scorecard.patterns import lazily
from scorecard.readers.node import Node

_SCHEMA = lazily(
    r"azuremlschemas[\w./-]{0,80}/(?:managedOnline|kubernetesOnline|batch|online|modelBatch|amlCompute|computeInstance|compute|workspace|feature)[\w.-]{0,60}"
)
_HOOK_KEYS = ("provisionerId", "workerType")
_SCALES = (
    "instance_class",
    "automatic_scaling",
    "basic_scaling",
    "manual_scaling",
    "resources",
    "vpc_access_connector",
)


def described(root: Node, path: str) -> Iterator[tuple[str, int]]:
    """(kind, line) of each sort of description that the document is."""
    if root.is_list:
        for play in root:
            if play.has("hosts") and (play.has("tasks") or play.has("roles")):
                yield "Ansible", play.key_line("hosts")
        return
    for kind, test in _SORTS.items():
        line = test(root, path)
        if line:
            yield kind, line


def _azure_ml(root: Node, _: str) -> int:
    schema = root["$schema"].text
    if _SCHEMA.search(schema):
        return root.key_line("$schema")
    return root.key_line("instance_type") if root.has("instance_type") and root.has("endpoint_name") else 0


def _ray(root: Node, _: str) -> int:
    anyscale = root.has("head_node_type") or (root.has("head_node") and root.has("worker_nodes"))
    if anyscale and (root.has("worker_node_types") or root.has("worker_nodes")):
        return root.key_line("head_node_type" if root.has("head_node_type") else "head_node")
    cluster = root.has("cluster_name") and root["provider"].is_map
    return root.key_line("provider") if cluster and (root.has("available_node_types") or root.has("head_node")) else 0


def _bundle(root: Node, _: str) -> int:
    resources = root["resources"]
    for key in ("jobs", "pipelines", "model_serving_endpoints", "registered_models", "apps", "clusters", "schemas"):
        if resources[key].is_map and resources[key]:
            return resources.key_line(key)
    clusters = [key for key, _ in root.pairs() if key in ("new_cluster", "job_clusters", "existing_cluster_id")]
    described = root.has("environments") or root.has("workflows") or root.has("tasks") or root.has("notebook_task")
    return (
        next((node.key_line("new_cluster") for node in root.walk() if node.has("new_cluster")), 0)
        if clusters and described
        else 0
    )


def _ecs(root: Node, _: str) -> int:
    return root.key_line("containerDefinitions") if root["containerDefinitions"].is_list else 0


def _hook(root: Node, _: str) -> int:
    task = root["task"]
    return root.key_line("task") if all(task.has(key) for key in _HOOK_KEYS) and root.has("metadata") else 0


def _app_engine(root: Node, path: str) -> int:
    if not path.rpartition("/")[2].startswith("app") or not root["runtime"].is_scalar:
        return 0
    return next((root.key_line(key) for key in _SCALES if root.has(key)), 0)


def _sky(root: Node, _: str) -> int:
    wanted = root["resources"]
    asks = wanted.is_map and (wanted.has("accelerators") or wanted.has("cloud") or wanted.has("instance_type"))
    return (
        root.key_line("resources") if asks and (root.has("run") or root.has("service")) and not root.has("steps") else 0
    )


def _deployment_manager(root: Node, _: str) -> int:
    for item in root["resources"].as_list() if root["resources"].is_list else []:
        if re.match(r"(?:compute|storage|container|sqladmin|pubsub|run)\.(?:v\d|beta)", item["type"].text):
            return item.line
    return 0


def _swarm(root: Node, _: str) -> int:
    """A compose file that is a stack of a swarm: services are placed and replicated."""
    for service in root["services"] if root["services"].is_map else ():
        deploy = service["deploy"]
        if deploy.is_map and (deploy.has("placement") or deploy.has("update_config")) and deploy.has("replicas"):
            return deploy.line
    return 0


def _container_app(root: Node, _: str) -> int:
    """The YAML that `az containerapp create --yaml` takes, or its export."""
    if root["type"].text.startswith("Microsoft.App/"):
        return root.key_line("type")
    properties = root["properties"]
    placed = (
        properties.has("managedEnvironmentId") or properties.has("environmentId") or root.has("managedEnvironmentId")
    )
    return root.key_line("properties") if placed and properties["template"]["containers"].is_list else 0


_SORTS: dict[str, Callable[[Node, str], int]] = {
    "Azure ML deployment": _azure_ml,
    "Ray cluster": _ray,
    "Databricks jobs": _bundle,
    "ECS task definition": _ecs,
    "Taskcluster hook": _hook,
    "App Engine": _app_engine,
    "SkyPilot": _sky,
    "Deployment Manager": _deployment_manager,
    "Docker Swarm": _swarm,
    "Azure Container Apps": _container_app,
}
SIGNS = (
    "hosts:", "azuremlschemas", "instance_type", "head_node", "new_cluster", "resources:", "containerDefinitions", "provisionerId", "runtime:",
    "available_node_types", "update_config", "Microsoft.App/", "nvironmentId",
)  # fmt: skip
