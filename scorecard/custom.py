"""Checks of a team's own: folders that the user names, and packages installed beside us. What is audited has no say in it.

A folder is laid out like ``scorecard/checks``: ``<ask>/<name>.py`` beside ``<ask>/<name>.md``. Its name is the namespace of its
criteria: ``tools/acme/testing/naming.py`` answers ``acme/testing.naming``. A package says its namespace by the name of an
entry point of the group ``sevenasks.checks`` whose value is the package.
"""

import importlib
import importlib.util
import re
import sys
from collections.abc import Iterable, Iterator
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter
from importlib.machinery import ModuleSpec
from pathlib import Path

from msgspec.structs import replace

from scorecard import beside
from scorecard.asks import ASKS
from scorecard.checks import Broken, Check, all_checks, in_order
from scorecard.model import Ask, Effort, Finding

_ASKS = {ask.id: ask for ask in ASKS}
_NAMESPACE = re.compile(r"[a-z][a-z0-9-]*")


class BadChecks(Exception):
    """A folder or a package of checks that cannot be used at all: what is wrong, and what to do."""

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(what)
        self.what, self.hint = what, hint


def with_ours(folders: Iterable[Path] = ()) -> dict[str, Check]:
    """Our checks, those of packages installed beside us, and those in ``folders``, by id. Runs their modules. Raises BadChecks.

    One that cannot be imported, or breaks a rule of the collection, stays as a check that breaks: an error finding, not a lost report.
    """
    return _with_ours(tuple(dict.fromkeys(folder.resolve() for folder in folders)))


@lru_cache(maxsize=8)
def _with_ours(folders: tuple[Path, ...]) -> dict[str, Check]:
    places = [*_installed(), *((_namespace(folder.name, str(folder)), folder, "") for folder in folders)]
    if not places:
        return all_checks()
    theirs: list[Check] = []
    for namespace, folder, package in places:
        if any(check.namespace == namespace for check in theirs):
            raise BadChecks(f"{folder}: there are checks of {namespace} already", "give the folder another name")
        theirs += _gathered(namespace, folder, package)
    return in_order([*all_checks().values(), *_standing(theirs)])


def _namespace(name: str, where: str) -> str:
    namespace = name.lower().replace("_", "-")
    if not _NAMESPACE.fullmatch(namespace):
        hint = "a name of letters, digits and hyphens: it goes before its criteria, as in acme/testing.naming"
        raise BadChecks(f"{where}: {name!r} cannot be a namespace", hint)
    return namespace


def _gathered(namespace: str, folder: Path, package: str) -> Iterator[Check]:
    """The checks of one folder; ``package`` is its name where it is an installed one."""
    if not folder.is_dir():
        raise BadChecks(f"there is no folder {folder}", "checks lie in FOLDER/testing/NAME.py, each beside its NAME.md")
    files = [path for path in sorted(folder.glob("*/*.py")) if not path.name.startswith("_")]
    for path in files:
        if path.parent.name not in _ASKS:
            raise BadChecks(
                f"{path}: {path.parent.name} is none of the seven asks",
                f"a check lies in a folder called {', '.join(_ASKS)}; a helper's name begins with _",
            )
    if not files:
        hint = "checks lie in FOLDER/testing/NAME.py, each beside its NAME.md"
        raise BadChecks(f"{folder} holds no check", hint)
    for path in files:
        ask = _ASKS[path.parent.name]
        try:
            yield replace(_one(package or _mounted(folder), path, ask), namespace=namespace)
        except (Exception, SystemExit) as error:  # noqa: BLE001  whatever a module does when it is imported
            yield _broken(namespace, ask, path.stem, _told(error, path))


def _one(package: str, path: Path, ask: Ask) -> Check:
    """The check in a file, held to the rules of the collection. Raises Broken, or whatever importing it raises."""
    writes, sys.dont_write_bytecode = sys.dont_write_bytecode, True  # the folder may be part of what is audited
    try:
        module = importlib.import_module(f"{package}.{ask.id}.{path.stem}")
    finally:
        sys.dont_write_bytecode = writes
    check = vars(module).get(path.stem)
    if not isinstance(check, Check) or check.run.__name__ != path.stem:
        raise Broken(f"{path} holds no check called {path.stem}: a check is named like its file")
    if check.ask != ask:
        raise Broken(f"{path} answers {check.ask.id}, and lies in the folder of {ask.id}")
    if check.level not in (1, 2, 3):
        raise Broken(f"{path}: its level is {check.level}, not 1, 2 or 3")
    if not path.with_suffix(".md").is_file():
        raise Broken(f"{path} has no page: {path.stem}.md beside it")
    return check


def _mounted(folder: Path) -> str:
    """The folder as a package of its own name, so that its modules may import each other and hide none of anybody else's."""
    from hashlib import sha256  # noqa: PLC0415  only who names such folders pays for it

    name = f"_checks_{sha256(str(folder).encode()).hexdigest()[:12]}"
    if name not in sys.modules:
        spec = ModuleSpec(name, None, is_package=True)
        spec.submodule_search_locations = [str(folder)]
        sys.modules[name] = importlib.util.module_from_spec(spec)
    return name


def _standing(checks: list[Check]) -> Iterator[Check]:
    """The checks whose references can be followed; the others as broken ones."""
    known = {check.id for check in checks} | all_checks().keys()
    circle: set[str] = set()
    try:
        TopologicalSorter({c.id: c.after for c in checks}).prepare()
    except CycleError as error:
        circle = set(error.args[1])
    for check in checks:
        lost = sorted({*check.needs, *check.after} - known)
        if lost:
            yield _broken(check.namespace, check.ask, check.run.__name__, f"it names {lost[0]}, which is no criterion")
        elif circle:  # rare enough for all of them to wait until it is mended
            why = f"these wait for each other: {', '.join(sorted(circle))}"
            yield _broken(check.namespace, check.ask, check.run.__name__, why) if check.after else check
        else:
            yield check


def _broken(namespace: str, ask: Ask, name: str, why: str) -> Check:
    def run() -> Finding:
        raise Broken(why)

    run.__name__, run.__module__ = name, ""
    question = "It cannot be read: what does this check ask?"
    return Check(run, ask, 1, Effort.HOURS, question, "Nothing is known of it.", namespace=namespace)


def _told(error: BaseException, path: Path) -> str:
    if isinstance(error, Broken):
        return str(error)
    line = error.__traceback__
    at = str(path)
    while line is not None:
        if Path(line.tb_frame.f_code.co_filename) == path:
            at = f"{path}:{line.tb_lineno}"
        line = line.tb_next
    return f"{type(error).__name__}: {error} ({at})"


def _installed() -> Iterator[tuple[str, Path, str]]:
    """Namespace, folder and package of each entry point of ours."""
    for file in beside.files():
        from importlib.metadata import PathDistribution  # noqa: PLC0415  30 ms, and hardly anybody has one

        for point in PathDistribution(file.parent).entry_points.select(group=beside.GROUP):
            spec = importlib.util.find_spec(point.value)
            places = list(spec.submodule_search_locations or ()) if spec else []
            if not places:
                hint = f"pip uninstall {file.parent.name.partition('-')[0]}, or mend it"
                raise BadChecks(f"{file}: {point.value} is no package of checks", hint)
            yield _namespace(point.name, str(file)), Path(places[0]), point.value
