#!/usr/bin/env python3
"""Score the audit's verdicts against labels made by reading the repositories.

    python score.py LABELS_DIR CLONES_DIR [--audit 'mlops audit {path} --format json'] [--only owner/name] [--wrong]

LABELS_DIR holds one JSON file a repository (see README.md beside this file), CLONES_DIR a clone of each as
owner__name, at the labelled commit. Each clone is audited once; the verdicts are held against the labels.
Standard library only.
"""

from __future__ import annotations

import argparse
import json
import shlex
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

ASKS = ("testing", "deployment", "data", "versioning", "evals", "monitoring", "logging")
LEVEL = {
    "testing.tests": 1, "testing.one-command": 1, "testing.features": 2, "testing.integration": 2,
    "testing.on-push": 2, "testing.model": 3, "testing.bias": 3,
    "deployment.pipelines": 1, "deployment.artifact": 1, "deployment.build": 2, "deployment.environments": 2,
    "deployment.deploy": 3, "deployment.promotion": 3, "deployment.infrastructure": 3,
    "data.schema": 1, "data.values": 2, "data.wired": 2, "data.distribution": 3, "data.mitigation": 3,
    "versioning.environment": 1, "versioning.releases": 1, "versioning.model": 2, "versioning.data": 2,
    "versioning.lineage": 3, "versioning.rollback": 3, "versioning.ab": 3,
    "evals.cases": 1, "evals.regression": 2, "evals.adversarial": 3, "evals.gate": 3,
    "monitoring.platform": 1, "monitoring.quality": 2, "monitoring.drift": 2, "monitoring.dashboards": 3,
    "monitoring.alerts": 3,
    "logging.logger": 1, "logging.structured": 2, "logging.predictions": 2, "logging.correlation": 3,
    "logging.review": 3,
}  # fmt: skip
ANSWER = {"met": "yes", "unmet": "no", "n/a": "n/a", "yes": "yes", "no": "no"}


def level(answers: dict[str, str], ask: str) -> int | None:
    """Level 0 to 3 of one ask, None where every criterion is n/a."""
    mine = {c: answers.get(c, "no") for c in LEVEL if c.split(".")[0] == ask}
    if all(answer == "n/a" for answer in mine.values()):
        return None
    reached = 0
    for step in (1, 2, 3):
        if any(answer == "no" for c, answer in mine.items() if LEVEL[c] == step):
            break
        reached = step
    return reached


def weighted_kappa(pairs: list[tuple[int, int]], top: int = 3) -> float:
    """Cohen's kappa with quadratic weights over ordinal pairs."""
    if not pairs:
        return float("nan")
    n = len(pairs)
    observed = sum((a - b) ** 2 for a, b in pairs) / n
    left, right = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    expected = sum((a - b) ** 2 * left[a] * right[b] for a in range(top + 1) for b in range(top + 1)) / n**2
    return 1.0 if expected == 0 else 1 - observed / expected


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("labels", type=Path)
    parser.add_argument("clones", type=Path)
    parser.add_argument("--audit", default="mlops audit {path} --format json", help="command; {path} is the clone")
    parser.add_argument("--only", action="append", default=[], metavar="owner/name")
    parser.add_argument("--wrong", action="store_true", help="list every verdict that differs from its label")
    options = parser.parse_args()

    table: dict[str, Counter] = defaultdict(Counter)
    wrong: list[str] = []
    kinds, levels, hit1, hit3, ranked, proofless, audited = [], [], 0, 0, 0, [], 0
    for file in sorted(options.labels.glob("*.json")):
        label = json.loads(file.read_text())
        name = label["repo"]
        if options.only and name not in options.only:
            continue
        clone = options.clones / name.replace("/", "__")
        if not clone.is_dir():
            print(f"{name}: no clone at {clone}", file=sys.stderr)
            continue
        command = [part.replace("{path}", str(clone)) for part in shlex.split(options.audit)]
        run = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        try:
            report = json.loads(run.stdout)
        except json.JSONDecodeError:
            print(f"{name}: no JSON from {command} (exit {run.returncode}): {run.stderr[-300:]}", file=sys.stderr)
            wrong.append(f"{name}: no report")
            continue
        audited += 1
        accepted_kinds = label.get("kinds", [label["kind"]])
        kinds.append((name, "|".join(accepted_kinds), report.get("kind"), report.get("kind") in accepted_kinds))
        if label["kind"] in ("library", "none"):
            continue
        verdicts = {c["id"]: c for c in report["criteria"]}
        truth = {c: entry["answer"] for c, entry in label["criteria"].items()}
        said = {c: ANSWER.get(v["status"], "no") for c, v in verdicts.items()}
        for criterion in LEVEL:
            entry = label["criteria"].get(criterion)
            if entry is None or entry.get("sure") is False:
                continue
            want, got = truth[criterion], said.get(criterion, "missing")
            cell = {("yes", "yes"): "tp", ("yes", "no"): "fn", ("no", "yes"): "fp", ("no", "no"): "tn"}.get((want, got))
            table[criterion][cell or ("na" if want == got else "na_wrong")] += 1
            if want != got:
                why = entry.get("why", "")
                proof = [f"{e['path']}:{e.get('line', '')}" for e in verdicts.get(criterion, {}).get("evidence", [])][
                    :2
                ]
                wrong.append(
                    f"{name}  {criterion}: label {want}, audit {got} {proof or ''} | label: "
                    f"{entry.get('evidence', [])[:2]} {why[:140]}"
                )
        for criterion, verdict in verdicts.items():
            if said[criterion] != "yes":
                continue
            evidence = verdict.get("evidence", [])
            if not evidence or not all((clone / e["path"]).exists() for e in evidence):
                proofless.append(f"{name} {criterion}")
        for ask in ASKS:
            want_level, got_level = level(truth, ask), level(said, ask)
            if want_level is not None and got_level is not None:
                levels.append((want_level, got_level))
        accepted = label.get("first_gaps", [])
        if accepted:
            ranked += 1
            gaps = [g["criterion"] for g in report.get("gaps", [])]
            hit1 += bool(gaps[:1] and gaps[0] in accepted)
            hit3 += bool(set(gaps[:3]) & set(label.get("best_gaps", accepted[:1])))

    total = Counter()
    print(f"{'criterion':28} {'tp':>4} {'fp':>4} {'fn':>4} {'tn':>4} {'n/a':>4} {'n/a!':>4}  precision recall")
    for criterion in LEVEL:
        c = table[criterion]
        total.update(c)
        precision = c["tp"] / (c["tp"] + c["fp"]) if c["tp"] + c["fp"] else float("nan")
        recall = c["tp"] / (c["tp"] + c["fn"]) if c["tp"] + c["fn"] else float("nan")
        print(
            f"{criterion:28} {c['tp']:4} {c['fp']:4} {c['fn']:4} {c['tn']:4} {c['na']:4} {c['na_wrong']:4}"
            f"  {precision:9.2f} {recall:6.2f}"
        )
    answered = total["tp"] + total["fp"] + total["fn"] + total["tn"]
    if not answered:
        print("nothing was scored", file=sys.stderr)
        return 2
    precision = total["tp"] / max(1, total["tp"] + total["fp"])
    recall = total["tp"] / max(1, total["tp"] + total["fn"])
    if options.wrong:
        print("\n".join(["", *wrong]))
    right_kind = sum(right for *_, right in kinds)
    for name, want, got, right in kinds:
        if not right:
            print(f"kind: {name}: label {want}, audit {got}")
    if proofless:
        print(f"met without evidence that exists: {len(proofless)}: {proofless[:5]}")
    print(
        f"repositories {audited}  verdicts {answered}  precision {precision:.3f}  recall {recall:.3f}  "
        f"accuracy {(total['tp'] + total['tn']) / answered:.3f}  n/a wrong {total['na_wrong']}  "
        f"kind {right_kind}/{len(kinds)}  level kappa {weighted_kappa(levels):.3f}  "
        f"first gap in accepted {hit1}/{ranked}  best gap in top 3 {hit3}/{ranked}  "
        f"without proof {len(proofless)}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
