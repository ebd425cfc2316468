"""Two versions side by side in serving: weights of a mesh or a platform, own routing, shadow calls, experiments."""

import re
from collections.abc import Iterator
from typing import Self

from msgspec import Struct

from scorecard.facts.code import Code
from scorecard.facts.configuration import Configuration
from scorecard.facts.own_calls import OwnCalls
from scorecard.facts.pipelines import Pipelines
from scorecard.facts.resources import Resources
from scorecard.facts.traffic_code import routed
from scorecard.facts.traffic_flow import live, shadowed, shared
from scorecard.facts.traffic_parallel import side_by_side
from scorecard.model import Evidence
from scorecard.readers.node import Node

_CANARY = ("canaryTrafficPercent", "canary_traffic_percent")
_COMMANDS = (
    (
        ("az", "ml", "online-endpoint", "update"),
        r"--(?:traffic|mirror-traffic)[ =][\"']?[^\"']*?(\d+)[^\d\"']+\D*(\d+)",
    ),
    (("gcloud", "run", "services", "update-traffic"), r"--to-(?:revisions|tags)[ =]\S*=(\d+)"),
    (("gcloud", "ai", "endpoints", "deploy-model"), r"--traffic-split[ =]\S*=(\d+)\D+(\d+)"),
)


class Split(Struct, frozen=True):
    """One mechanism with its evidence; ``kind`` says which, in words."""

    kind: str
    evidence: tuple[Evidence, ...]


class Traffic(Struct, frozen=True):
    """``splits`` run two versions; ``single`` give all traffic to one."""

    splits: tuple[Split, ...]
    single: tuple[Evidence, ...] = ()

    @classmethod
    def gather(
        cls, code: Code, configuration: Configuration, resources: Resources, pipelines: Pipelines, calls: OwnCalls
    ) -> Self:
        functions = live(code)
        found = [
            *_manifests(configuration),
            *_resources(resources),
            *_commands(pipelines),
            *(Split(*pair) for pair in routed(code)),
            *(Split(*pair) for pair in (*shared(code, calls, functions), *shadowed(code, calls, functions))),
            *(Split("versions of one model run side by side", e) for e in side_by_side(code, configuration)),
        ]
        single = []
        for path in configuration.holding_any(
            ("traffic_split", "traffic:", "initial_variant_weight", "InitialVariantWeight", '"traffic')
        ):
            for document in configuration.documents(path):
                single += [
                    configuration.evidence(path, node.line)
                    for key, node in document.pairs()
                    if key in ("traffic_split", "traffic") and node
                ]
        for run in pipelines.all_runs():
            if run.words[:4] == ("az", "ml", "online-endpoint", "update") and "--traffic" in run.words:
                single.append(run.chain[-1])
        return cls(tuple(found), tuple(single))


def _weights(node: Node, *keys: str) -> list[str]:
    return [entry.get(*keys).text for entry in node if entry.is_map and entry.get(*keys)]


def _shared(weights: list[str]) -> bool:
    """Do two or more get a share? A template's value is one that somebody sets."""
    return len([w for w in weights if w not in ("0", "0.0", "")]) >= 2 or (
        len(weights) >= 2 and any(not re.fullmatch(r"[\d.]+", w) for w in weights)
    )


def _adds_up(node: Node) -> bool:
    """Do the shares of two or more names add up to the whole?"""
    shares = [value.text for value in node]
    numbers = [int(share) for share in shares if share.isdigit()]
    if len(numbers) == len(shares):
        return sum(numbers) == 100 and len([n for n in numbers if n]) >= 2
    return len(shares) >= 2 and all(re.fullmatch(r"\d+|[$][({].{1,80}|TEMPLATE", share) for share in shares)


def _manifests(configuration: Configuration) -> Iterator[Split]:
    needles = (
        "weight",
        "Weight",
        "canary",
        "Canary",
        "traffic",
        "shadow",
        "mirror",
        "predictors",
        "ProductionVariants",
        "blueGreen",
        "DeploymentPreference",
    )
    for path in configuration.holding_any(needles):
        for document in configuration.documents(path):
            for kind, node in _in_document(document):
                yield Split(kind, (configuration.evidence(path, node.line),))


def _in_document(document: Node) -> Iterator[tuple[str, Node]]:
    kind, api = document["kind"].text, document["apiVersion"].text
    spec = document["spec"]
    if kind in ("VirtualService", "HTTPRoute", "TrafficSplit", "IngressRoute", "TraefikService", "HTTPProxy"):
        for key, node in spec.pairs():
            if (
                key in ("route", "backendRefs", "backends", "services")
                and node.is_list
                and _shared(_weights(node, "weight"))
            ):
                yield f"{kind} shares the traffic between two versions", node
            if key in ("mirror", "requestMirror") and node:
                yield f"{kind} mirrors the traffic to a second version", node
    if kind == "Canary" and api.startswith("flagger"):
        yield "Flagger moves traffic to a canary", spec
    if (
        kind == "Rollout"
        and api.startswith("argoproj.io")
        and (spec["strategy"]["canary"] or spec["strategy"]["blueGreen"])
    ):
        yield "Argo Rollouts runs a new version beside the old one", spec["strategy"]
    if kind == "InferenceService":
        for key, node in spec.pairs():
            if key == "canaryTrafficPercent" and node.text not in ("0", "100"):
                yield "KServe sends a share of the traffic to a canary", node
    if kind == "SeldonDeployment" and spec["predictors"].is_list and len(spec["predictors"]) >= 2:
        yield "Seldon runs two predictors", spec["predictors"]
    if kind == "Experiment" and api.startswith(("mlops.seldon", "iter8")):
        yield "an experiment shares the traffic between candidates", spec
    if kind == "InferenceGraph" and any(node["routerType"].text == "Splitter" for node in spec.walk() if node.is_map):
        yield "KServe splits the traffic in a graph", spec
    if (
        kind == "Service"
        and "knative" in api
        and spec["traffic"].is_list
        and _shared(_weights(spec["traffic"], "percent"))
    ):
        yield "Knative shares the traffic between revisions", spec["traffic"]
    if kind == "Ingress" and "true" in (
        v.text for k, v in document["metadata"]["annotations"].items() if k.endswith("/canary")
    ):
        yield "the ingress sends a share of the traffic to a canary", document["metadata"]["annotations"]
    for key, node in document.pairs():
        if (
            key
            in ("ProductionVariants", "productionVariants", "production_variants", "served_models", "served_entities")
            and node.is_list
            and len(node) >= 2
        ):
            yield "the endpoint has two variants", node
        if key in ("ShadowProductionVariants", "mirror_traffic", "mirrorTraffic") and node:
            yield "a shadow deployment gets a copy of the traffic", node
        if key in ("traffic", "traffic_split", "trafficSplit") and node.is_map and _adds_up(node):
            yield "the endpoint's traffic is split", node
        if key == "DeploymentPreference" and re.search(r"Canary|Linear", node["Type"].text):
            yield "CodeDeploy moves the traffic in steps", node["Type"]
        if key == "routes" and node.is_list and _shared(_weights(node, "traffic_percentage")):
            yield "the endpoint's traffic is split", node


def _resources(resources: Resources) -> Iterator[Split]:
    for item in resources.all:
        body, kind = item.body, item.resource.type
        if kind == "aws_sagemaker_endpoint_configuration" and (
            len(re.findall(r"^[ \t]*production_variants\s*\{", body, re.MULTILINE)) >= 2
            or "shadow_production_variants" in body
        ):
            yield Split("the endpoint has two variants", (item.evidence,))
        if (
            kind in ("google_cloud_run_service", "google_cloud_run_v2_service")
            and len(re.findall(r"^[ \t]*traffic\s*\{", body, re.MULTILINE)) >= 2
        ):
            yield Split("Cloud Run shares the traffic between revisions", (item.evidence,))
        if kind == "aws_lambda_alias" and "additional_version_weights" in body:
            yield Split("the alias sends a share of the traffic to a second version", (item.evidence,))
        if kind == "databricks_model_serving" and len(re.findall(r"traffic_percentage\s*=", body)) >= 2:
            yield Split("the endpoint's traffic is split", (item.evidence,))
        if (
            kind in ("aws_lb_listener", "aws_lb_listener_rule", "aws_alb_listener_rule")
            and len(re.findall(r"^[ \t]*weight\s*=", body, re.MULTILINE)) >= 2
        ):
            yield Split("the load balancer shares the traffic between target groups", (item.evidence,))
        if kind == "azurerm_container_app" and len(re.findall(r"^[ \t]*traffic_weight\s*\{", body, re.MULTILINE)) >= 2:
            yield Split("the app shares the traffic between revisions", (item.evidence,))
        canary = re.search(r"CodeDeployDefault\.\w*(?:Canary|Linear)\w*", body)
        if canary:
            yield Split(
                "CodeDeploy moves the traffic in steps",
                (Evidence(item.path, item.resource.line + body.count("\n", 0, canary.start()), canary[0]),),
            )


def _commands(pipelines: Pipelines) -> Iterator[Split]:
    for run in pipelines.all_runs():
        text = " ".join(run.words)
        for parts, pattern in _COMMANDS:
            found = re.search(pattern, text) if run.words[: len(parts)] == parts else None
            if found and not {"0", "100"} & set(found.groups()):
                yield Split("a job of CI shares the traffic between two versions", run.chain[-3:])
