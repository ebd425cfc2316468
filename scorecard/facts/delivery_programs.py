"""Programs whose words need a closer look before it can be said what they deliver."""

import re
from collections.abc import Callable, Mapping

from scorecard.facts.delivery_listed import Deed, listed
from scorecard.facts.delivery_tables import APPLY, BUILD, BUILD_AND_PUSH, HARMLESS, PUSH, ROLLOUT, SHIP, Acts, What
from scorecard.patterns import lazily
from scorecard.readers.wrappers import Words, option

_EARTHLY_IMAGE = lazily(r"\+\S*(?:docker|image|build|release|push)")
_LOCAL = lazily(r"\blocalhost\b|127\.0\.0\.1|kind-registry|registry\.local")
_IN_DOCKER = lazily(r"//(?:docker|dind|[\w-]*dind[\w-]*)(?::\d+)?/?$|^unix:|\$|^tcp://0\.0\.0\.0")
_DOCS = lazily(
    r"(?:^|[\s/_.-])(?:docs?|documentation|site|book|mkdocs|sphinx|storybook|coverage|htmlcov|reports?|gh-pages|pages)"
    r"(?:[\s/_.-]|$)|_build/html",
    re.IGNORECASE,
)
_SHIPPED = lazily(
    r"(?:^|/)(?:airflow|dags?|dist|build|out|frontend|\.next|lambda|plugins|flows|src|app)(?:/|$)|\.(?:zip|whl|jar)$"
)
_RUN_FROM = lazily(r"(?:^|[/_.-])dags?(?:[/_.-]|$)")  # a bucket from which an orchestrator takes its pipelines
_HOOK = lazily(
    r"deploy[-_]?hook|api\.render\.com|/deploy(?:[?/]|$)|coolify|portainer|dokploy|easypanel|webhook\S*deploy|api\.heroku\.com/apps"
    r"|RENDER_|RAILWAY_|KOYEB_",
    re.IGNORECASE,
)
_PLATFORM_REMOTE = lazily(
    r"heroku|dokku|piku|huggingface|hf\.co|\bhf\b|\bspaces?\b|caprover|gigalixir|clever|scalingo|pythonanywhere",
    re.IGNORECASE,
)
_REMOTE_DEED = lazily(
    r"docker[ -]compose|docker (?:run|stack|service|pull)|systemctl (?:restart|reload|start)|pm2 |supervisorctl|kubectl|git pull|git fetch|deploy"
    r"|service \S+ restart|sudo service|gunicorn|uvicorn|nohup|tmux|screen "
)
_BUILT_THERE = lazily(r"docker[ -]compose [^\n;&|]{0,160}(?:--build\b|\bbuild\b)|docker (?:buildx )?build\b")
_PACKAGE_INDEX = lazily(r"pypi|gemfury|fury\.io|GEMFURY|artifactory|/simple", re.IGNORECASE)
_JAVA = ("mvn", "./mvnw", "mvnw", "gradle", "./gradlew", "gradlew", "sbt")


def on_host(words: Words, host: str) -> Deed | None:
    """`docker compose up` where the daemon is that of another host: built, where it is, and started there.

    A daemon in a container of its own (`tcp://docker:2375`) goes with the job.
    """
    if not host or _LOCAL.search(host) or _IN_DOCKER.search(host) or not _is_up(words):
        return None
    return Deed(SHIP, What.SERVICE, "docker compose up on another host")


def _is_up(words: Words) -> bool:
    return words[:2] == ("docker", "compose") and "up" in words[2:12]  # after `-p NAME -f FILE --profile NAME`


def _docker(words: Words) -> Deed | None:
    found = listed(words)
    if found is None:
        up = _is_up(words)
        if up and (option(words, "-H", "--context") or "--context" in words):
            return Deed(SHIP, What.SERVICE, "docker compose up on another host")
        return Deed(BUILD, What.IMAGE, "docker compose up --build") if up and "--build" in words else None
    if found.acts == PUSH and _LOCAL.search(" ".join(words)):
        return None
    pushes = "--push" in words or any(re.match(r"(?:--output=)?type=(?:registry|image\S*push=true)", w) for w in words)
    if found.acts == BUILD and pushes and not _LOCAL.search(" ".join(words)):
        return Deed(BUILD_AND_PUSH, What.IMAGE, f"{found.tool} --push")
    return found


def _kaniko(words: Words) -> Deed | None:
    acts = BUILD if any(w.startswith(("--no-push", "--noPush")) for w in words) else BUILD_AND_PUSH
    return (
        Deed(acts, What.IMAGE, "kaniko")
        if any(w.startswith(("--destination", "-d", "--no-push")) for w in words)
        else None
    )


def _git(words: Words) -> Deed | None:
    if "push" not in words[1:6]:
        return None
    target = next((w for w in words[words.index("push") + 1 :] if _PLATFORM_REMOTE.search(w)), "")
    return Deed(SHIP, What.BUNDLE, "git push to a platform") if target else None


def _copies(words: Words) -> Deed | None:
    """Copying to a bucket delivers DAGs, packed functions and built front ends, not data and reports."""
    if words[0] == "aws" and "s3" not in words[1:4]:
        return listed(words)
    verbs = ("sync", "cp", "rsync", "mv", "upload")
    if words[0] == "gcloud" and not {"storage", "rsync", "cp"} <= {*words[1:4], "rsync", "cp"}:
        return listed(words)
    places = [w for w in words[1:] if not w.startswith("-") and w not in (*verbs, "s3", "storage", "-m", "-r")]
    remote = [w for w in places if re.match(r"(?:s3|gs|az)://|\$\{?\w", w)]
    local = [w for w in places if "://" not in w and not w.startswith("$")]
    if not remote or not local or _DOCS.search(" ".join(local)) or not set(verbs) & set(words[1:6]):
        return None
    sent = next((w for w in local if _SHIPPED.search(w.rstrip("/"))), "")
    sent = sent or (local[0] if any(_RUN_FROM.search(place) for place in remote) else "")
    if not sent:
        return None
    what = (
        What.PIPELINE
        if re.search(r"dag|flow", " ".join((sent, *remote)))
        else What.PACKAGE
        if sent.endswith((".whl", ".jar"))
        else What.SITE
    )
    return Deed(ROLLOUT, what, f"{words[0]} copies {sent}")


def _gcloud(words: Words) -> Deed | None:
    if "storage" in words[1:3]:
        return _copies(words)
    if "deploy" in words and ("run" in words[1:4] or "functions" in words[1:4]) and not HARMLESS.intersection(words):
        built = "functions" in words[1:4] or not (option(words, "--image") or "--image" in words)
        return Deed(
            SHIP if built else ROLLOUT,
            What.SERVICE,
            "gcloud run deploy" if "run" in words[1:4] else "gcloud functions deploy",
        )
    if "ssh" in words[1:3]:
        return _ssh(words)
    return listed(tuple(w for w in words if w not in ("beta", "alpha")))


def _ssh(words: Words) -> Deed | None:
    text = " ".join(words[1:])
    return Deed(started_there(text), What.SERVICE, "ssh") if _REMOTE_DEED.search(text) else None


def started_there(text: str) -> Acts:
    """What commands on another host do with what they start there: some build it first."""
    return SHIP if _BUILT_THERE.search(text) else ROLLOUT


def _sent(words: Words) -> Deed | None:
    """`rsync` and `scp` of code to another host."""
    goal = words[-1] if len(words) > 2 else ""
    if not re.match(r"[^/:\s]+:", goal) or "://" in goal or _DOCS.search(" ".join(words[1:])):
        return None
    return Deed(ROLLOUT, What.BUNDLE, words[0])


def _curl(words: Words) -> Deed | None:
    text = " ".join(words[1:])
    if "package=@" in text or (_PACKAGE_INDEX.search(text) and re.search(r"-F|--form|-T|--upload-file", text)):
        return Deed(PUSH, What.PACKAGE, "curl to a package index")
    return Deed(ROLLOUT, What.SERVICE, "a deploy hook") if _HOOK.search(text) and "localhost" not in text else None


def _kubectl(words: Words) -> Deed | None:
    """A patched or created ConfigMap or secret is no rollout."""
    if {"configmap", "cm", "secret", "namespace", "ns", "serviceaccount", "sa"} & set(words[1:8]):
        return None
    return listed(words)


def _terraform(words: Words) -> Deed | None:
    return (
        Deed(APPLY, What.INFRASTRUCTURE, f"{words[0]} apply")
        if "apply" in words[1:] and "-destroy" not in words
        else None
    )


def _vercel(words: Words) -> Deed | None:
    commands = [w for w in words[1:] if not w.startswith("-") and "$" not in w and "=" not in w]
    if "build" in commands[:1]:
        return Deed(BUILD, What.SITE, "vercel build")
    asked = not commands or commands[0] in ("deploy", ".", "promote") or "--prod" in words
    return Deed(SHIP, What.BUNDLE, "vercel deploy") if asked and "pull" not in commands else None


def _jvm(words: Words) -> Deed | None:
    text = " ".join(words[1:])
    tool = words[0].rpartition("/")[2]
    if re.search(
        r"\bjib(?::build)?(?:\s|$)|docker:publish\b|Docker/publish\b|dockerPush|bootBuildImage\s[^\n]{0,80}--publishImage",
        text,
    ):
        return Deed(BUILD_AND_PUSH, What.IMAGE, f"{tool} jib")
    if re.search(
        r"jib(?::dockerBuild|DockerBuild)|spring-boot:build-image|bootBuildImage|docker:publishLocal|dockerBuild", text
    ):
        return Deed(BUILD, What.IMAGE, f"{tool} image")
    if re.search(r"(?:^|[\s:])(?:package|install|assemble|assembly|shadowJar|bootJar|build)(?:\s|$)", text):
        return Deed(BUILD, What.PACKAGE, f"{tool} package")
    return (
        Deed(PUSH, What.PACKAGE, f"{tool} publish")
        if re.search(r"(?:^|\s):?\w*(?:deploy|publish)(?:\s|$)", text)
        else None
    )


def _python(words: Words) -> Deed | None:
    if words[1:3] == ("-m", "build") or (words[1:2] == ("setup.py",) and {"sdist", "bdist_wheel"} & set(words)):
        return Deed(BUILD, What.PACKAGE, "python -m build")
    if {"argo-workflows", "step-functions", "airflow"} & set(words[2:]) and "create" in words:
        return Deed(ROLLOUT, What.PIPELINE, "a Metaflow deployment")
    if words[1:3] == ("-m", "twine") and "upload" in words:
        return Deed(PUSH, What.PACKAGE, "twine upload")
    return None


def _hub(words: Words) -> Deed | None:
    """`huggingface-cli upload`, to a Space or a model's repository."""
    if "upload" not in words[1:3] and "upload-large-folder" not in words[1:3]:
        return None
    if option(words, "--repo-type") == "dataset" or "datasets/" in " ".join(words):
        return None
    space = option(words, "--repo-type") == "space" or "space" in " ".join(words).lower()
    return (
        Deed(SHIP, What.BUNDLE, "upload to a Hugging Face Space")
        if space
        else Deed(PUSH, What.MODEL, "upload to the Hugging Face Hub")
    )


def _earthly(words: Words) -> Deed | None:
    if not any("+" in w for w in words[1:]):
        return None
    image = _EARTHLY_IMAGE.search(" ".join(words))
    return Deed(BUILD_AND_PUSH if "--push" in words else BUILD, What.IMAGE, "earthly") if image else None


def _pack(words: Words) -> Deed | None:
    if "build" not in words[1:2]:
        return None
    return Deed(BUILD_AND_PUSH if "--publish" in words else BUILD, What.IMAGE, "pack build")


def _sshpass(words: Words) -> Deed | None:
    at = next((i for i, w in enumerate(words) if w in ("ssh", "scp", "rsync")), 0)
    return (_ssh if words[at] == "ssh" else _sent)(words[at:]) if at else None


def _dotnet(words: Words) -> Deed | None:
    """`dotnet publish` makes an image where it is told to."""
    text = " ".join(words[1:])
    if "publish" in words[1:2] and re.search(r"PublishContainer\b|DefaultContainer\b", text):
        return Deed(
            BUILD_AND_PUSH if "ContainerRegistry" in text else BUILD, What.IMAGE, "dotnet publish of a container"
        )
    return listed(words)


def _dagger(words: Words) -> Deed | None:
    """`dagger call build`, `dagger call publish`: functions of the project's own module, by their names."""
    said = [w for w in words[1:] if not w.startswith("-")]
    if said[:1] != ["call"]:
        return None
    for sign, acts, what in (
        (r"deploy\S*", SHIP, What.SERVICE),
        (r"(?:publish|push)(?:-\S+)?|\S+-(?:publish|push)", BUILD_AND_PUSH, What.IMAGE),
        (r"(?:build|container|image|docker-build)(?:-\S+)?|build-image|\S+-image", BUILD, What.IMAGE),
    ):
        if any(re.fullmatch(sign, word) for word in said[1:]):
            return Deed(acts, what, "dagger call")
    return None


def _asked(words: Words) -> Deed | None:
    """`cap production deploy`: the environment stands before what is asked."""
    asked = any(word == "deploy" or word.startswith("deploy:") for word in words[1:4])
    return Deed(ROLLOUT, What.SERVICE, f"{words[0]} deploy") if asked and not HARMLESS.intersection(words) else None


PROGRAMS: Mapping[str, Callable[[Words], Deed | None]] = {
    "docker": _docker,
    "executor": _kaniko,
    "git": _git,
    "aws": _copies,
    "gsutil": _copies,
    "azcopy": _copies,
    "gcloud": _gcloud,
    "ssh": _ssh,
    "sshpass": _sshpass,
    "scp": _sent,
    "rsync": _sent,
    "curl": _curl,
    "wget": _curl,
    "http": _curl,
    "kubectl": _kubectl,
    "oc": _kubectl,
    "terraform": _terraform,
    "tofu": _terraform,
    "vercel": _vercel,
    "python": _python,
    "huggingface-cli": _hub,
    "hf": _hub,
    "earthly": _earthly,
    "pack": _pack,
    "dotnet": _dotnet,
    "dagger": _dagger,
    "cap": _asked,
    "mina": _asked,
    "dep": _asked,
} | dict.fromkeys(_JAVA, _jvm)
