"""`mlops fleet`: audit many repositories, keep a line for each, and show them side by side."""

import gc
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

from mlops.audit import cores
from mlops.checking import known
from mlops.errors import FINE, GATE, REFUSED, MlopsError
from mlops.files import write
from scorecard import fleet
from scorecard.reports import fleet as page
from scorecard.reports.view import clean


def run(
    words: list[str],
    *,
    output: Path | None,
    html: Path | None,
    jobs: int | None,
    cluster: str | None,
    checks: Sequence[Path] = (),
) -> int:
    """Audit what ``words`` name; 1 where one could not be read. Raises MlopsError."""
    gc.enable()  # what each audit leaves has to go before the next
    known(checks)  # a mistake in them is told once, not for each repository
    try:
        wanted = fleet.targets(words)
    except (OSError, UnicodeDecodeError) as error:
        raise MlopsError(f"cannot read the list: {error}", "a file with a path or an address on each line") from None
    if not wanted:
        raise MlopsError("the list names no repository", "mlops fleet PATH|URL|FILE|FOLDER …")
    rows = _kept(output) if output else {}
    rows = {target: row for target, row in rows.items() if target in wanted}
    left = [target for target in wanted if target not in rows]
    workers = jobs or cores()
    folders = tuple(str(folder.resolve()) for folder in checks)
    found = fleet.run(left, _executor(cluster, workers), workers, checks=folders)
    for row in _progress(found, len(wanted), len(rows)):
        rows[row["target"]] = row
        if output:
            with output.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row, ensure_ascii=True) + "\n")
    gathered = page.gathered(rows[target] for target in wanted if target in rows)
    if html:
        write(html, page.render(gathered), "--html")
    _table(gathered)
    return GATE if gathered.failed else FINE


def _executor(cluster: str | None, workers: int) -> Callable[[], Executor]:
    """Processes here, or the workers of a Dask cluster."""
    if cluster is None:
        return lambda: fleet.processes(workers)
    try:
        from distributed import Client  # noqa: PLC0415  an extra
    except ImportError:
        raise MlopsError("--cluster needs Dask", "pip install 'sevenasks[dask]'", REFUSED) from None
    try:
        client: Any = Client(cluster, timeout="10s")  # type: ignore[no-untyped-call]  # distributed has no types
    except (OSError, ValueError) as error:
        raise MlopsError(f"there is no Dask scheduler at {cluster}: {error}", "dask scheduler", REFUSED) from None
    return lambda: client.get_executor(pure=False, retries=2)


def _kept(output: Path) -> dict[str, fleet.Row]:
    """What an earlier run has found; what it could not read is tried again. A line that it was writing when it was stopped goes."""
    if not output.exists():
        return {}
    rows: dict[str, fleet.Row] = {}
    whole = []
    for line in output.read_text(encoding="utf-8").splitlines():
        try:
            row = json.loads(line)
            target = row["target"]
        except (ValueError, TypeError, KeyError):
            continue
        if "report" in row:
            rows[target] = row
            whole.append(line)
    write(output, "".join(f"{line}\n" for line in whole), "--output")
    return rows


def _progress(rows: Iterator[fleet.Row], total: int, known: int) -> Iterator[fleet.Row]:
    """A bar with an estimate, where a person is looking."""
    if not sys.stderr.isatty():
        yield from rows
        return
    from rich.console import Console  # noqa: PLC0415  only for a terminal
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("{task.description}", markup=False))
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=total, completed=known)
        for row in rows:
            progress.update(task, advance=1, description=clean(row["target"])[-60:])
            yield row


def _table(gathered: page.Fleet) -> None:
    lines = []
    if gathered.systems:
        width = min(46, max(len(row["report"]["repository"]["name"]) for row in gathered.systems))
        for row in gathered.systems:
            report = row["report"]
            name = clean(report["repository"]["name"])[:width]
            count = f"{report['met']}/{report['applicable']}"
            lines.append(
                f"{name:{width}}  {' '.join(page.levels(row))}  {count:>6}  {report['kind']:6}  {page.first_gap(row)}"
            )
        lines.append("")
        lines.append(
            "levels of testing, deployment, data, versioning, evals, monitoring, logging; met; kind; the gap to close first"
        )
    lines.append(
        f"{len(gathered.systems)} systems, {len(gathered.others)} libraries and others, {len(gathered.failed)} not read"
    )
    if gathered.first:
        lines.append(f"most often first: {', '.join(f'{name} ({count})' for name, count in gathered.first[:3])}")
    sys.stdout.write("\n".join(lines) + "\n")
    for row in gathered.failed:
        sys.stderr.write(f"mlops: {clean(row['target'])}: {clean(row['error'])}\n")
