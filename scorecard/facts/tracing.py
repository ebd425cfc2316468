"""Where the running system sends traces, and whether single runs with their inputs and outputs can be seen there."""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Self

from msgspec import Struct

from scorecard.facts.called import is_called
from scorecard.facts.code import Code, Hit
from scorecard.facts.settings import SettingLine, Settings
from scorecard.facts.tracing_backends import BACKENDS, CALLBACK_NAMES, NEEDS_OPTION, WRAPPERS, Backend
from scorecard.model import Evidence
from scorecard.paths import is_demo
from scorecard.patterns import lazily

_BY_NAME = {backend.name: backend for backend in BACKENDS}
_OFFLINE = lazily(r"(?:^|/)(?:evals?|evaluations?|evaluators?|benchmarks?)(?:/|[_.-])|(?:^|/)eval(?:uate)?_\w+\.\w+$")
_OWN_NAMES = frozenset({"agents"})  # import names that repositories also give to their own folders
_ON = frozenset({"true", "1", "yes", "on", "?"})  # "?" is what code computes: it is wired, if optional


class Sender(Struct, frozen=True):
    """One place that sends traces: where it stands, and the call behind it if it is code.

    ``content`` is true where inputs and outputs are recorded, false where only timings are;
    ``offline`` where only an evaluation, a demo or a notebook does it.
    """

    evidence: Evidence
    content: bool
    offline: bool
    hit: Hit | None = None


class Trace(Struct, frozen=True):
    """One backend with everything that sends to it, system code first, and where it is set up."""

    backend: Backend
    senders: tuple[Sender, ...]
    setup: tuple[Evidence, ...] = ()

    @property
    def content(self) -> tuple[Sender, ...]:
        """The senders that record inputs and outputs."""
        return tuple(s for s in self.senders if s.content)

    @property
    def live(self) -> bool:
        """Does system code send, and not only an evaluation, a demo or a notebook?"""
        return any(not s.offline for s in self.senders)

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """One line per file, then the set-up."""
        first: dict[str, Evidence] = {}
        for sender in self.senders:
            first.setdefault(sender.evidence.path, sender.evidence)
        return tuple(dict.fromkeys((*list(first.values())[:4], *self.setup[:1])))


class Tracing(Struct, frozen=True):
    """``traces`` by backend, those of system code first; ``idle`` are set-ups of backends that nothing sends to."""

    traces: tuple[Trace, ...]
    idle: tuple[Evidence, ...]

    @classmethod
    def gather(cls, code: Code, settings: Settings) -> Self:
        sent: dict[str, list[Sender]] = defaultdict(list)
        for backend in BACKENDS:
            sent[backend.name] += _calls(code, backend)
            sent[backend.name] += _switches(code, settings, backend)
        for name, sender in (*_callbacks(code, settings), *_wrappers(settings)):
            sent[name].append(sender)
        traces, idle = [], []
        for name, senders in sent.items():
            setup = code.quote(code.calls(*_BY_NAME[name].setup))
            if senders:
                senders.sort(key=lambda s: (s.offline, not s.content))
                traces.append(Trace(_BY_NAME[name], tuple(senders), tuple(setup)))
            else:
                idle += setup
        idle += [line.evidence for line in settings.named(*_SWITCHES)]
        traces.sort(key=lambda trace: (not trace.live, not trace.content))
        return cls(tuple(traces), tuple(dict.fromkeys(idle)))

    @property
    def live(self) -> tuple[Trace, ...]:
        """The backends to which system code sends, be it timings or content."""
        return tuple(trace for trace in self.traces if trace.live)

    @property
    def recording(self) -> tuple[Trace, ...]:
        """The backends to which system code sends inputs and outputs."""
        return tuple(t for t in self.traces if any(not s.offline for s in t.content))

    @property
    def noted(self) -> tuple[Trace, ...]:
        """The backends to which notebooks send inputs and outputs: evidence where notebooks are all there is."""
        return tuple(t for t in self.traces if any(not is_offline(s.evidence.path) for s in t.content))

    @property
    def viewers(self) -> tuple[Trace, ...]:
        """Those of ``recording`` where a person can look at a single run."""
        return tuple(trace for trace in self.recording if trace.backend.viewer)


_SWITCHES = tuple(name for backend in BACKENDS for name in backend.switches)


def is_offline(path: str) -> bool:
    """Does the path alone say that this runs beside the system: an evaluation, a benchmark, a demo?"""
    return bool(_OFFLINE.search(path)) or is_demo(path)


def _calls(code: Code, backend: Backend) -> Iterator[Sender]:
    found = [(hit, True) for hit in code.calls(*backend.content)]
    found += [(hit, True) for hit in code.uses(*backend.modules)]
    if backend.hosts:
        found += [(hit, True) for hit in code.texts("|".join(re.escape(host) for host in backend.hosts))]
    found += [(hit, False) for hit in (*code.calls(*backend.timing), *code.uses(*backend.timing_modules))]
    called = {(hit.path, hit.scope, hit.name) for hit, _ in found if hit.call is not None}
    needed = NEEDS_OPTION.get(backend.name)
    for hit, content in found:
        if hit.call is None and (hit.path, hit.scope, hit.name) in called:
            continue  # a decorator with arguments is seen twice: as a call and on its function
        if needed and (hit.call is None or hit.call.kwarg(*needed) in (None, "0", "0.0", "False", "None")):
            continue
        if not content and hit.call is not None and not is_called(code, hit.source, hit.scope):
            continue  # a set-up that nobody asks for
        root = hit.name.partition(".")[0]
        if root in _OWN_NAMES and code.module(root):
            continue
        yield Sender(code.evidence(hit), content, is_offline(hit.path) or hit.source.notebook, hit)


# A run of tests in CI may be traced; the application that users ask is not there.
_OF_CI = lazily(
    r"(?:^|/)\.(?:github|gitlab|circleci|buildkite|azdo|azure-pipelines|azuredevops)/"
    r"|(?:^|/)(?:\.gitlab-ci|azure-pipelines|bitbucket-pipelines|\.travis)[\w.-]*$"
)


def _switches(code: Code, settings: Settings, backend: Backend) -> Iterator[Sender]:
    """Environment variables that are set to true where the system runs, for libraries that heed them."""
    lines = [
        line
        for line in settings.named(*backend.switches)
        if line.applies and line.value.lower() in _ON and not _OF_CI.search(line.evidence.path)
    ]
    if lines and code.uses(*backend.switched):
        for line in lines:
            yield Sender(line.evidence, content=True, offline=is_offline(line.evidence.path))


def _callbacks(code: Code, settings: Settings) -> Iterator[tuple[str, Sender]]:
    """Backends named by a word: `litellm.success_callback = ["langfuse"]`, `set_global_handler("opik")`."""
    for source in code.sources:
        lines = {
            a.line for a in source.assigns if a.target.rpartition(".")[2] in ("success_callback", "callbacks")
            and a.target.startswith("litellm.")
        }  # fmt: skip
        for text in source.texts if lines else ():
            name = CALLBACK_NAMES.get(text.value)
            if name and text.line in lines:
                yield name, Sender(code.evidence(source, text.line), content=True, offline=is_offline(source.path))
    for hit in code.calls("*.set_global_handler", "set_global_handler"):
        name = CALLBACK_NAMES.get(hit.call.string()) if hit.call else None
        if name:
            yield name, Sender(code.evidence(hit), content=True, offline=is_offline(hit.path), hit=hit)
    for line in settings.named("success_callback", "callbacks"):
        for word in re.findall(r"\w+", line.value):
            if word in CALLBACK_NAMES:
                yield CALLBACK_NAMES[word], Sender(line.evidence, content=True, offline=False)


def _wrappers(settings: Settings) -> Iterator[tuple[str, Sender]]:
    """Programs that trace the process they start."""
    for word, evidence in settings.words(WRAPPERS):
        yield WRAPPERS[word], Sender(evidence, content=False, offline=is_offline(evidence.path))


__all__ = ["Sender", "SettingLine", "Trace", "Tracing", "is_offline"]
