"""Small templates with two versions, in a repository that is somebody else's."""

import subprocess
from pathlib import Path

LINES = "".join(f"line {number}\n" for number in range(20))
V1 = {
    "copier.yml": """\
_subdirectory: project
_envops: {undefined: jinja2.StrictUndefined}
project_name: {type: str, default: x}
extra: {type: bool, default: false}
in_extra: {type: str, when: false, default: "{{ '.' if extra else '' }}"}
""",
    "project/{{ _copier_conf.answers_file }}.jinja": "{{ _copier_answers | to_nice_yaml }}",
    "project/a.txt": LINES,
    "project/old.txt": LINES.replace("line", "old"),
    "project/gone.txt": LINES.replace("line", "gone"),
    "project/{{ in_extra }}/extra.txt": "extra\n",
}
V2 = {
    **{path: text for path, text in V1.items() if path not in {"project/gone.txt", "project/old.txt"}},
    "project/a.txt": LINES.replace("line 3\n", "line three\n"),
    "project/renamed.txt": LINES.replace("line", "old"),
    "project/local.env": "template\n",
}


def publish(root: Path, *versions: tuple[str, dict[str, str]]) -> str:
    """A repository with a commit and a tag for each; more may follow. Gives its address."""
    who = ["-c", "user.name=t", "-c", "user.email=t@example.com"]

    def git(*arguments: str) -> None:
        subprocess.run(["git", *who, *arguments], cwd=root, check=True)

    if not root.exists():
        root.mkdir()
        git("init", "-q")
    for tag, files in versions:
        git("rm", "-rqf", "--ignore-unmatch", ".")
        for name, text in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        git("add", "-A")
        git("commit", "-qm", tag)
        git("tag", tag)
    return f"file://{root}"
