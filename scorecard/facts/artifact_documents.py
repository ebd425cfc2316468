"""Descriptors of artifacts that are known by their keys, whatever the file is called."""

from scorecard.patterns import lazily
from scorecard.readers.node import Node

_SCHEMA = lazily(r"azuremlschemas[\w./-]{0,80}/(\w*[dD]eployment|environment|model)\.schema")
SIGNS = ("azuremlschemas", "ray_serve_config", "import_path", "base_image", "entryScript", "condaFile", "condaDependenciesFile", "conda_file", "model_module_dir",
          "docker_image", "baseDockerfile", "storageUri", "custom_image", "implementation", "python_version",
          "notebook_task", "python_wheel_task", "spark_python_task", "spark_jar_task", "spark_submit_task")  # fmt: skip
_TASKS = ("notebook_task", "python_wheel_task", "spark_python_task", "spark_jar_task", "spark_submit_task")
_CLUSTERS = ("existing_cluster_id", "new_cluster", "job_cluster_key", "environment_key")


def sort_of(root: Node) -> tuple[str, int] | None:
    schema = _SCHEMA.search(root["$schema"].text)
    if schema:
        return f"Azure ML {schema[1]}", root.key_line("$schema")
    if root["ray_serve_config"].is_map:
        return "Anyscale service", root.key_line("ray_serve_config")
    if any(entry["import_path"] for entry in root["applications"].as_list()) or (
        root.has("import_path") and root.has("deployments")
    ):
        return "Ray Serve application", root.key_line("applications" if root.has("applications") else "import_path")
    if root.has("base_image") and (
        root.has("python") or root.has("build_cmds") or root.has("post_build_cmds") or root.has("debian_packages")
    ):
        return "cluster environment", root.key_line("base_image")
    if root.has("entryScript") and (root.has("condaFile") or root.has("runtime") or root.has("environment")):
        return "Azure ML inference configuration", root.key_line("entryScript")
    if root.has("model_module_dir") or (root.has("model_class_name") and root.has("requirements")):
        return "Truss", root.key_line("model_module_dir" if root.has("model_module_dir") else "model_class_name")
    if root.has("model_name") and root.has("python_version") and (root.has("resources") or root.has("requirements")):
        return "Truss", root.key_line("model_name")
    if root.has("conda_file") and root.has("image") and root.has("name"):
        return "Azure ML environment", root.key_line("image")
    if root.has("implementation") and root.has("parameters") and root.has("name"):
        return "MLServer model", root.key_line("implementation")
    return _job_of_databricks(root)


def _job_of_databricks(root: Node) -> tuple[str, int] | None:
    """What `databricks jobs create --json-file` takes, alone or as the settings of a job that has an id."""
    for node in (root, root["settings"], *root["tasks"].as_list(), *root["settings"]["tasks"].as_list()):
        task = next((key for key in _TASKS if node[key].is_map), "") if node.is_map else ""
        if task and any(node.has(key) for key in _CLUSTERS):
            return "Databricks job", node.key_line(task)
    return None
