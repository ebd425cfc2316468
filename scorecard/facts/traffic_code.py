"""Two versions side by side, in code: split and shadow calls of platforms, own routing by chance or hash, experiments."""

import re
from collections.abc import Iterator

from scorecard.facts.code import Code
from scorecard.facts.traffic_words import ARMS, CHANCE, HASHES, OFFLINE
from scorecard.facts.vocabulary import LLM_CLIENTS, ML_LIBRARIES, WEB_FRAMEWORKS
from scorecard.model import Evidence
from scorecard.paths import is_demo, is_test
from scorecard.patterns import holds, lazily
from scorecard.readers.code import Guard, Source

_THE_REST = lazily(r"\{[^}]*100\s*-")
_FLAGS = (
    "growthbook",
    "statsig",
    "ldclient",
    "launchdarkly",
    "optimizely",
    "UnleashClient",
    "flagsmith",
    "posthog",
    "planout",
    "eppo_client",
    "@growthbook/growthbook",
    "@statsig/js-client",
    "@vercel/flags",
    "flags",
    "amplitude_experiment",
    "GrowthBook",
    "split",
    "featureflags",
    "split_io",
    "splitio",
)
_EXPERIMENTS = lazily(
    r"^(?:get_experiment|getExperiment|get_variant|getVariant|variation|variation_detail|get_feature_flag|getFeatureFlag|get_treatment|getTreatment|get_assignment|run_experiment|runExperiment|activate|decide|get_string_assignment|getLayer)$"
)
_SHADOWS = lazily(
    r"^_?(?:run_|call_|send_|score_|predict_|invoke_|log_)?(?:shadow|canary|challenger)(?:_\w*)?$|^_?\w+_(?:shadow|challenger|canary)(?:_\w+)?$",
    re.IGNORECASE,
)


_WEIGHED = lazily(r"random\(\)\s*[<>]=?\s*[\w.]+")  # `Math.random() < 0.1 ? a : b`
_SWITCHED = (
    "Flipper.enabled?", "Flipper.*.enabled?", "*.feature_enabled", "*.is_feature_enabled", "*.isFeatureEnabled",
    "*.BoolVariation", "*.StringVariation", "*.boolVariation", "*.stringVariation",
)  # fmt: skip
# `random.choice(request.models)`, each with its version in a registry: several endpoints may be one and the same model.
_CHOSEN = lazily(r"(?:^|[._\s])(?:models|model_versions|variants|candidates)(?:\(\)|\[\])?$", re.IGNORECASE)
_VERSIONED = lazily(r"models:/|\.version\b|model_version|\bversion=")
_SECOND = lazily(r"shadow|challenger|canary", re.IGNORECASE)


def routed(code: Code) -> Iterator[tuple[str, tuple[Evidence, ...]]]:
    """Every such place, with its kind in words."""
    yield from _platforms(code)
    yield from _experiments(code)
    yield from _switched(code)
    users = {h.path for h in code.imports(*WEB_FRAMEWORKS, *LLM_CLIENTS, *ML_LIBRARIES, "langfuse", "langsmith")}
    for source in code.sources:
        if is_test(source.path) or is_demo(source.path):
            continue
        if (
            source.path in users
            or source.language != "python"
            or re.search(r"serv|infer|predict|api|rout|deploy", source.path)
        ):
            yield from _own(code, source)
            yield from _shadow(code, source)


def _platforms(code: Code) -> Iterator[tuple[str, tuple[Evidence, ...]]]:
    for hit in code.calls(
        "*.create_endpoint_config",
        "*.production_variant",
        "*.endpoint_from_production_variants",
        "*.CfnEndpointConfig",
        "*.createEndpointConfig",
    ):
        variants = [c for c in hit.source.calls if c.last in ("production_variant", "ProductionVariantProperty")]
        names = [t for t in hit.source.texts if t.value in {"VariantName", "InitialVariantWeight"}]
        per_scope = [t for t in names if t.scope == hit.scope and t.value == "VariantName"]
        if (
            len(variants) >= 2
            or len(per_scope) >= 2
            or (hit.call and "ShadowProductionVariants" in dict(hit.call.kwargs))
        ):
            yield "the endpoint has two variants", (code.evidence(hit),)
    for hit in code.calls("*.update_endpoint_weights_and_capacities", "*.update_endpoint_weights", "*.splitTraffic"):
        yield "code shifts traffic between variants", (code.evidence(hit),)
    for source in code.sources:
        if is_test(source.path):
            continue
        for assign in source.assigns:
            if assign.target.rpartition(".")[2] in ("traffic", "mirror_traffic", "traffic_split") and not is_demo(
                source.path
            ):
                row = code.line(source.path, assign.line)
                numbers = re.findall(r":\s*(\d+)", row)
                if assign.target.endswith("mirror_traffic") and numbers and numbers != ["0"]:
                    yield "a shadow deployment gets a copy of the traffic", (code.evidence(source, assign.line),)
                elif len([n for n in numbers if n != "0"]) >= 2 or (row.count(":") >= 2 and _THE_REST.search(row)):
                    yield "the endpoint's traffic is split", (code.evidence(source, assign.line),)
        for call in source.calls:
            if not call.kwargs:
                continue
            share = call.kwarg(
                "traffic_percentage", "canary_traffic_percent", "canaryTrafficPercent", "traffic_percent"
            )
            if (
                share is not None
                and not is_demo(source.path)
                and share not in ("100", "0", "None")
                and (
                    call.last
                    in (
                        "deploy",
                        "deploy_model",
                        "rollout_canary",
                        "rollout",
                        "InferenceServiceSpec",
                        "V1beta1PredictorSpec",
                        "PredictorSpec",
                    )
                    or "canary" in code.line(source.path, call.line)
                )
            ) and (share.isdigit() or "canary" in share):
                yield "a new version gets a share of the traffic", (code.evidence(source, call.line),)
            if (
                call.last == "deploy"
                and call.kwarg("traffic_split") is not None
                and len(re.findall(r":\s*\d+", code.line(source.path, call.line))) >= 2
            ):
                yield "the endpoint's traffic is split", (code.evidence(source, call.line),)
            if call.kwarg(
                "canary_settings", "shadow_production_variants", "ShadowProductionVariants", "shadow_mode_config"
            ) not in (None, "None"):
                yield "a new version runs beside the old one", (code.evidence(source, call.line),)


def _experiments(code: Code) -> Iterator[tuple[str, tuple[Evidence, ...]]]:
    """Feature-flag services that are asked which model or prompt to use."""
    flagged = {h.path for h in code.imports(*_FLAGS)}
    for hit in code.calls(
        "*.get_feature_flag",
        "*.variation",
        "*.get_variant",
        "*.getVariant",
        "*.get_treatment",
        "*.getTreatment",
        "*.get_experiment",
        "*.getExperiment",
        "*.getFeatureFlag",
        "*.get_string_assignment",
        "*.variation_detail",
    ):
        said = " ".join((*hit.call.strings, hit.scope)) if hit.call else ""
        if (
            hit.path in flagged
            and _EXPERIMENTS.match(hit.name.rpartition(".")[2])
            and re.search(r"model|prompt|llm|rank|recommend|retriev|agent", said, re.IGNORECASE)
        ):
            yield "a feature flag chooses between models or prompts", (code.evidence(hit),)


def _switched(code: Code) -> Iterator[tuple[str, tuple[Evidence, ...]]]:
    """A flag that is asked for each user, and is named after a model or a prompt."""
    for hit in code.calls(*_SWITCHED):
        call = hit.call
        if call is None or is_demo(hit.path) or len(call.args) + len(call.kwargs) < 2:
            continue
        said = " ".join((*call.strings, *(a for a in call.args if a.startswith(":"))))
        if re.search(r"model|prompt|llm|gpt|rank|recommend|rerank", said, re.IGNORECASE):
            yield "a feature flag chooses between models or prompts", (code.evidence(hit),)


def _own(code: Code, source: Source) -> Iterator[tuple[str, tuple[Evidence, ...]]]:
    """A choice between two models or prompts by chance, or by a hash of who asks."""
    if OFFLINE.search(source.path):
        return
    for call in source.calls:
        chance = call.name in CHANCE or call.name.endswith((".random.random", "Math.random"))
        hashed = call.name in HASHES or call.last in ("md5", "sha256", "crc32", "createHash")
        if not (chance or hashed) or OFFLINE.search(call.scope):
            continue
        if not call.scope:
            continue
        inside = _inside(source, call.scope)
        words = " ".join((call.scope, *inside, *(v for v in call.args)))
        guard = _guard(source, call.scope, call.line)
        about = re.search(r"model|prompt|llm|predict|variant|champion|endpoint|version|agent", words, re.IGNORECASE)
        arms = ARMS.search(words)
        if about and not arms and call.last == "choice" and _CHOSEN.search(" ".join(call.args)):
            if _VERSIONED.search(_text_of(code, source, call.scope)):
                yield "a request gets one of several models by chance", (code.evidence(source, call.line),)
            continue
        if not about or not arms:
            continue
        weighed = chance and _WEIGHED.search(code.line(source.path, call.line))
        if call.name.rpartition(".")[2] in ("choices", "choice") or guard is not None or hashed or weighed:
            lines = [call.line, *([guard.line] if guard and guard.line != call.line else [])]
            if hashed and not (
                re.search(r"%|mod", code.line(source.path, call.line))
                or any("%" in g.ops or "<" in g.ops for g in source.guards if g.scope == call.scope)
            ):
                continue
            yield (
                "requests are shared between two versions by " + ("chance" if chance else "a hash"),
                tuple(code.evidence(source, n) for n in lines),
            )


def _text_of(code: Code, source: Source, scope: str) -> str:
    function = next((f for f in source.functions if f.name == scope), None)
    lines = range(function.line, function.end + 1) if function else ()
    return "\n".join(code.line(source.path, number) for number in lines)


def _inside(source: Source, scope: str) -> list[str]:
    """Names and texts in a function."""
    found = [a.target for a in source.assigns if a.scope == scope] + [c.name for c in source.calls_of(scope)]
    found += [t.value for t in source.texts_of(scope) if len(t.value) < 40]
    for guard in source.guards:
        if guard.scope == scope:
            found += guard.names
    function = next((f for f in source.functions if f.name == scope), None)
    return [*found, *(function.params if function else ())]


def _guard(source: Source, scope: str, line: int) -> Guard | None:
    return next(
        (
            g
            for g in source.guards
            if g.scope == scope
            and g.kind in ("if", "else")
            and g.ops & {"<", "<=", ">", ">="}
            and line <= g.line <= line + 12
        ),
        None,
    )


def _shadow(code: Code, source: Source) -> Iterator[tuple[str, tuple[Evidence, ...]]]:
    """A second model that is asked the same, whose answer is kept and not given."""
    if OFFLINE.search(source.path.rpartition("/")[2]) or not holds(_SECOND, code.repository.text(source.path)):
        return
    for call in source.calls:
        owner = call.on or call.name.rpartition(".")[0].rpartition(".")[2]
        asks = call.last in (
            "predict",
            "predict_proba",
            "invoke",
            "ainvoke",
            "infer",
            "generate",
            "score",
            "__call__",
            "apredict",
            "run",
        )
        shadow = re.search(r"shadow|challenger|canary", owner, re.IGNORECASE) and asks
        given = call.last in ("create_task", "add_task", "submit", "Thread", "delay", "apply_async") and any(
            re.search(r"shadow|challenger", a, re.IGNORECASE) for a in (*call.args, *(v for _, v in call.kwargs))
        )
        function = (
            _SHADOWS.match(call.last)
            and re.search(r"predict|model|infer|score|shadow", call.last)
            and not call.last.startswith(
                (
                    "set_",
                    "register",
                    "get_",
                    "test_",
                    "train",
                    "compare",
                    "evaluate",
                    "promote",
                    "load",
                    "deploy",
                    "is_",
                    "box",
                )
            )
            and any(f.last == call.last for s in code.sources for f in s.functions)
        )
        if shadow or given or (function and re.search(r"serv|infer|predict|api|app|route|endpoint|main", source.path)):
            other = any(
                c.scope == call.scope and c is not call and re.search(r"predict|invoke|infer|generate|score", c.last)
                for c in source.calls
            )
            if other or given:
                yield "a second model is asked in the shadow of the first", (code.evidence(source, call.line),)
