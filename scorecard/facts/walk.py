"""The way from shell text to every command below it: through runners, wrappers, scripts and containers."""

import re
import shlex

from msgspec import Struct, field
from msgspec.structs import replace

from scorecard.facts.execution import Executed, Site
from scorecard.facts.locating import Place
from scorecard.facts.programs import Program, program
from scorecard.facts.world import World
from scorecard.patterns import lazily
from scorecard.readers import shell
from scorecard.readers.wrappers import Inner, Words, normalise, unwrap
from scorecard.runners import RUNNERS, Call, Runner, Task, compose, docker, jobs

MAX_RESULTS = 500
_MAX_STEPS = 10_000
_MAX_LAYERS = 12
# Runners that only give names to commands: where a name leads somewhere, the call itself is no news.
_ALIASES = frozenset(
    {
        "make", "just", "task", "tox", "nox", "poe", "hatch", "pdm", "pixi", "mise", "invoke", "doit", "npm",
        "composer", "rake",
    }
)  # fmt: skip
_STRICT = frozenset({"npm", "poe", "just"})  # a name that their file lacks is an error
_VARIABLE = lazily(r"([A-Za-z_]\w*)=([\w./:@-]+)")
_OTHERS_SCRIPTS = frozenset({"gradlew", "mvnw", "gradlew.bat", "configure", "mill"})
_SHELL_FILES = (".sh", ".bash", ".zsh", ".ps1", ".bat", ".cmd")
_SHELLS = frozenset({"bash", "sh", "zsh", "dash", "source", "."})
_SHEBANG = lazily(r"#!\S*(?:/|env )(?:ba|z|da)?sh\b")
_SILENT = frozenset({"cd", "set", "[", "[[", "fi", "done", "exit", "return", "true", ":"})
_IMPORTED = lazily(r"(?:^|[;\n])\s*(?:from|import)\s+([A-Za-z_][\w.]*)")
_CONTAINER = ("/\0", "")  # a mount that nothing matches: marks that absolute folders are a container's
_DOCKER: Runner = docker
_COMPOSE: Runner = compose


class Walk(Struct, dict=True, eq=False):
    """One expansion; ``pipeline`` is the file from which it started."""

    world: World
    pipeline: str
    out: list[Executed] = field(default_factory=list)
    seen: set[tuple[object, ...]] = field(default_factory=set)
    steps: int = 0

    def _first_time(self, may_fail: bool, *key: object) -> bool:
        """Once each, and once more where a failure counts that did not count before."""
        if (*key, False) in self.seen or (*key, may_fail) in self.seen:
            return False
        self.seen.add((*key, may_fail))
        return True

    @property
    def _is_full(self) -> bool:
        return self.steps > _MAX_STEPS or len(self.out) >= MAX_RESULTS

    def script(self, text: str, site: Site, *, stops: bool = False, pipefail: bool = False) -> None:
        """Every command of a piece of shell text."""
        if site.depth < 0:
            return
        place = site.place
        read = shell.read(
            text,
            site.line,
            folder=place.folder,
            here=place.here,
            name=self.world.repository.name,
            stops=stops,
            pipefail=pipefail,
            container=bool(place.mounts),
        )
        for command in read.commands:
            self.steps += 1
            if self._is_full:
                return
            proof = self.world.evidence(site.path, command.line, command.raw)
            inner = replace(
                site,
                line=command.line,
                place=place.at(command.folder),
                chain=site.at(proof),
                may_fail=site.may_fail or command.may_fail,
                guarded=site.guarded or command.guarded,
                env=command.env or site.env,
            )
            self._command(normalise(command.words), inner)
            self.world.dead_ends.remember(command.words, command.writes, self.pipeline)

    def _command(self, words: Words, site: Site) -> None:
        """One command: a runner's, a wrapped one, or a program."""
        for _ in range(_MAX_LAYERS):
            if not words or self._task(words, site):
                return
            inner = unwrap(words)
            if inner is None:
                break
            if inner.script:
                self.script(inner.script, replace(site, depth=site.depth - 1), stops=inner.stops)
                return
            site = replace(site, place=self._inside(inner, site.place), env=(*site.env, *inner.env))
            words = inner.words
        self._program(words, site)

    def _task(self, words: Words, site: Site) -> bool:
        """Follow what a runner's command line starts; False where it is none, or none that is known."""
        for runner in RUNNERS:
            call = runner.invoked(words)
            if call is None:
                continue
            if runner.NAME == docker.NAME:
                self._build(words, call, site)
                return True
            tasks = self.world.tasks.find(runner, call, site.place)
            if tasks:
                if runner.NAME not in _ALIASES:
                    self._emit(words, site)
                given = _given(words) if runner.NAME == "make" else {}
                for task in tasks:
                    self._follow(runner, _continued(task, call.rest), site, given)
                return True
            if call.file:
                self.world.dead_ends.missing("reads", call.file, site, self.pipeline)
            elif self._lacks(runner, call, words, site):
                return True
        return False

    def _lacks(self, runner: Runner, call: Call, words: Words, site: Site) -> bool:
        """Does the runner's file, which is there, lack a task of this name? It is noted as a dead end."""
        plain = call.names and all(re.fullmatch(r"[\w:.@/-]+", name) for name in call.names)
        if runner.NAME not in _STRICT or not plain or not site.place.sure or unwrap(words):
            return False
        file = self.world.tasks.knows(runner, call, site.place)
        if file:
            self.world.dead_ends.add(site, f"runs {' '.join(words[:3])}, but {file} has no {call.names[0]}")
        return bool(file)

    def start(self, task: Task, site: Site) -> None:
        """A task that is called by its name."""
        runner = next((runner for runner in RUNNERS if task.runner == runner.NAME), None)
        if runner is not None:
            self._follow(runner, task, site)

    def _follow(self, runner: Runner, task: Task, site: Site, given: dict[str, str] | None = None) -> None:
        if site.depth < 0 or self._is_full:
            return
        # Another target of a Dockerfile has others, and so has a script that is given other arguments.
        if not self._first_time(site.may_fail, runner.NAME, task.path, task.name, task.called_from, task.commands):
            return
        tasks = self.world.tasks
        named = task.text or f"{task.name}:"
        way = (self.world.evidence(task.path, task.line, named),) if task.name else ()
        for need in task.needs:
            for other in tasks.find(runner, Call((need,)), Place(tasks.rooted(task.called_from))):
                self._follow(runner, other, site.deeper(site.path, site.line, site.place, *way), given)
        for line, text in task.commands:
            self.script(
                _filled(text, given or {}), site.deeper(task.path, line, self._place_of(task, site)), stops=task.stops
            )

    def _place_of(self, task: Task, site: Site) -> Place:
        here = task.path.rpartition("/")[0]
        if task.mounts or task.runner == docker.NAME:
            return Place("/", here, (*task.mounts, _CONTAINER), sure=False)
        sure = site.place.sure and task.runner not in (compose.NAME, jobs.NAME, "script")
        return Place(self.world.tasks.rooted(task.folder), here, sure=sure)

    def _build(self, words: Words, call: Call, site: Site) -> None:
        """`docker build`: what the Dockerfile runs; its image is remembered for `docker run`."""
        self._emit(words, site)
        here, locator = site.place, self.world.locator
        if re.match(r"\w+://|git@|-\Z", call.folder):
            return
        is_here = call.folder in (".", "./")
        context = here.folder if is_here else locator.path(call.folder, here)
        is_known = bool(context) or is_here or shell.under_root(call.folder) == ""
        if context is None or not is_known or context.startswith("/"):
            return
        file = locator.find(call.file, here) if call.file else locator.find("Dockerfile", here.at(context))
        if not file:
            named = call.file or f"{'' if is_here else call.folder.rstrip('/') + '/'}Dockerfile"
            self.world.dead_ends.missing("builds", named, site, self.pipeline)
            return
        tasks = docker.built_from(self.world.repository, file, context, call.package)
        self.world.images.update(dict.fromkeys(docker.tags(words), tasks))
        for task in tasks:
            if task.name == docker.BUILD:
                self._follow(_DOCKER, task, site)

    def _inside(self, inner: Inner, place: Place) -> Place:
        """The place of a command in a container, or in the folder to which its wrapper went."""
        if inner.service:
            found = self.world.tasks.find(_COMPOSE, Call((f"in {inner.service}",)), place)
            return (
                Place(found[0].folder, place.here, found[0].mounts, sure=False) if found else replace(place, sure=False)
            )
        if inner.image:
            known = self.world.images.get(docker.image_name(inner.image), [])
            return replace(place, mounts=known[0].mounts if known else (), sure=False)
        if inner.folder and inner.folder not in (".", "./"):
            return place.at(self.world.locator.path(inner.folder, place) or None)
        return place

    def _program(self, words: Words, site: Site) -> None:
        if words[:2] == ("docker", "run"):
            self._emit(words, site)
            for task in (t for word in words[2:] for t in self.world.images.get(docker.image_name(word), [])):
                if task.name == docker.START:
                    self._follow(_DOCKER, task, site)
            return
        self.world.dead_ends.check(words, site, self.pipeline)
        found = program(words, site.env)
        module = self._module(found, site) if found else ""
        self._emit(words, site, module)
        if module:
            self._enter(module, words, site)
        elif found and found.path:
            self.world.dead_ends.missing("runs", found.path, site, self.pipeline)

    def _module(self, found: Program, site: Site) -> str:
        """The file of the repository that a program is."""
        locator, place = self.world.locator, site.place
        if found.folder not in ("", ".", "./"):
            place = place.at(locator.path(found.folder, place) or None)
        if found.path:
            bare = "." not in found.path.rpartition("/")[2]
            endings = ("", "/__main__.py", ".py", ".ipynb", ".sql", ".r") if bare else ("",)
            return next((path for end in endings if (path := locator.find(found.path + end, place))), "")
        paths = [value for name, value in site.env if name == "PYTHONPATH"]
        roots = tuple(part for value in paths for part in re.split(r"[:;]", value))
        modules = [found.module] if found.module else _IMPORTED.findall(found.code)
        imported = (path for name in modules if (path := locator.module(name, place, roots)))
        guessed = (path for pattern in found.candidates if (path := locator.glob(pattern, place)))
        return next(imported, "") or next(guessed, "")

    def _enter(self, module: str, words: Words, site: Site) -> None:
        """What the started file runs in its turn."""
        name = module.rpartition("/")[2]
        if name in _OTHERS_SCRIPTS or not self._first_time(site.may_fail, "file", module, site.place.folder):
            return
        place = replace(site.place, here=module.rpartition("/")[0])
        text = self.world.repository.text(module)
        if name.endswith(_SHELL_FILES) or words[0] in _SHELLS or _SHEBANG.match(text):
            flags = "".join(word for word in words[1:3] if re.fullmatch(r"-\w+", word))
            self.script(text, site.deeper(module, 1, place), stops="e" in flags)
        elif name.endswith(".py"):
            for item in self.world.processes(module):
                inner = site.deeper(module, item.line, replace(place, sure=False))
                self.script(item.text, replace(inner, may_fail=inner.may_fail or item.may_fail), stops=True)

    def _emit(self, words: Words, site: Site, module: str = "") -> None:
        if words[0] in _SILENT or not self._first_time(site.may_fail, "out", site.path, site.line, words):
            return
        folder = site.place.folder or ""
        if folder.startswith("/"):
            folder = self.world.locator.path(".", site.place)
        self.out.append(Executed(words, site.chain, site.may_fail, module, folder))


def _continued(task: Task, rest: Words) -> Task:
    """A script with what its call gives it at the end; what runs before and after it gets none of that."""
    if not rest:
        return task
    more = f" {shlex.join(rest)}"
    return replace(task, commands=tuple((n, text + more if n == task.line else text) for n, text in task.commands))


def _given(words: Words) -> dict[str, str]:
    """`make APP=api build`: the variables that a command line sets."""
    return {match[1]: match[2] for word in words[1:] if (match := _VARIABLE.fullmatch(word))}


def _filled(text: str, given: dict[str, str]) -> str:
    """A line of a recipe with the variables of the command line in their places."""
    for name, value in given.items():
        text = text.replace(f"${{{name}}}", value)
    return text
