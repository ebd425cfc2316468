"""Would an installation tomorrow give the same packages as today?"""

from scorecard.asks import VERSIONING
from scorecard.checks import check
from scorecard.facts.dependencies import PYTHON, Dependencies, Manifest
from scorecard.facts.image_installs import ImageInstalls, Install
from scorecard.facts.installs import Installs
from scorecard.facts.vocabulary import ML_LIBRARIES
from scorecard.model import Effort, Finding, Outcome, met, unmet

_LEARNING = frozenset(ML_LIBRARIES) | {"scikit_learn", "numpy", "pandas"}


@check(
    VERSIONING,
    level=1,
    effort=Effort.HOURS,
    question="Is the software environment reproducible: a lock file, or every direct dependency pinned exactly?",
    surprise="A rebuild months later installs other versions, and a model that loaded yesterday fails or predicts differently.",
)
def environment(dependencies: Dependencies, installs: Installs, images: ImageInstalls) -> Finding:
    finding = _declared(dependencies, installs)
    open_ = _open_image(dependencies, installs, images)
    if open_:
        return open_
    return (
        finding
        if finding.outcome is Outcome.MET
        else _deployed(dependencies, images) or _at_home(dependencies) or finding
    )


def _open_image(dependencies: Dependencies, installs: Installs, images: ImageInstalls) -> Finding | None:
    """The images install a machine-learning library by its bare name, which no manifest has: manifests are of helpers."""
    if dependencies.main != PYTHON or not installs.commands or images.installs:
        return None
    declared = {r.name.lower().replace("_", "-") for m in dependencies.manifests for r in m.requirements}
    for line in installs.loose:
        words = (word.strip("'\"\\,").partition("[")[0] for word in line.text.lower().split())
        missing = [w for w in words if w.replace("-", "_") in _LEARNING and w.replace("_", "-") not in declared]
        if missing:
            return unmet(
                f"{line.path} installs {missing[0]} without an exact version, and no manifest has it",
                near=installs.loose,
            )
    return None


def _deployed(dependencies: Dependencies, images: ImageInstalls) -> Finding | None:
    """What runs is what the images install: other manifests may stay open."""
    own = [i for i in images.installs if i.manifest.language == dependencies.main and i.extra <= 1]
    fixed = [i for i in own if i.manifest.fixed]
    open_ = [i for i in own if not i.manifest.fixed and not _repeated(i, fixed)]
    if not fixed or len({i.manifest.path for i in open_}) * 2 > len({i.manifest.path for i in fixed}):
        return None
    first = fixed[0]
    how = f"locked by {first.manifest.lock}" if first.manifest.lock else "which names exact versions only"
    shown = [
        e for i in fixed[:3] for e in (dependencies.evidence(i.manifest.lock or i.manifest.path, _line(i)), i.evidence)
    ]
    return met(f"{first.evidence.path} installs {first.manifest.path}, {how}", shown)


def _repeated(install: Install, fixed: list[Install]) -> bool:
    """Are ranges installed after a file of exact versions of the same folder?"""
    return any(f.manifest.folder == install.manifest.folder for f in fixed)


def _line(install: Install) -> int:
    found = install.manifest.requirements
    return found[0].line if found and not install.manifest.lock else 1


def _at_home(dependencies: Dependencies) -> Finding | None:
    """The component with the machine-learning code is fixed, whatever stands at the root or in helpers."""
    own = [m for m in dependencies.of(dependencies.main) if m.folder]
    ruling = [_nearest(home, own) for home in dependencies.home]
    fixed = [m for m in ruling if m is not None and m.fixed]
    if not fixed or len(fixed) * 3 < len(ruling) * 2:
        return None
    chosen = list(dict.fromkeys(fixed))
    first = chosen[0]
    how = f"locked by {first.lock}" if first.lock else "fixed to exact versions"
    shown = [dependencies.evidence(m.lock or m.path, 1 if m.lock else m.requirements[0].line) for m in chosen[:3]]
    return met(f"the machine-learning code lies in {first.folder}, whose {first.path} is {how}", shown)


def _nearest(folder: str, manifests: list[Manifest]) -> Manifest | None:
    """The manifest of the innermost folder around ``folder``, one that fixes versions before ranges beside it."""
    around = [m for m in manifests if folder == m.folder or folder.startswith(f"{m.folder}/")]
    return max(around, key=lambda m: (len(m.folder), m.fixed), default=None)


def _declared(dependencies: Dependencies, installs: Installs) -> Finding:
    manifests = dependencies.of(dependencies.main)
    if not manifests:
        return _without_manifest(dependencies, installs)
    root = [m for m in manifests if not m.folder]
    decisive = _decisive(root or manifests)
    if root and not any(m.lock for m in decisive):
        decisive += [
            m for m in manifests if m.folder and (m.path.endswith((".yml", ".yaml")) or _is_home([m], dependencies))
        ]
    locked = [m for m in decisive if m.lock]
    loose = [m for m in decisive if not m.fixed]
    if root and locked and not locked[0].folder:
        loose = []  # the lock file is what the project installs from; beside it stand exports and ranges for others
    if loose and (root or len(loose) > len(decisive) * 0.15 or _is_home(loose, dependencies)):
        return _loose(dependencies, loose, len(decisive))
    if locked:
        first = locked[0]
        where = (
            f"{first.path} is locked by {first.lock}"
            if first.path != first.lock
            else f"{first.path} locks every package"
        )
        others = f", and so are {len(locked) - 1} other manifests" if len(locked) > 1 else ""
        return met(
            where + others, (*(dependencies.evidence(m.lock) for m in locked[:3]), *installs.of_lock(first.lock)[:3])
        )
    fixed = [m for m in decisive if m.requirements]
    count = sum(len(m.requirements) for m in fixed)
    evidence = [dependencies.evidence(m.path, r.line) for m in fixed for r in m.requirements[:2]]
    return met(
        f"all {count} direct dependencies have an exact version, in {fixed[0].path}"
        + (" and elsewhere" if len(fixed) > 1 else ""),
        evidence,
    )


def _decisive(manifests: list[Manifest]) -> list[Manifest]:
    """What is installed from: a resolver's output stands for the ranges that it was made from."""
    out = []
    for manifest in manifests:
        beside = [m for m in manifests if m.folder == manifest.folder and m.path != manifest.path and m.requirements]
        names = {r.name.lower().replace("_", "-").partition("[")[0] for r in manifest.requirements}
        repeats = manifest.path.rpartition("/")[2] in (
            "setup.py",
            "setup.cfg",
            "pyproject.toml",
        ) or manifest.path.endswith(".in")
        covered = any(
            not m.loose and (names <= listed or (repeats and len(names & listed) * 2 >= len(names)))
            for m in beside
            for listed in [{r.name.lower().replace("_", "-").partition("[")[0] for r in m.requirements}]
        )
        if manifest.fixed or not covered:
            out.append(manifest)
    return out


def _is_home(loose: list[Manifest], dependencies: Dependencies) -> bool:
    """Does one of them lie where most of the system's machine-learning code is?"""
    return any(
        m.folder and any(h == m.folder or h.startswith(m.folder + "/") for h in dependencies.home) for m in loose
    )


def _loose(dependencies: Dependencies, loose: list[Manifest], total: int) -> Finding:
    first = max(loose, key=lambda m: len(m.loose))
    names, example = len(first.loose), first.loose[0]
    verb = "has" if names == 1 else "have"
    text = f"{names} of {len(first.requirements)} requirements in {first.path} {verb} no exact version, e.g. {example.name} at line {example.line}"
    if len(loose) > 1:
        text += f"; {len(loose)} of {total} manifests are open, and no lock file covers them"
    orphan = next((o for o in dependencies.orphans), "")
    if orphan:
        text += f"; {orphan} belongs to no manifest"
    near = [dependencies.evidence(m.path, m.loose[0].line) for m in [first, *(m for m in loose if m is not first)]]
    return unmet(
        text, near=near, looked_in=("lock files", "requirement files", "conda environments", "package manifests")
    )


def _without_manifest(dependencies: Dependencies, installs: Installs) -> Finding:
    if dependencies.main == PYTHON and installs.commands and not installs.loose:
        return met("the image installs only exact versions", installs.commands)
    if dependencies.main == PYTHON and installs.loose:
        return unmet(
            "no manifest declares the dependencies; they are installed by commands without exact versions",
            near=installs.loose,
        )
    others = [m.path for m in dependencies.manifests if not m.aside]
    text = f"nothing fixes the versions of what the {dependencies.main.title().replace('script', 'Script')} code needs"
    if dependencies.orphans:
        text += f"; {dependencies.orphans[0]} belongs to no manifest"
    elif others:
        text += f"; {others[0]} covers another part"
    return unmet(text, looked_in=("lock files", "requirement files", "conda environments", "Dockerfiles"))
