"""Templates and answers to files. Only this module knows copier, and imports it when there is something to render:
that takes 0.4 s, which no other command shall pay."""

import os
import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scaffolder import git
from scaffolder.errors import BadAnswer, Refused
from scaffolder.source import Source

ANSWERS = ".copier-answers.yml"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is known before anybody is asked."""

    given: Mapping[str, Any] = field(default_factory=dict)  # must be taken as they are, or be refused
    earlier: Mapping[str, Any] = field(default_factory=dict)  # of another version: dropped where no longer valid
    proposed: Mapping[str, Any] = field(default_factory=dict)  # instead of the template's defaults
    ask: bool = False
    trust: bool = False
    file: str = ANSWERS


def render(source: Source, folder: Path, scratch: Path, wish: Wish) -> dict[str, Any]:
    """Write the files of ``source`` into ``folder`` and give all answers. Raises Refused, BadAnswer.

    Everything that copier makes on the way lies in ``scratch``, which the caller throws away.
    """
    import copier  # noqa: PLC0415  see above
    import yaml  # noqa: PLC0415  the build hook has none

    folder.mkdir(parents=True, exist_ok=True)
    if wish.earlier:
        # Seeded as a file, not passed as data: copier then drops what a newer version does not know any more.
        known = {key: value for key, value in wish.earlier.items() if not key.startswith("_")}
        (folder / wish.file).write_text(yaml.safe_dump(known, allow_unicode=True), encoding="utf-8")
    given = dict(wish.given)
    with _surroundings(source, scratch), _compiled_once(), _no_index(), _words(source, wish):
        while True:
            try:
                worker = copier.run_copy(
                    source.url,
                    folder,
                    answers_file=wish.file,
                    data=given,
                    user_defaults=dict(wish.proposed),
                    vcs_ref=source.ref,
                    settings=copier.Settings(),  # with a user's own the same command would make another project
                    defaults=not wish.ask,
                    overwrite=True,
                    quiet=True,
                    unsafe=wish.trust,
                )
                break
            except TypeError as error:
                if not _split(given, str(error)):
                    raise
        asked = {name for name in worker.template.questions_data if not name.startswith("_")}
    _unknown(sorted(set(wish.given) - asked), sorted(asked))
    return answers(folder, wish.file)


def answers(folder: Path, file: str = ANSWERS) -> dict[str, Any]:
    """What a rendered folder says of how it was made; nothing if it does not say."""
    path = folder / file
    return answered(path.read_bytes()) if path.is_file() else {}


def answered(text: str | bytes) -> dict[str, Any]:
    """The same of the text of an answers file."""
    import yaml  # noqa: PLC0415  see above

    said = yaml.safe_load(text)
    return said if isinstance(said, dict) else {}


def _split(given: dict[str, Any], said: str) -> bool:
    """Make `github,gitlab` a list where copier wants one. Only the template knows that a question takes several answers."""
    refused = said.removeprefix("Not a YAML list: ")
    names = [name for name, value in given.items() if isinstance(value, str) and repr(value) == refused]
    for name in names:
        given[name] = [part.strip() for part in given[name].split(",") if part.strip()]
    return bool(names)


def _unknown(names: list[str], asked: list[str]) -> None:
    if names:
        import difflib  # noqa: PLC0415  for the mistake alone

        near = difflib.get_close_matches(names[0], asked, 1)
        hint = f"did you mean {near[0]}?" if near else f"the template asks for {', '.join(asked)}"
        raise BadAnswer(f"the template has no question {names[0]}", hint)


@contextmanager
def _surroundings(source: Source, scratch: Path) -> Iterator[None]:
    """git and copier see neither the caller's repository nor, for our templates, the user's configuration."""
    import tempfile  # noqa: PLC0415

    from plumbum import local  # noqa: PLC0415  copier's processes get this environment, a copy from when it was imported

    env = git.environment(source.config, alone=source.ours)
    env["GIT_CEILING_DIRECTORIES"] = str(scratch)  # the project may lie inside another repository
    # Its mirrors are shared by all versions of copier and by all runs, and two runs at a time break them (4 of 24).
    env["COPIER_CACHE_DIR"] = str(scratch / "cache")
    before, folder = dict(os.environ), tempfile.tempdir
    tempfile.tempdir = str(scratch)
    try:
        _become(env)
        with local.env():
            local.env.clear()
            local.env.update(env)
            yield
    finally:
        _become(before)
        tempfile.tempdir = folder


@contextmanager
def _compiled_once() -> Iterator[None]:
    """copier has each part of each path compiled anew, a thousand times the same few strings: half of a rendering."""
    from jinja2 import Environment  # noqa: PLC0415  see above

    compiled: dict[tuple[Environment, str], Any] = {}
    real = Environment.compile

    def compile_once(self: Environment, source: Any, *arguments: Any, **named: Any) -> Any:
        if arguments or named or not isinstance(source, str):
            return real(self, source, *arguments, **named)
        if (self, source) not in compiled:
            compiled[self, source] = real(self, source)
        return compiled[self, source]

    Environment.compile = compile_once  # type: ignore[method-assign]
    try:
        yield
    finally:
        Environment.compile = real  # type: ignore[method-assign]


@contextmanager
def _no_index() -> Iterator[None]:
    """After each file copier starts git to mend its mode in an index: a fifth of a rendering, and where we render there is none."""
    from copier._main import Worker  # noqa: PLC0415  see above

    name = "_sync_git_index_executable_bit"
    real = getattr(Worker, name, None)
    if real is None:  # in other versions of copier
        yield
        return
    setattr(Worker, name, lambda *_: None)
    try:
        yield
    finally:
        setattr(Worker, name, real)


def _become(env: Mapping[str, str]) -> None:
    for name in set(os.environ) - set(env):
        del os.environ[name]
    os.environ.update(env)


@contextmanager
def _words(source: Source, wish: Wish) -> Iterator[None]:
    """What copier and its processes raise, in words for people. What remains is a mistake in the template or ours."""
    from copier import errors  # noqa: PLC0415  see above
    from jinja2 import TemplateError  # noqa: PLC0415
    from plumbum import ProcessExecutionError  # noqa: PLC0415

    name = "the template" if source.ours else f"the template {source.url}"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of shallow and dirty templates: our notes say what matters
            yield
    except errors.UnsafeTemplateError:
        raise Refused(
            f"{name} wants to run programs of its own here",
            "read what it runs, and if you trust whoever wrote it, add --trust",
        ) from None
    except errors.InteractiveSessionError:
        raise BadAnswer("there is nobody to ask", "--defaults, --data NAME=VALUE or --answers FILE answer") from None
    except ProcessExecutionError as error:
        at = f" at {source.ref}" if source.ref else ""
        raise git.failure(f"{name} cannot be fetched{at}", str(error.stderr).strip() or str(error)) from None
    except errors.TaskError as error:
        raise Refused(f"{name} stopped: {error}") from None
    except (errors.UserMessageError, errors.ConfigFileError, errors.PathError, TemplateError) as error:
        if source.ours:
            raise
        raise Refused(f"{name} is at fault: {error}") from None
    except (ValueError, TypeError) as error:
        said = _of_value(str(error), name, wish)
        if source.ours and not isinstance(said, BadAnswer):
            raise
        raise said from None


def _of_value(said: str, name: str, wish: Wish) -> Refused:
    """copier raises ValueError for an answer that it does not take, with the question's name in quotes."""
    if said.startswith("Unknown revision"):
        return Refused(f"{name} has no version {said.partition(': ')[2].strip(chr(39))}")
    if said.startswith("Local template must"):
        return Refused(f"{name} is no folder and no repository", "check the address after --template")
    named = re.search(r"""(?:[Qq]uestion|choice for) ['"](\w+)['"]""", said)
    if not named:
        for question, value in wish.given.items():
            if repr(value) in said:  # of another type than the question: copier names only what it could not convert
                return BadAnswer(f"{question} cannot be {value!r}", f"give another one: --data {question}=…")
        return Refused(f"{name} is at fault: {said}")
    question = named[1]
    complaint = said.partition(": ")[2] or "must be answered"
    if choices := re.search(r" is not in \[(.*)\]$", complaint):
        complaint = "must be one of " + choices[1].replace("'", "")
    value = wish.given.get(question, wish.proposed.get(question))
    shown = f" {value!r}" if isinstance(value, str) else ""
    return BadAnswer(f"{question}{shown} {complaint}", f"give another one: --data {question}=…")
