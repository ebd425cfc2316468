"""`mlops` and `sevenasks`: one screen of commands, one place where errors become words and exit codes.

Heavy imports happen inside the commands, so that `--help` stays under 0.2 s.
"""

import gc
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from typer.exceptions import TyperException

from mlops.errors import FINE, GATE, REFUSED, USAGE, MlopsError
from mlops.text import printable
from scorecard.asks import ASKS
from scorecard.model import Kind, Stage
from scorecard.reports import FORMATS

AskName = StrEnum("AskName", [ask.id for ask in ASKS])  # type: ignore[misc]  # one list of asks, not two
FormatName = StrEnum("FormatName", list(FORMATS))  # type: ignore[misc]  # one list of formats, not two
FailOn = StrEnum("FailOn", ["regression"])
TERMINAL = FormatName("terminal")
STOPPED = 130


class Every(StrEnum):
    """How far the points of a history lie apart."""

    RELEASE = "release"
    MONTH = "month"
    COMMIT = "commit"


class HistoryFormat(StrEnum):
    """How a history is shown."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"


class ListFormat(StrEnum):
    """How a list is shown."""

    TEXT = "text"
    JSON = "json"


Checks = Annotated[
    list[Path] | None,
    typer.Option("--checks", metavar="DIR", help="A folder of checks of yours to ask, too; may be repeated."),
]

app = typer.Typer(
    name="mlops",
    help="Make ML repositories that stay alive, and say what the others lack.",
    add_completion=False,
    rich_markup_mode=None,  # help drawn by rich costs 270 ms
    pretty_exceptions_enable=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version as installed  # noqa: PLC0415  keeps --help light

        typer.echo(f"mlops {installed('sevenasks')}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    del version


@app.command()
def audit(
    path: Annotated[str, typer.Argument(metavar="PATH", help="Any git repository or folder, or an address.")] = ".",
    fmt: Annotated[FormatName, typer.Option("--format", "-f", help="How to show it.")] = TERMINAL,
    kind: Annotated[Kind | None, typer.Option(help="What it is, instead of what was detected.")] = None,
    stage: Annotated[Stage | None, typer.Option(help="Its stage, instead of what was detected.")] = None,
    only: Annotated[list[AskName] | None, typer.Option(help="Only this ask; may be repeated.")] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write the report to a file.")] = None,
    full: Annotated[bool, typer.Option("--full", help="Show the scorecard of a library, too.")] = False,
    min_level: Annotated[
        list[str] | None,
        typer.Option(metavar="ASK=N", help="Exit with 1 if ASK is below level N; may be repeated."),
    ] = None,
    min_met: Annotated[
        str | None, typer.Option(metavar="N%", help="Exit with 1 if less than N % of what applies is met.")
    ] = None,
    config: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Instead of its mlops.toml or [tool.mlops.audit].")
    ] = None,
    rev: Annotated[str | None, typer.Option(metavar="REV", help="As it stood at this revision, read from git.")] = None,
    base: Annotated[
        str | None, typer.Option(metavar="REV", help="Say what became better or worse since it left REV.")
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A JSON report; exit with 1 if anything is worse than in it.")
    ] = None,
    fail_on: Annotated[
        FailOn | None, typer.Option(help="With --base: exit with 1 if a criterion is no longer met.")
    ] = None,
    no_config: Annotated[bool, typer.Option("--no-config", help="Leave its own configuration aside.")] = False,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Read everything anew, and keep nothing.")] = False,
    jobs: Annotated[
        int | None, typer.Option("--jobs", "-j", min=1, help="Processes for large ones; as many as cores.")
    ] = None,
    checks: Checks = None,
    trust_checks: Annotated[
        bool,
        typer.Option(
            "--trust-checks", help="Run the checks that its own configuration names: its code, on this machine."
        ),
    ] = False,
) -> None:
    """Read a repository and say which of the seven asks it meets, with proof, and what to close first."""
    from mlops import audit as command  # noqa: PLC0415  keeps --help light
    from mlops.comparing import Against  # noqa: PLC0415

    if base and baseline:
        raise MlopsError("--base and --baseline are two answers to one question", "give one of them")
    if fail_on and not (base or baseline):
        raise MlopsError("--fail-on regression needs something to compare with", "--base REV or --baseline FILE")
    gate = command.Gate.parse(min_level or [], min_met)
    raise typer.Exit(
        command.run(
            path,
            fmt=str(fmt),
            kind=kind,
            stage=stage,
            only=[*(only or [])],
            output=output,
            full=full,
            gate=gate,
            config=config,
            configured=not no_config,
            rev=rev,
            against=Against(base, baseline, strict=fail_on is not None),
            cache=None if no_cache else command.users_cache(),
            jobs=jobs,
            checks=checks or [],
            trust_checks=trust_checks,
        )
    )


@app.command()
def history(
    path: Annotated[Path, typer.Argument(help="A git repository, or a folder of one.")] = Path(),
    every: Annotated[Every | None, typer.Option(help="Releases where there are two, else months.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="The newest of them.")] = 24,
    blame: Annotated[
        bool, typer.Option("--blame", help="Name the commit of each change, also between releases.")
    ] = False,
    fmt: Annotated[HistoryFormat, typer.Option("--format", "-f", help="How to show it.")] = HistoryFormat.TEXT,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write it to a file.")] = None,
    rev: Annotated[str, typer.Option(metavar="REV", help="Where it ends.")] = "HEAD",
    no_config: Annotated[bool, typer.Option("--no-config", help="Leave its own configuration aside.")] = False,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Read everything anew, and keep nothing.")] = False,
) -> None:
    """Show the levels at each release, month or commit, read from git without a checkout, and what turned each criterion."""
    from mlops import history as command  # noqa: PLC0415  keeps --help light

    raise typer.Exit(
        command.run(
            path,
            every=str(every) if every else None,
            limit=limit,
            blame=blame,
            fmt=str(fmt),
            output=output,
            configured=not no_config,
            cached=not no_cache,
            rev=rev,
        )
    )


@app.command()
def cache(
    clear: Annotated[bool, typer.Option("--clear", help="Remove all of it.")] = False,
) -> None:
    """Say where audits keep what they read, and how much that is; nothing is lost with it but time."""
    from mlops import cache as command  # noqa: PLC0415  keeps --help light

    raise typer.Exit(command.run(clear=clear))


@app.command()
def explain(
    criterion: Annotated[
        str | None, typer.Argument(help="A criterion such as testing.on-push; without it, the list of all.")
    ] = None,
    checks: Checks = None,
) -> None:
    """Print a criterion's page: why it matters, what passes, what fails, and how to close the gap."""
    from mlops import explain as command  # noqa: PLC0415  keeps --help light

    command.run(criterion, checks or [])


@app.command("check-pages")
def check_pages(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder of checks, each beside its page.")],
) -> None:
    """Hold checks of yours against their pages: every example under Passes and Fails is a test."""
    from mlops import check_pages as command  # noqa: PLC0415  keeps --help light

    raise typer.Exit(command.run(folder))


@app.command()
def new(
    target: Annotated[Path, typer.Argument(metavar="DIR", help="A new folder; its name is the project's.")],
    kind: Annotated[
        str | None, typer.Option(metavar="KIND", help="batch, realtime or agent; the same as --data kind=KIND.")
    ] = None,
    defaults: Annotated[bool, typer.Option("--defaults", help="Ask nothing; take the default answers.")] = False,
    data: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="Answer a question, ask nothing; may be repeated."),
    ] = None,
    answers: Annotated[Path | None, typer.Option(help="A YAML file of answers; ask nothing.")] = None,
    template: Annotated[str | None, typer.Option(metavar="URL", help="Other templates than ours.")] = None,
    ref: Annotated[str | None, typer.Option(metavar="TAG", help="A version of the templates.")] = None,
    trust: Annotated[bool, typer.Option("--trust", help="Let other templates run programs here.")] = False,
) -> None:
    """Make a repository in which all seven asks work; it is there whole or not at all, and needs no network."""
    from mlops import new as command  # noqa: PLC0415  keeps --help light

    raise typer.Exit(
        command.run(
            target,
            defaults=defaults,
            data=[*(data or []), *([f"kind={kind}"] if kind else [])],
            answers=answers,
            template=template,
            ref=ref,
            trust=trust,
        )
    )


@app.command()
def fleet(
    targets: Annotated[
        list[str],
        typer.Argument(metavar="LIST…", help="Paths, addresses, folders of repositories, files with one a line."),
    ],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="A JSON line for each; goes on where it stopped."),
    ] = None,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="One page that ranks them.")] = None,
    jobs: Annotated[int | None, typer.Option("--jobs", "-j", min=1, help="Processes; as many as cores.")] = None,
    cluster: Annotated[
        str | None, typer.Option(metavar="tcp://…", help="The scheduler of a Dask cluster, instead of processes here.")
    ] = None,
    checks: Checks = None,
) -> None:
    """Audit many repositories: who stands where, and which gap is most common. One that cannot be read costs only itself."""
    from mlops import fleet as command  # noqa: PLC0415  keeps --help light

    raise typer.Exit(command.run(targets, output=output, html=html, jobs=jobs, cluster=cluster, checks=checks or []))


@app.command()
def add(
    what: Annotated[str, typer.Argument(metavar="ASK", help="One of the seven asks: testing, deployment, data, …")],
    path: Annotated[Path, typer.Argument(help="A git repository, or a folder of one.")] = Path(),
    dry: Annotated[bool, typer.Option("--dry-run", help="Show every line first; write nothing.")] = False,
) -> None:
    """Close the gaps of an ask in place, in a repository as it stands; nothing of yours is lost, and `remove` undoes it."""
    from mlops import add as command  # noqa: PLC0415  keeps --help light

    raise typer.Exit(command.run(what, path, dry=dry))


@app.command()
def remove(
    what: Annotated[str, typer.Argument(metavar="ASK", help="What `mlops add` put there.")],
    path: Annotated[Path, typer.Argument(help="A git repository, or a folder of one.")] = Path(),
    dry: Annotated[bool, typer.Option("--dry-run", help="Show every line first; write nothing.")] = False,
) -> None:
    """Take away what `mlops add` put there, and nothing else."""
    from mlops import add as command  # noqa: PLC0415  keeps --help light

    raise typer.Exit(command.take(what, path, dry=dry))


@app.command()
def update(
    path: Annotated[Path, typer.Argument(help="A project that mlops made.")] = Path(),
    ref: Annotated[str | None, typer.Option(metavar="TAG", help="That version, instead of the newest.")] = None,
    check: Annotated[bool, typer.Option("--check", help="Exit with 1 if there is a newer version.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change; write nothing.")] = False,
    finish: Annotated[bool, typer.Option("--finish", help="End an update whose conflicts are resolved.")] = False,
    no_tests: Annotated[bool, typer.Option("--no-tests", help="Finish without running the tests.")] = False,
    trust: Annotated[bool, typer.Option("--trust", help="Let other templates run programs here.")] = False,
) -> None:
    """Merge what is new in the templates into a project: nothing of yours is lost, and it is there whole or not at all."""
    from mlops import update as command  # noqa: PLC0415  keeps --help light

    if (check and (finish or dry_run)) or (finish and (dry_run or ref)):
        raise MlopsError("--check, --dry-run and --finish are three different things", "give one of them")
    if check:
        raise typer.Exit(command.look(path))
    if finish:
        raise typer.Exit(command.end(path, tests=not no_tests))
    raise typer.Exit(command.run(path, ref=ref, trust=trust, dry=dry_run))


@app.command()
def versions(
    fmt: Annotated[ListFormat, typer.Option("--format", "-f", help="How to show it.")] = ListFormat.TEXT,
) -> None:
    """List the template versions that this mlops carries, oldest first, with what each changed."""
    from mlops import versions as command  # noqa: PLC0415  keeps --help light

    raise typer.Exit(command.run(fmt=str(fmt)))


def main() -> None:
    """The entry point: runs a command and turns whatever happens into words and an exit code."""
    gc.disable()  # a command ends before cycles add up; those that read many repositories enable it
    code = run()
    gc.freeze()  # else Python looks for cycles, several times, in all that is about to go: a tenth of an audit
    sys.exit(code)


def run(arguments: list[str] | None = None) -> int:
    """Like ``main``, but gives the exit code back. Without arguments it helps."""
    arguments = (sys.argv[1:] if arguments is None else arguments) or ["--help"]
    try:
        result = typer.main.get_command(app).main(args=arguments, prog_name="mlops", standalone_mode=False)
    except MlopsError as error:
        _say(error.what, error.hint)
        return error.code
    except TyperException as error:
        _say(
            getattr(error, "message", "") or str(error),
            f"mlops --help lists the commands, mlops {_command(arguments)} --help its options",
        )
        return USAGE
    except (typer.Abort, KeyboardInterrupt):
        _say("stopped", "")
        return STOPPED
    except BrokenPipeError:
        sys.stderr.close()
        return FINE
    except Exception:  # noqa: BLE001  the edge: a bug of ours is reported as one
        import traceback  # noqa: PLC0415  loads the tokenizer

        traceback.print_exc()
        _say(
            "this is a bug of mlops, not of your repository",
            "please report it with the lines above",
        )
        return REFUSED
    if result == STOPPED:  # what typer makes of Ctrl-C
        _say("stopped", "")
    return result if isinstance(result, int) else FINE


def _command(arguments: list[str]) -> str:
    """The one that was meant, or one for an example."""
    return (
        arguments[0]
        if arguments[0] in typer.main.get_command(app).commands  # type: ignore[attr-defined]  # it is a group
        else "audit"
    )


def _say(what: str, hint: str) -> None:
    typer.echo(printable(f"mlops: {what}"), err=True)
    if hint:
        typer.echo(printable(f"  {hint}"), err=True)


__all__ = ["GATE", "app", "main", "run"]
