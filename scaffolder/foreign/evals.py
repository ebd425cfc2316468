"""`mlops add evals`: cases for the application that is there, what grades its answers, and a gate in the CI that is there."""

from collections.abc import Mapping
from typing import Any

from scaffolder.errors import Refused
from scaffolder.foreign import ci, evals_cases, evals_served
from scaffolder.foreign.evals_target import Target, target
from scaffolder.foreign.model import Plan, Site

_FOLDERS = ("evals", "evaluation", "app_evals", "answer_evals", "evals_2")


def plan(site: Site) -> Plan:
    """Evaluate the outermost function that takes a question and gives an answer. Raises Refused where there is none."""
    seen = site.survey["llm"]
    if seen["kind"] not in ("llm", "ml+llm"):
        raise Refused(
            "no application around a language model was found here",
            "mlops audit says what kind of repository this is; a classical model is tested by mlops add testing",
        )
    wanted = ("evals.cases", "evals.regression", "evals.adversarial", "evals.gate")
    open_ = [name for name in wanted if not site.is_met(name)]
    if not open_:
        raise Refused("cases, their comparison, attacks and the gate are here already", "mlops audit cites them")
    chosen, others = _chosen(seen)
    folder = next(name for name in _FOLDERS if not site.has(name) and not site.has(f"{name}.py"))
    function = chosen.function
    command = f"python -m {folder} --replay"
    why = "The answers of the application are held against its cases: a worse prompt or model does not pass."
    extra = ("httpx",) if chosen.served else ()
    gate = ci.job(
        site, name=folder.replace("_", "-"), why=why, commands=[command], secrets=seen["keys"][:1], extra=extra
    )
    found = {
        "folder": folder,
        "path": chosen.path,
        "module": function["module"],
        "roots": list(function["roots"]),
        "call": chosen.call,
        "made": chosen.made,
        "awaited": chosen.awaited,
        "served": dict(chosen.served or {}),
        "secrets": list(seen["keys"]),
        **_cases(site, seen, chosen),
        "ci": gate.found,
    }
    promised = [name for name in open_ if name != "evals.gate" or gate.runs]
    where = "with a key" if seen["keys"] else "where the model runs"
    left = [
        f"{where}, `python -m {folder} --record --update-baseline`, read the answers, commit {folder}/: without, CI fails",
        f"add the ten questions that matter most to {folder}/cases.jsonl: only you know the right answers",
        *(f'{folder}/application.py calls {function["name"]} with {name}="": say what fits' for name in chosen.guessed),
    ]
    if chosen.served:
        left += [
            f"the evaluations start {chosen.path} in their own process: its settings, its database, and httpx must be there",
            f"what clients send to be let in, as a token, goes to HEADERS in {folder}/application.py",
        ]
    if gate.found["path"] and not gate.found["install"]:
        left.append(
            f"{gate.found['path']} installs nothing, as no manifest lies at the top: add what {found['module']} imports"
        )
    if found["tool"]:
        left.append(f"the case dangerous_action asks for {found['tool']}: evaluate where it can do no harm")
    notes = [f"{function['path']}:{function['line']} {function['name']} is what is evaluated"]
    if others:
        notes.append(f"not evaluated: {', '.join(others)}; change {folder}/application.py to take one of them")
    if seen["suites"]:
        notes.append(f"what is there already stays as it is: {', '.join(seen['suites'][:3])}")
    return Plan(found=found, promises=tuple(promised), edits=gate.edits, left=(*left, *gate.left), notes=tuple(notes))


def _chosen(seen: Mapping[str, Any]) -> tuple[Target, list[str]]:
    """What to evaluate, and the names of up to four others that could be.

    A function is simpler to ask than an endpoint, unless it is no more than the last step behind one, or not behind one at all.
    """
    called = [t for function in seen["functions"] if (t := target(function)) is not None]
    served = [t for endpoint in seen["served"] if (t := evals_served.target(endpoint)) is not None]
    plain = [t for t in called if not served or (not t.blind and t.path in served[0].function["files"])]
    targets = [*plain, *served, *(t for t in called if t not in plain)]
    if targets:
        return targets[0], [f"{t.function['path']} {t.function['name']}" for t in targets[1:5]]
    unsafe = next((f["unsafe"] for f in seen["functions"] if f["unsafe"]), "")
    place = next((f"{ask['path']}:{ask['line']}" for ask in seen["asks"]), "")
    if unsafe:
        why = f"what asks the model cannot be imported: {unsafe}"
    elif place:
        why = f"{place} asks a language model, and no function takes a question and gives its answer, nor does an endpoint of FastAPI"
    elif seen["notebooks"]:
        why = f"only notebooks ask a language model here, {seen['notebooks'][0]} for one: there is no function to call"
    else:
        why = "nothing here in Python asks a language model in a way that is known"
    raise Refused(
        why,
        "write a function that takes a question and returns the answer, as `def answer(question: str) -> str`, use it, and try again; "
        "or close the gap by hand: mlops explain evals.cases",
    )


def _cases(site: Site, seen: Mapping[str, Any], chosen: Target) -> dict[str, Any]:
    files = chosen.function["files"]
    near = [prompt for prompt in seen["prompts"] if prompt["path"] in files]
    prompts = [prompt["text"] for prompt in sorted(near, key=lambda prompt: files.index(prompt["path"]))]
    name = site.survey["layout"]["files"]["readme"]
    readme = site.text(name) if name else ""
    rows = [row for path in seen["data"] for row in evals_cases.rows_of(path, site.text(path))]
    scoped = evals_cases.scoped(prompts, readme)
    return {
        "cases": evals_cases.ordinary(prompts, readme, rows),
        "scoped": scoped,
        "off_topic": evals_cases.off_topic(prompts, readme) if scoped else [],
        "private": evals_cases.private(prompts, readme),
        "tool": evals_cases.dangerous(seen["tools"]),
    }
