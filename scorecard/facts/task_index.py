"""Every task of every runner, found by the folder from which it is called. Each file is read once, when first
needed."""

from fnmatch import fnmatchcase
from functools import cached_property

from msgspec import Struct, field

from scorecard.facts.locating import Locator, Place
from scorecard.repository import Repository
from scorecard.runners import RUNNERS, Call, Runner, Task
from scorecard.runners.package_json import NAME as NPM
from scorecard.runners.package_json import workspaces

_STAYS = frozenset(
    {"make", "tox", "nox", "docker", "jobs", "procfile", "mlflow", "dvc"}
)  # do not look in parent folders
_MOST_FILES = 300

Homes = dict[str, dict[str, list[Task]]]


class TaskIndex(Struct, dict=True, eq=False):
    repository: Repository
    locator: Locator
    _homes: dict[str, Homes] = field(default_factory=dict)
    _files: dict[tuple[str, str], list[Task]] = field(default_factory=dict)

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        out: dict[str, list[str]] = {}
        for path in self.repository.own:
            out.setdefault(self.repository.rooted(path).rpartition("/")[2].lower(), []).append(path)
        return out

    def files(self, runner: Runner) -> list[str]:
        """The runner's files; plain names are looked up, only patterns are matched."""
        plain = [name for name in runner.FILES if not set(name) & set("*?[/")]
        found = {path for name in plain for path in self._by_name.get(name.lower(), [])}
        patterns = [name for name in runner.FILES if name not in plain]
        found.update(self.repository.glob(*patterns) if patterns else ())
        return sorted(found, key=lambda path: (path.count("/"), path))[:_MOST_FILES]

    def of_file(self, runner: Runner, path: str) -> list[Task]:
        key = (runner.NAME, path)
        if key not in self._files:
            self._files[key] = list(runner.tasks(self.repository, path))
        return self._files[key]

    def homes(self, runner: Runner) -> Homes:
        if runner.NAME not in self._homes:
            homes: Homes = {}
            for path in self.files(runner):
                for task in self.of_file(runner, path):
                    homes.setdefault(self.rooted(task.called_from), {}).setdefault(task.name, []).append(task)
            self._homes[runner.NAME] = homes
        return self._homes[runner.NAME]

    def rooted(self, folder: str) -> str:
        return self.repository.rooted(f"{folder}/_").rpartition("/")[0] if folder else ""

    def all(self) -> list[Task]:
        """Every task of every runner, for those who ask what a repository offers."""
        return [
            task
            for runner in RUNNERS
            for tasks in self.homes(runner).values()
            for same in tasks.values()
            for task in same
            if task.name
        ]

    def find(self, runner: Runner, call: Call, place: Place) -> list[Task]:
        """The tasks that ``call`` starts at ``place``, in order; [] where it is not certain which they
        are."""
        names = call.names or ("",)
        if call.file:
            path = self.locator.find(call.file, place)
            tasks: dict[str, list[Task]] = {}
            for task in self.of_file(runner, path) if path else []:
                tasks.setdefault(task.name, []).append(task)
            return _named(tasks, names)
        homes = self.homes(runner)
        if not homes:
            return []
        if call.anywhere:
            return next((found for tasks in homes.values() if (found := tasks.get(names[0], []))), [])[:1]
        if call.package and runner.NAME == NPM:
            folders = [path.rpartition("/")[0] for path in workspaces(self.repository, call.package)]
            return [task for folder in folders for task in _named(homes.get(self.rooted(folder), {}), names)]
        for folder in self._folders(runner, call, place):
            if found := _named(homes.get(folder, {}), names):
                return found
        if place.folder is None and not call.folder:
            fitting = [found for tasks in homes.values() if (found := _named(tasks, names))]
            return fitting[0] if len(fitting) == 1 else []
        return []

    def _folders(self, runner: Runner, call: Call, place: Place) -> list[str]:
        folder = place.folder
        if call.folder:
            folder = self.locator.path(call.folder, place) if not _is_here(call.folder) else place.folder
            if not folder and not _is_here(call.folder) and call.folder.strip("./"):
                return []
        elif folder and folder.startswith("/"):
            folder = self.locator.path(".", place)
        if folder is None:
            return []
        if runner.NAME in _STAYS:
            return [folder]
        parts = folder.split("/") if folder else []
        return ["/".join(parts[:i]) for i in range(len(parts), -1, -1)]

    def knows(self, runner: Runner, call: Call, place: Place) -> str:
        """The runner's file that the call would read and that lacks the task, "" if there is none."""
        if call.file or call.package or call.anywhere or place.folder is None:
            return ""
        for folder in self._folders(runner, call, place):
            tasks = self.homes(runner).get(folder, {})
            for same in tasks.values():
                return same[0].path
        return ""


def _is_here(folder: str) -> bool:
    return folder in (".", "./")


def _named(tasks: dict[str, list[Task]], names: tuple[str, ...]) -> list[Task]:
    """The tasks of these names, of which the first must be there: later ones may be arguments."""
    out: list[Task] = []
    for index, name in enumerate(names):
        found = tasks.get(name) or _fitting(tasks, name)
        if not found and not index and len(names) > 1 and any("::" in other for other in names):
            continue  # `just module recipe`
        if not found and not out:
            return []
        out += found
    return list(dict.fromkeys(out))


def _fitting(tasks: dict[str, list[Task]], name: str) -> list[Task]:
    if not name:
        return []
    if "*" in name:
        return [task for other, same in tasks.items() if other and fnmatchcase(other, name) for task in same]
    for pattern, same in tasks.items():
        if "%" in pattern and fnmatchcase(name, pattern.replace("[", "[[]").replace("%", "*")):
            return same
    return []
