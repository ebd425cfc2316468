"""Repositories that mean harm: nothing of them runs, and the audit ends, in bounded time and memory, with a report.

Each is audited as a whole process in four ways: at its path, at a revision, by an address, and in a fleet. A file called canary would tell.
"""

import hashlib
import json
import os
import re
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from tests.helpers import GIT, started

ROOT = Path(__file__).parents[2]
TRAIN = "import pandas as pd\nfrom sklearn.svm import SVC\nSVC().fit(pd.read_csv('a.csv')[['x']], 1)\n"
SECRET = "import mlflow\nmlflow.sklearn.log_model(model, 'm', registered_model_name='secret_of_somebody')\n"  # noqa: S105  a line to be cited, were it read
SECONDS, MEGABYTES = 60, 2500  # of processor time and of memory, for any of them; most need a tenth
HOOKS = (
    "applypatch-msg", "pre-applypatch", "post-applypatch", "pre-commit", "post-commit", "post-checkout", "post-merge", "pre-push", "pre-receive",
    "update", "post-receive", "post-update", "reference-transaction", "pre-auto-gc", "post-rewrite", "fsmonitor-watchman", "post-index-change",
    "proc-receive", "push-to-checkout", "sendemail-validate",
)  # fmt: skip

Make = Callable[[Path, str], None]
EVIL: dict[str, Make] = {}
HEAVY: dict[str, Make] = {}


def evil(make: Make) -> Make:
    """Has a payload, which is a shell command that makes the canary; called in a repository with one commit."""
    EVIL[make.__name__] = make
    return make


def heavy(make: Make) -> Make:
    """Has no payload, but much of something."""
    HEAVY[make.__name__] = make
    return make


def config(folder: Path, **values: str) -> None:
    for name, value in values.items():
        key = name.replace("__", ".").replace("_", "-")
        subprocess.run(["git", "config", key, value], cwd=folder, check=True)


def commit(folder: Path) -> None:
    """As an attacker would: with nothing of the trap going off yet."""
    quiet = (
        "-c",
        "core.hooksPath=/dev/null",
        "-c",
        "core.fsmonitor=false",
        "-c",
        "filter.evil.clean=cat",
        "-c",
        "filter.evil.required=false",
    )
    subprocess.run([*GIT, *quiet, "add", "-A"], cwd=folder, check=True)
    subprocess.run([*GIT, *quiet, "commit", "-qm", "x", "--allow-empty"], cwd=folder, check=True)


# what would run ------------------------------------------------------------------------------------------------------


@evil
def hooks(folder: Path, payload: str) -> None:
    (folder / "hooks").mkdir()
    for place in (folder / ".git" / "hooks", folder / "hooks"):
        place.mkdir(exist_ok=True)
        for name in HOOKS:
            (place / name).write_text(f"#!/bin/sh\n{payload}\n")
            (place / name).chmod(0o755)
    commit(folder)
    config(folder, core__hooksPath="hooks")


@evil
def programs_of_the_configuration(folder: Path, payload: str) -> None:
    commit(folder)
    names = (
        "core__fsmonitor", "core__pager", "core__sshCommand", "core__editor", "core__askPass", "core__gitProxy", "sequence__editor", "gpg__program",
        "diff__external", "credential__helper", "ssh__variant", "pager__ls-files", "interactive__diffFilter", "trace2__eventTarget", "uploadpack__packObjectsHook",
    )  # fmt: skip
    config(folder, **{name.replace("-", "_"): f"sh -c '{payload}'" for name in names})
    config(
        folder,
        core__fsmonitorHookVersion="2",
        log__showSignature="true",
        core__untrackedCache="true",
        index__skipHash="true",
    )


@evil
def filters_and_drivers(folder: Path, payload: str) -> None:
    (folder / ".gitattributes").write_text("* filter=evil diff=evil merge=evil\n")
    commit(folder)
    for key in (
        "filter.evil.clean",
        "filter.evil.smudge",
        "filter.evil.process",
        "diff.evil.textconv",
        "diff.evil.command",
        "merge.evil.driver",
    ):
        subprocess.run(["git", "config", key, f"sh -c '{payload}'"], cwd=folder, check=True)
    subprocess.run(["git", "config", "filter.evil.required", "true"], cwd=folder, check=True)
    (folder / "train.py").write_text(TRAIN + "# later\n")  # so that git would want to compare


@evil
def configuration_that_is_included(folder: Path, payload: str) -> None:
    (folder / "evil.cfg").write_text(
        f"[core]\n\tfsmonitor = sh -c '{payload}'\n[alias]\n\tls-files = !{payload}\n\trev-parse = !{payload}\n"
    )
    commit(folder)
    config(folder, include__path="../evil.cfg", **{"includeIf.gitdir:/.path": str(folder / "evil.cfg")})


@evil
def aliases_of_every_command(folder: Path, payload: str) -> None:
    commit(folder)
    for name in (
        "ls-files",
        "ls-tree",
        "rev-parse",
        "rev-list",
        "cat-file",
        "for-each-ref",
        "merge-base",
        "clone",
        "fetch",
        "upload-pack",
    ):
        subprocess.run(["git", "config", f"alias.{name}", f"!{payload}"], cwd=folder, check=True)


@evil
def a_submodule_whose_address_is_a_command(folder: Path, payload: str) -> None:
    (folder / ".gitmodules").write_text(
        f'[submodule "x"]\n\tpath = x\n\turl = ext::sh -c "{payload}"\n\tupdate = !{payload}\n'
    )
    subprocess.run(["git", "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},x"], cwd=folder, check=True)
    subprocess.run([*GIT, "add", ".gitmodules"], cwd=folder, check=True)
    subprocess.run([*GIT, "commit", "-qm", "x"], cwd=folder, check=True)
    config(
        folder,
        submodule__recurse="true",
        protocol__ext__allow="always",
        **{"submodule.x.url": f"ext::sh -c '{payload}'", "submodule.x.update": f"!{payload}"},
    )


@evil
def objects_that_would_have_to_be_fetched(folder: Path, payload: str) -> None:
    (folder / "lost.py").write_text("import this\n")
    commit(folder)
    lost = subprocess.run(
        ["git", "rev-parse", "HEAD:lost.py"], cwd=folder, capture_output=True, text=True, check=True
    ).stdout.strip()
    (folder / ".git" / "objects" / lost[:2] / lost[2:]).unlink()
    config(
        folder,
        extensions__partialClone="origin",
        remote__origin__promisor="true",
        remote__origin__url=f"ext::sh -c '{payload}'",
        protocol__ext__allow="always",
    )
    config(folder, core__repositoryformatversion="1", remote__origin__vcs="sh", remote__origin__uploadpack=payload)


@evil
def modules_that_other_tools_would_load(folder: Path, payload: str) -> None:
    code = f"import os\nos.system({payload!r})\n"
    for name in (
        "conftest",
        "noxfile",
        "setup",
        "tasks",
        "dodo",
        "sitecustomize",
        "usercustomize",
        "scorecard",
        "yaml",
        "msgspec",
        "hatch_build",
        "__init__",
        "manage",
        "gunicorn.conf",
    ):
        (folder / f"{name}.py").write_text(code)
    (folder / "evil.pth").write_text(f"import os; os.system({payload!r})\n")
    (folder / "pyproject.toml").write_text(
        dedent(f"""\
        [build-system]
        requires = []
        build-backend = "setup"
        backend-path = ["."]
        [tool.mypy]
        plugins = ["setup.py"]
        [tool.pylint.main]
        init-hook = {payload!r}
        [tool.pytest.ini_options]
        addopts = "-p setup"
        """)
    )
    (folder / ".mllint.yml").write_text(f"rules:\n  custom:\n  - run: {payload}\n")
    (folder / "copier.yml").write_text(
        f"_tasks: ['{payload}']\n_jinja_extensions: [setup.Evil]\nx: {{default: \"{{{{ ''.__class__.__mro__[1].__subclasses__() }}}}\"}}\n"
    )
    (folder / "page.html.jinja").write_text("{{ self.__init__.__globals__ }}{% include '/etc/passwd' %}")
    (folder / "model.pkl").write_bytes(b"cos\nsystem\n(S'" + payload.encode() + b"'\ntR.")
    (folder / "x.yaml").write_text(f"!!python/object/apply:os.system ['{payload}']\n")
    commit(folder)


@evil
def a_place_outside_that_is_called_the_work_tree(folder: Path, payload: str) -> None:
    commit(folder)
    secret = folder.parent / "outside"
    secret.mkdir()
    (secret / "secret.py").write_text(SECRET)
    (secret / "train.py").symlink_to(folder / "train.py")
    config(folder, core__worktree=str(secret))
    del payload


@evil
def links_that_lead_outside(folder: Path, payload: str) -> None:
    outside = folder.parent / "outside"
    outside.mkdir()
    (outside / "secret.py").write_text(SECRET)
    (folder / "one.py").symlink_to(outside / "secret.py")
    (folder / "all").symlink_to(outside)
    (folder / "mlops.toml").symlink_to(outside / "secret.py")
    (folder / "round").symlink_to(".")
    (folder / "Makefile").symlink_to("/dev/zero")
    commit(folder)
    del payload


@evil
def an_index_that_names_files_outside(folder: Path, payload: str) -> None:
    outside = folder.parent / "zz"
    outside.mkdir()
    (outside / "secret.py").write_text(SECRET)
    (folder / "zz" / "zz").mkdir(parents=True)
    (folder / "zz" / "zz" / "secret.py").write_text("x = 1\n")
    commit(folder)
    index = folder / ".git" / "index"
    changed = index.read_bytes()[:-20].replace(b"zz/zz/secret.py", b"../zz/secret.py")
    index.write_bytes(changed + hashlib.sha1(changed).digest())  # noqa: S324  git's own checksum
    del payload


# what would take for ever --------------------------------------------------------------------------------------------


@heavy
def yaml_bombs(folder: Path, _: str) -> None:
    rows = [
        "a0: &a0 [x, x, x, x, x, x, x, x, x]",
        *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)),
    ]
    merges = [
        "m0: &m0 {a: 1}",
        *(f"m{n}: &m{n} {{<<: [{', '.join([f'*m{n - 1}'] * 9)}], k{n}: 1}}" for n in range(1, 12)),
    ]
    jobs = "\n".join(
        ["on: push", *rows, *merges, "jobs:", "  a: {<<: *m11, strategy: {matrix: {x: *a11}}, steps: *a11}"]
    )
    for path in (
        ".github/workflows/a.yml",
        ".gitlab-ci.yml",
        "azure-pipelines.yml",
        "docker-compose.yml",
        ".circleci/config.yml",
        "k8s/a.yaml",
        "alerts.yml",
    ):
        write(folder, path, jobs)


@heavy
def deep_nesting(folder: Path, _: str) -> None:
    deep = 100_000
    for path, text in {
        "a.yml": "[" * deep, "b.yaml": "".join(" " * n + "a:\n" for n in range(900)), "package.json": '{"scripts":' + "[" * deep, "c.ipynb": '{"cells":' + "[" * deep,
        "pyproject.toml": "x = " + "[" * deep, "mlops.toml": "exclude = " + "[" * 2000 + "]" * 2000, "deep.py": "x = " + "(" * deep, "e.py": "if x:\n" * 500, "deep.js": "(" * deep,
        "deep.ts": "{[" * deep, "Deep.java": "{" * deep, "deep.go": "(" * deep, "deep.rb": "[" * deep, "Jenkinsfile": "node {" * deep, "main.tf": "a {" * deep, "run.sh": "$(" * deep,
        "loops.sh": "if true; then\n" * 20_000, "Makefile": "$(call x," * deep, "deep.R": "f(" * deep, "Deep.cs": "(" * deep, "deep.kt": "{" * deep, "D.scala": "(" * deep,
    }.items():  # fmt: skip
        write(folder, path, text)


FILES = (
    "a.yml", ".github/workflows/a.yml", ".gitlab-ci.yml", "azure-pipelines.yml", "Jenkinsfile", "pyproject.toml", "setup.cfg", "tox.ini", "requirements.txt", "environment.yml",
    "package.json", "Makefile", "justfile", "Dockerfile", "docker-compose.yml", "run.sh", "main.tf", "a.py", "a.ipynb", "a.ts", "a.js", "a.rb", "A.java", "a.go", "A.cs", "a.R", "a.kt",
    "A.scala", "README.md", "a.sql", "Procfile", ".env.example", "setup.py", "noxfile.py", "dvc.yaml", "alerts.yml", "prompts.txt", "a.ps1", "a.bicep", "CHANGELOG.md",
)  # fmt: skip
LINES = {
    "letters": "a", "spaces": " ", "tabs": "\t", "lines": "\n", "brackets": "(", "braces": "{", "templates": "{{ ", "quotes": '"', "single_quotes": "'", "backslashes": "\\",
    "continued": "\\\n", "dollars": "$(", "hashes": "#", "dashes": "- ", "colons": "a: ", "equals": "a=", "dots": "a.", "commas": "a,", "slashes": "a/", "ands": "a && ",
    "pipes": "a | ", "expressions": "${{ a", "angles": "<script>", "heredocs": "<<a\n", "imports": "import a\n", "words": "pytest ", "tests": "def test_a(): ", "crlf": "\r\n", "nul": "a\0",
    "ticks": "`", "froms": "FROM a\n", "steps": "- run: make a\n", "spaced_lines": " \n",
}  # fmt: skip


def _filled(piece: str) -> Make:
    def make(folder: Path, _: str) -> None:
        for path in FILES:
            write(folder, path, piece * (400_000 // len(piece)))

    return make


for _name, _piece in LINES.items():
    HEAVY[f"files_full_of_{_name}"] = _filled(_piece)


@heavy
def workflows_that_multiply(folder: Path, _: str) -> None:
    axes = "".join(f"        a{n}: [{', '.join(map(str, range(50)))}]\n" for n in range(20))
    jobs = "".join(
        f"  j{n}:\n    needs: [{', '.join(f'j{m}' for m in range(300) if m != n)}]\n    strategy:\n      matrix:\n{axes}    runs-on: x\n    steps: [{{run: 'make ${{{{ matrix.a0 }}}}'}}]\n"
        for n in range(300)
    )
    write(folder, ".github/workflows/matrix.yml", f"on: push\njobs:\n{jobs}")
    for n in range(30):  # each calls each, itself too
        calls = "".join(f"  c{m}:\n    uses: ./.github/workflows/r{m}.yml\n" for m in range(30))
        write(folder, f".github/workflows/r{n}.yml", f"on: [push, workflow_call]\njobs:\n{calls}")
        uses = "".join(f"    - uses: ./.github/actions/a{m}\n" for m in range(30))
        write(folder, f".github/actions/a{n}/action.yml", f"name: x\nruns:\n  using: composite\n  steps:\n{uses}")
    write(
        folder, ".github/workflows/actions.yml", "on: push\njobs:\n  a:\n    steps:\n    - uses: ./.github/actions/a0\n"
    )
    write(
        folder,
        ".gitlab-ci.yml",
        "include: [ci/0.yml]\n"
        + "".join(
            f"j{n}:\n  extends: [{', '.join(f'j{m}' for m in range(100))}]\n  parallel: {{matrix: [{{a: [1,2,3], b: [1,2,3]}}]}}\n  script: [make]\n"
            for n in range(100)
        ),
    )
    for n in range(30):
        write(folder, f"ci/{n}.yml", "include: [" + ", ".join(f"ci/{m}.yml" for m in range(30)) + "]\n")
        write(folder, f"t/{n}.yml", "steps:\n" + "".join(f"- template: {m}.yml\n" for m in range(30)))
    write(folder, "azure-pipelines.yml", "steps:\n- ${{ each x in parameters.y }}:\n  - template: t/0.yml\n")


@heavy
def tasks_that_call_each_other_without_end(folder: Path, _: str) -> None:
    write(
        folder,
        ".github/workflows/ci.yml",
        "on: push\njobs:\n  a:\n    steps:\n    - run: make t0 && ./s0.sh && npm run n0 && just j0 && tox -e e0 && docker build . && poe p0\n",
    )
    write(
        folder,
        "Makefile",
        "".join(f"t{n}: t{n + 1}\n\t$(MAKE) t{n + 1}\n\tmake t{n + 1} t{n + 1}; bash s{n}.sh\n" for n in range(40)),
    )
    write(
        folder,
        "justfile",
        "".join(f"j{n}: (j{n + 1}) j{n + 1}\n    just j{n + 1}\n    just j{n + 1}\n" for n in range(40)),
    )
    write(
        folder,
        "package.json",
        json.dumps({"scripts": {f"n{n}": f"npm run n{n + 1} && npm run n{n + 1} && make t{n}" for n in range(40)}}),
    )
    write(
        folder,
        "pyproject.toml",
        "[tool.poe.tasks]\n" + "".join(f"p{n} = ['p{n + 1}', 'p{n + 1}', 'p0']\n" for n in range(40)),
    )
    write(
        folder,
        "tox.ini",
        "".join(
            f"[testenv:e{n}]\ncommands =\n  tox -e e{n + 1}\n  tox -e e{n + 1},e0\n  {{[testenv:e{n + 1}]commands}}\n"
            for n in range(40)
        ),
    )
    for n in range(40):
        write(
            folder,
            f"s{n}.sh",
            f"./s{n + 1}.sh\nbash s{n + 1}.sh && sh s{n + 1}.sh\nsource s{n}.sh\neval $(./s0.sh)\npython m{n}.py\n",
        )
        write(
            folder,
            f"m{n}.py",
            f"import subprocess\nimport m{(n + 1) % 40}\nsubprocess.run('python m{n + 1}.py && bash s{n + 1}.sh', shell=True)\nsubprocess.run('./s0.sh')\n",
        )


@heavy
def expressions_that_backtrack(folder: Path, _: str) -> None:
    word = "a" * 2000
    write(
        folder,
        "mlops.toml",
        "exclude = ['" + "', '".join(["*a" * 30 + "b", "**/" * 30 + "x", "*" * 500, "[" * 300, "{a,b}" * 100]) + "']\n",
    )
    write(folder, f"{'a' * 200}.py", f"x = '{word}!'\n")
    write(folder, "/".join(["a" * 60] * 15) + "/a.py", "x = 1\n")
    write(
        folder,
        ".github/workflows/a.yml",
        "on:\n  push:\n    branches: ['"
        + "*a" * 40
        + "b', '"
        + "**/" * 40
        + "', '"
        + "+(a|a)" * 30
        + "']\njobs: {a: {steps: [{run: make}]}}\n",
    )
    write(
        folder,
        ".gitlab-ci.yml",
        f"variables: {{LONG: {'a' * 200}}}\n"
        + "".join(
            f"j{n}:\n  script: [make]\n  rules:\n  - if: '$LONG =~ /^({'|'.join(['a'] * 20)})*b{n}/ || \"{'a' * 200}\" =~ /{'a*' * 90}b{n}/'\n"
            for n in range(200)
        ),
    )
    write(folder, "a.md", f"[{word}]({word}\n" * 100 + "`" * 5000 + "\n" + "<!--" * 5000)
    write(folder, "key.toml", ".".join(["a"] * 20_000) + " = 1\n")
    write(folder, "pyproject.toml", ".".join(["a"] * 20_000) + " = 1\n")


@heavy
def names_without_end(folder: Path, _: str) -> None:
    words = (
        "_",
        "a_",
        "predict_",
        "id_",
        "build_index_",
        "request",
        "train_",
        "load_data_",
        "Tokenizer",
        "log_",
        "is_better_",
        "drift",
        "aB",
        "0",
    )
    for number, word in enumerate(words):
        name = "x" * word[0].isdigit() + word * (20_000 // len(word))
        folder_of = f"n{number}"
        write(
            folder,
            f"{folder_of}/a.py",
            f"import {name}\nfrom a.{name} import b as {name}\nclass {name}({name}):\n  {name}: str = 1\n  def {name}(self, {name}):\n"
            f"    {name}.{name}({name}={name})\n    if {name} == '{name}': raise {name}\n    x['{name}'] = '{name}/{name}.yml'\n"
            f"    for {name} in {name}: df['{name}'] > {name}\n@{name}\ndef test_{name}():\n  assert {name}({name}) > 0.5\n"
            f"os.environ['{name}']; open('{name}.csv'); subprocess.run('{name} --{name}={name}')\n",
        )
        write(
            folder,
            f"{folder_of}/a.ts",
            f"import {{{name}}} from '{name}'\nclass {name} {{ {name}() {{ {name}.{name}('{name}') }} }}\n",
        )
        write(folder, f"{folder_of}/Dockerfile", f"FROM {name}\nENV {name}={name}\nCMD {name} {name}\n")
        write(
            folder,
            f"{folder_of}/run.sh",
            f"{name}={name} {name} --{name}={name} {name}.py\npython {name}.py && ./{name}.sh\n",
        )
        write(folder, f"{folder_of}/Makefile", f"{name}: {name}\n\t{name}\n")
        write(folder, f"{folder_of}/requirements.txt", f"{name}\n{name}=={name}\n")
        write(folder, f"{folder_of}/a.yaml", f"{name}: {{{name}: {name}}}\nname: {name}\nexpr: {name}\n")
        write(
            folder,
            f".github/workflows/{number}.yml",
            f"name: {name}\non: push\njobs:\n  {name}:\n    if: {name} == {name}\n    env: {{{name}: {name}}}\n    steps:\n    - uses: {name}/{name}@{name}\n"
            f"    - run: {name} {name} --{name}={name}\n    - run: make {name}\n    - run: bash {folder_of}/run.sh\n    - run: pytest {name}\n",
        )


@heavy
def very_many_files_and_tags(folder: Path, _: str) -> None:
    blob = (
        subprocess.run(
            ["git", "hash-object", "-w", "--stdin"], cwd=folder, input=b"x = 1\n", capture_output=True, check=True
        )
        .stdout.decode()
        .strip()
    )
    rows = "".join(f"100644 {blob}\tpackage{n % 300}/module{n}.py\n" for n in range(30_000))
    subprocess.run(["git", "update-index", "--index-info"], cwd=folder, input=rows.encode(), check=True)
    subprocess.run([*GIT, "commit", "-qm", "x"], cwd=folder, check=True)
    head = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=folder, capture_output=True, text=True, check=True
    ).stdout.strip()
    (folder / ".git" / "packed-refs").write_text(
        "# pack-refs with: peeled fully-peeled sorted \n"
        + "".join(f"{head} refs/tags/v{n:06}\n" for n in range(30_000))
    )
    (folder / "package0").mkdir(exist_ok=True)


@heavy
def a_configuration_that_never_ends(folder: Path, _: str) -> None:
    commit(folder)
    os.mkfifo(folder / "endless")
    config(folder, include__path="../endless")


@heavy
def references_that_never_end(folder: Path, _: str) -> None:
    commit(folder)
    (folder / ".git" / "packed-refs").unlink(missing_ok=True)
    os.mkfifo(folder / ".git" / "packed-refs")


@heavy
def names_that_command_a_terminal(folder: Path, _: str) -> None:
    tricks = (
        "\x1b]0;owned\x07",
        "\x1b[2J\x1b[31m",
        "\u202egpj.exe",
        "a\nb::error::x",
        "\r::set-output name=a::b",
        "<img src=x onerror=alert(1)>",
        "`$(touch canary)`",
        "%0A::error::x",
        "|x|",
        "@everybody",
        "'\"]]>&",
        "--output=canary",
        "-n",
    )
    for number, trick in enumerate(tricks):
        name = f"{trick.replace('/', '_')}{number}"
        write(folder, f"{name}/train.py", TRAIN)
        write(folder, f"tests/test_{name}.py", "def test_a():\n    assert f(1) == 2\n")
        write(
            folder,
            f".github/workflows/{name}.yml",
            f"name: \"{number}\"\non: push\njobs:\n  a:\n    steps:\n    - run: pytest 'tests/test_{number}.py'\n",
        )
    for number, raw in enumerate((b"\xff\xfe", b"caf\xe9", b"\xed\xa0\x80")):
        place = os.fsencode(folder) + b"/" + raw
        os.mkdir(place)  # noqa: PTH102  a name that is no text
        with open(place + b"/fit%d.py" % number, "wb") as file:  # noqa: PTH123  a name that is no text
            file.write(TRAIN.encode())
    write(folder, "mlops.toml", '[waivers]\n"testing.bias" = "\\u001b[31mred \\u202e <b>"\n')


def write(folder: Path, path: str, text: str) -> None:
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8", newline="", errors="surrogatepass")


# the four ways -------------------------------------------------------------------------------------------------------


def audited(way: str, folder: Path, *options: str, fmt: str = "json") -> "subprocess.CompletedProcess[bytes]":
    """As a whole process; fails where it takes too much."""
    words = {
        "path": ["audit", str(folder), "--format", fmt, *options],
        "rev": ["audit", str(folder), "--format", fmt, "--rev", "HEAD", *options],
        "base": ["audit", str(folder), "--format", fmt, "--base", "HEAD", *options],
        "address": ["audit", f"file://{folder}", "--format", fmt, *options],
        "fleet": [
            "fleet",
            str(folder),
            f"file://{folder}",
            "--jobs",
            "2",
            "--output",
            str(folder.parent / "rows"),
            "--html",
            str(folder.parent / "page.html"),
        ],
    }[way]

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (MEGABYTES << 20, MEGABYTES << 20))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))

    env = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(folder.parent), "COLUMNS": "120"}
    return subprocess.run(
        [sys.executable, "-m", "mlops", *words],
        cwd=folder,
        env=env,
        capture_output=True,
        preexec_fn=limited,
        check=False,
        timeout=400,
    )


def world(tmp_path: Path, make: Make) -> tuple[Path, Path]:
    folder, canary = tmp_path / "evil", tmp_path / "canary"
    started(folder)
    (folder / "train.py").write_text(TRAIN)
    commit(folder)
    make(folder, f"touch {canary}")
    if make.__name__ in HEAVY and make.__name__ not in (
        "a_configuration_that_never_ends",
        "references_that_never_end",
        "very_many_files_and_tags",
    ):
        commit(folder)
    canary.unlink(missing_ok=True)
    return folder, canary


def survived(done: "subprocess.CompletedProcess[bytes]", canary: Path) -> None:
    said = done.stderr.decode("utf-8", "replace")
    assert not canary.exists()
    assert not list(canary.parent.glob("evil/**/canary"))
    assert b"Traceback" not in done.stderr, said
    assert b"secret_of_somebody" not in done.stdout
    assert done.returncode in (0, 1, 2), (done.returncode, said)
    if done.returncode == 2:
        assert re.match(r"mlops: .+\n  \S", said), said


@pytest.mark.parametrize(
    "way",
    [
        pytest.param("path", marks=pytest.mark.slow),
        *(pytest.param(way, marks=pytest.mark.long) for way in ("rev", "base", "address", "fleet")),
    ],
)
@pytest.mark.parametrize("name", EVIL)
def test_nothing_of_it_runs(tmp_path: Path, name: str, way: str) -> None:
    folder, canary = world(tmp_path, EVIL[name])
    survived(audited(way, folder), canary)


@pytest.mark.long
@pytest.mark.parametrize("name", [name for name in HEAVY if not name.startswith("files_full_of")])
def test_it_ends_with_a_report(tmp_path: Path, name: str) -> None:
    folder, canary = world(tmp_path, HEAVY[name])
    done = audited("path", folder, "--no-config")
    survived(done, canary)
    report = json.loads(done.stdout)
    assert len(report["criteria"]) == 40
    assert [c["summary"] for c in report["criteria"] if c["status"] == "error"] == []


@pytest.mark.long
@pytest.mark.parametrize("way", ["rev", "address", "fleet"])
@pytest.mark.parametrize("name", [name for name in HEAVY if not name.startswith("files_full_of")])
def test_it_ends_another_way_too(tmp_path: Path, name: str, way: str) -> None:
    folder, canary = world(tmp_path, HEAVY[name])
    survived(audited(way, folder), canary)


@pytest.mark.long
@pytest.mark.parametrize("name", LINES)
def test_files_full_of_one_thing_are_read_in_time(tmp_path: Path, name: str) -> None:
    folder, canary = world(tmp_path, HEAVY[f"files_full_of_{name}"])
    done = audited("path", folder, "--no-config")
    survived(done, canary)
    report = json.loads(done.stdout)
    assert [c["summary"] for c in report["criteria"] if c["status"] == "error"] == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "fmt", ["terminal", "json", "html", "sarif", "junit", "markdown", "github", "gitlab", "badge", "shields"]
)
def test_no_name_reaches_a_reader_unescaped(tmp_path: Path, fmt: str) -> None:
    folder, canary = world(tmp_path, names_that_command_a_terminal)
    for way in ("path", "rev"):
        done = audited(way, folder, "--full", fmt=fmt)
        survived(done, canary)
        shown = done.stdout.decode("utf-8") + done.stderr.decode("utf-8")
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", shown)
        assert not re.search(r"(?<!\\)<img", shown) or fmt in {"json", "sarif", "gitlab", "terminal", "github"}
        if fmt == "github":
            assert {line.partition(" ")[0] for line in shown.splitlines()} <= {"::warning", "::notice"}
        if fmt == "markdown":
            assert "@everybody" not in shown


@pytest.mark.slow
def test_nor_in_a_fleet(tmp_path: Path) -> None:
    folder, canary = world(tmp_path, names_that_command_a_terminal)
    worse = tmp_path / "\x1b[31m<b>evil\u202e"
    folder.rename(worse)
    done = audited("fleet", worse)
    survived(done, canary)
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    for shown in (page, done.stdout.decode(), done.stderr.decode(), (tmp_path / "rows").read_text()):
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", shown)
    assert "<b>evil" not in page
