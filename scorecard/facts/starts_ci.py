"""Where running begins, as continuous integration says: every file that a job's commands name."""

from collections.abc import Iterator

from scorecard.facts.code import Code
from scorecard.facts.named import Named
from scorecard.facts.pipelines import Pipelines, Run
from scorecard.facts.starts import Start, Way
from scorecard.paths import is_test


def from_ci(code: Code, pipelines: Pipelines, named: Named) -> Iterator[Start]:
    """What CI starts; a job that waits for a button is a command with a name, no more."""
    tests = [source.path for source in code.sources if is_test(source.path)]
    for run in pipelines.all_runs():
        way = Way.CI if run.automatic else Way.COMMAND
        near = run.chain[-1].path if run.chain else run.step.path
        text = " ".join(run.words)
        for path in named.files(text, near):
            yield Start(path, way, run.chain)
        if "pytest" in text:
            for path in _tested(tests, run):
                yield Start(path, way, run.chain)


def _tested(tests: list[str], run: Run) -> Iterator[str]:
    """The test files that a pytest command collects: those below its paths, all where it names none."""
    folder = (run.step.folder + "/") if run.step.folder else ""
    words = [w.strip("/").removeprefix("./") for w in run.words if "/" in w or not w.startswith("-")]
    wanted = [w for w in words if any(t.startswith((f"{folder}{w}", w + "/")) for t in tests)]
    for path in tests:
        if path.startswith(folder) if not wanted else any(w and f"/{w}" in f"/{path}" for w in wanted):
            yield path
