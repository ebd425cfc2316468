"""One more file that `.gitlab-ci.yml` includes; every other byte of it stays as it is."""

import re
from typing import Any

_TESTS = re.compile(r"test|check|verify|quality", re.IGNORECASE)
_BUILDS = re.compile(r"build|image|package|docker", re.IGNORECASE)
_KEYWORDS = {
    "default", "include", "stages", "variables", "workflow", "image", "services", "cache", "before_script", "after_script", "pages", "spec", "types", "true", "false", "nil",
}  # fmt: skip
_USUAL = ("build", "test", "deploy")
_PYTHON = re.compile(r"python|conda|mamba|poetry|\buv\b", re.IGNORECASE)


def stage(text: str, *, builds: bool = False) -> str:
    """The stage in which tests belong, or what ``builds``: one that the file declares, else GitLab's own."""
    top = dict(_top(text))
    declared = top.get("stages")
    names = (
        [item.value for item in declared.value] if declared is not None and isinstance(declared.value, list) else _USUAL
    )
    return next((name for name in names if (_BUILDS if builds else _TESTS).search(name)), names[0] if names else "test")


def job_name(text: str, name: str) -> str:
    """``name``, or another where it means something in the file already: two jobs of one name would become one."""
    taken = _KEYWORDS | {key for key, _ in _top(text)}
    return next(one for one in (name, f"{name}-job", *(f"{name}-{n}" for n in range(2, 99))) if one not in taken)


def has_python(text: str) -> bool:
    """Does the file give all jobs an image in which there is Python?"""
    top = dict(_top(text))
    default = top.get("default")
    inner = (
        {key.value: value for key, value in default.value} if default is not None and default.id == "mapping" else {}
    )
    image = inner.get("image", top.get("image"))
    if image is None:
        return False
    return bool(_PYTHON.search(text[image.start_mark.index : image.end_mark.index]))


def included(text: str, path: str) -> str | None:
    """``text`` that includes ``path`` too; None where that can't be done for certain."""
    end = "\r\n" if "\r\n" in text else "\n"
    try:
        top = dict(_top(text, strict=True))
    except ValueError:
        return None
    node = top.get("include")
    if node is None:
        head = text if not text or text.endswith("\n") else text + end
        return f"{head}{end if head else ''}include:{end}  - local: {path}{end}"
    if node.id == "scalar" and node.start_mark.line == node.end_mark.line and node.style not in {"|", ">"}:
        start, stop = node.start_mark.index, node.end_mark.index
        return f"{text[:start].rstrip(' ')}{end}  - {text[start:stop]}{end}  - local: {path}{text[stop:]}"
    if node.id != "sequence" or not node.value:
        return None
    last = node.value[-1].end_mark.index
    if node.flow_style:
        return f"{text[:last]}, {{local: {path}}}{text[last:]}"
    column = " " * node.start_mark.column
    stop = len(text[:last].rstrip()) if text[:last].endswith(("\n", " ")) else last
    stop = text.find("\n", stop) + 1 or len(text)
    head = text[:stop] if text[:stop].endswith("\n") else text[:stop] + end
    return f"{head}{column}- local: {path}{end}{text[stop:]}"


def _top(text: str, *, strict: bool = False) -> list[tuple[str, Any]]:
    """The keys at the top with their nodes. A file of several documents, or none that parses, has none."""
    import yaml  # noqa: PLC0415  the build hook has none

    try:
        documents = list(yaml.compose_all(text, Loader=yaml.SafeLoader))
    except yaml.YAMLError as error:
        if strict:
            raise ValueError(str(error)) from None
        return []
    if not documents or documents[0] is None:
        return []
    if len(documents) > 1 or not isinstance(documents[0], yaml.MappingNode):
        if strict:
            raise ValueError("it is no single mapping")
        return []
    return [(key.value, value) for key, value in documents[0].value if isinstance(key, yaml.ScalarNode)]
