"""Runs the jobs of a plan: each in a fresh clone, with the job's variables and no others, artifacts carried between them."""

import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from helpers import environment

from interpreters.model import Checkout, Job, Load, Save, Shell, Step

PASSED, FAILED, WAITING, SKIPPED = "passed", "failed", "waits for a person", "skipped"
STUB = """\
#!/bin/sh
# What this machine has not, or must not do: written down, not done.
printf '%s: %s %s\\n' "$JOB" "$(basename "$0")" "$*" >> "$RECORD"
case "$*" in
  *--password-stdin*) cat > /dev/null ;;
  *"apply -k"*) for last; do :; done; {kubectl} kustomize "$last" >> "$RECORD" || exit 1 ;;
esac
"""
# A second `poe check` of the same commit says the same, and takes a minute. The environment is kept from job to job, as a
# runner's cache does; uv still holds it against the lock each time.
UV = """\
#!/bin/sh
printf '%s: uv %s\\n' "$JOB" "$*" >> "$RECORD"
case "$*" in
  "run poe check" | "run poe alerts-test") known="$KNOWN/$3" ;;
  *) known= ;;
esac
[ -n "$known" ] && [ -e "$known" ] && exit 0
HOME={home} UV_PROJECT_ENVIRONMENT="$KNOWN/venv" {uv} "$@" || exit
[ -z "$known" ] || : > "$known"
"""
STUBBED = ("pip", "apt-get", "sudo", "docker", "kubectl")


class Runner:
    """One folder in which pipelines of one project run, in any number of sessions."""

    def __init__(self, project: Path, at: Path, known: Path) -> None:
        self.project, self.at = project, at
        self.record, self.output, self.known = at / "record", at / "output", known
        for folder in (at / "bin", at / "home", at / "artifacts", known):
            folder.mkdir(parents=True, exist_ok=True)
        self.record.touch()
        self._program("uv", UV.format(home=Path.home(), uv=shutil.which("uv")))
        for name in STUBBED:
            self._program(name, STUB.format(kubectl=shutil.which("kubectl") or ":"))

    def _program(self, name: str, text: str) -> None:
        (self.at / "bin" / name).write_text(text)
        (self.at / "bin" / name).chmod(0o755)

    def perform(
        self,
        jobs: Iterable[Job],
        *,
        approver: str = "",
        before: Mapping[str, str] | None = None,
        kept: Path | None = None,
    ) -> dict[str, str]:
        """How each job ended. `before` is how they ended the last time: what has passed is not run again.

        `kept` is a folder that a runner keeps between its jobs as `.state`.
        """
        ended: dict[str, str] = {}
        for job in jobs:
            if (before or {}).get(job.name) == PASSED:
                ended[job.name] = PASSED
            elif any(ended[need] != PASSED for need in job.needs):
                ended[job.name] = SKIPPED
            elif job.gated and not approver:
                ended[job.name] = WAITING
            else:
                ended[job.name] = PASSED if self._job(job, approver, kept) else FAILED
        return ended

    def _job(self, job: Job, approver: str, kept: Path | None) -> bool:
        folder = self.at / "job" / "s"
        shutil.rmtree(folder.parent, ignore_errors=True)
        folder.mkdir(parents=True)
        mine = environment("CI")
        mine |= {"PATH": f"{self.at / 'bin'}:/usr/local/bin:/usr/bin:/bin", "HOME": str(self.at / "home")}
        mine |= {"JOB": job.name, "RECORD": str(self.record), "KNOWN": str(self.known)}
        signed = {job.signature: approver} if job.signature and approver else {}
        try:
            return all(self._step(step, folder, {**mine, **job.env, **signed}, kept) for step in job.steps)
        finally:
            shutil.rmtree(folder.parent)

    def _step(self, step: Step, folder: Path, env: dict[str, str], kept: Path | None) -> bool:
        match step:
            case Checkout():
                subprocess.run(["git", "clone", "--quiet", self.project, folder], check=True)
                if kept:
                    (folder / ".state").symlink_to(kept)
            case Save(artifact, path, inside):
                source, target = folder / path, self.at / "artifacts" / artifact / inside
                target.parent.mkdir(parents=True, exist_ok=True)
                if source.is_dir():
                    shutil.copytree(source, target, dirs_exist_ok=True)
                elif source.exists():
                    shutil.copy(source, target)
                else:
                    return False
            case Load(artifact, path):
                if (self.at / "artifacts" / artifact).exists():
                    shutil.copytree(self.at / "artifacts" / artifact, folder / path, dirs_exist_ok=True)
            case Shell(script, program, more):
                (self.at / "script").write_text(script)
                with self.output.open("a") as out:
                    words: list[str | Path] = [*program, self.at / "script"]
                    done = subprocess.run(words, cwd=folder, env=env | dict(more), stdout=out, stderr=out, check=False)
                return done.returncode == 0
        return True

    def said(self) -> str:
        return self.output.read_text() if self.output.exists() else ""

    def words(self, job: str) -> list[str]:
        """What a job called, in order: `uv run poe check`."""
        return [
            line.removeprefix(f"{job}: ")
            for line in self.record.read_text().splitlines()
            if line.startswith(f"{job}: ")
        ]


def without_signature(job: Job) -> Job:
    """Somebody takes the approval out of the file."""
    steps = tuple(
        replace(step, script=re.sub(r"uv run poe approve [^&\n]*(&&)?", "true \\1", step.script))
        if isinstance(step, Shell)
        else step
        for step in job.steps
    )
    return replace(job, steps=steps)
