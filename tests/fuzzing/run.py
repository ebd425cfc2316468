"""`nox -s fuzz`: mutated real files into every reader, led by the lines that they reach (atheris), until so many have been read.

    nox -s fuzz                                   # every reader of text, 100,000 inputs each
    nox -s fuzz -- --runs 5000 yaml ci-github     # some of them, and of the CI systems and task runners
    nox -s fuzz -- --from ../repositories         # beginning with the files of real repositories, too
    nox -s fuzz -- --seconds 600 language-ts      # as many as can be read within ten minutes, at most 100,000

Each reader has a process of its own. What raises, or takes longer than five seconds, is written to `tests/fuzzing/found/<target>/`, where
`test_fuzzing.py` reads it from then on.
"""

import argparse
import contextlib
import io
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

FOUND = Path(__file__).parent / "found"
LIMIT = 5.0  # seconds of processor time for an input of at most LONGEST bytes
LONGEST = 2048
TOKENS = (
    "{{", "}}", "${{", "{%", "%}", "<<: *a", "&a", "*a", "!reference", "|\n", ">-\n", "- ", ": ", "\n  ", "\t", "'''", '"""', "\\\n", "$(", "${",
    "`", "<<EOF\n", "&&", "||", ";;", "if ", "fi", "[[", "]]", "{", "}", "[", "]", "(", ")", "@", "lambda", "async def ", "\\x00", "\u2028", "\u202e",
)  # fmt: skip


class Slow(BaseException):
    """No answer in time. Not an Exception: a reader's own `except` must not swallow it."""


def main() -> int:
    """One process a target, as many side by side as ``--jobs``; prints a line for each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("targets", nargs="*", help="names of targets; all readers of text without one")
    parser.add_argument("--runs", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="the most for each target")
    parser.add_argument("--from", dest="place", type=Path, help="a folder whose files are begun with, too")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        return one(options.one, options.runs, options.seconds, options.place)
    from tests.fuzzing.targets import READERS, TARGETS

    wanted = options.targets or list(READERS)
    if unknown := set(wanted) - set(TARGETS):
        parser.error(f"there is no target {min(unknown)}; there are {', '.join(TARGETS)}")
    waiting, running, bad = list(wanted), dict[str, "subprocess.Popen[bytes]"](), 0
    while waiting or running:
        while waiting and len(running) < options.jobs:
            name = waiting.pop(0)
            share = ["--seconds", str(options.seconds)]
            place = ["--from", str(options.place)] if options.place else []
            command = [sys.executable, __file__, "--one", name, "--runs", str(options.runs), *share, *place]
            running[name] = subprocess.Popen(command)
        for name, process in list(running.items()):
            if process.poll() is not None:
                del running[name]
                bad += process.returncode != 0
        time.sleep(0.2)
    return int(bad > 0)


def one(name: str, runs: int, seconds: float, place: Path | None) -> int:
    """Fuzz a single target in this process; 1 where anything was found."""
    import atheris

    with contextlib.redirect_stderr(io.StringIO()), atheris.instrument_imports(include=["scorecard"]):
        from tests.fuzzing import targets
    target = targets.TARGETS[name]
    found, count, began = Counter[str](), 0, time.monotonic()

    def answer(data: bytes) -> None:
        nonlocal count
        count += 1
        text = data.decode("utf-8", "replace")
        said = outcome(target.run, text)
        if said:
            found[said] += 1
            if found[said] == 1:
                keep(name, text, said)

    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder, "corpus")
        corpus.mkdir()
        beginning = targets.seeds(target) + (real(place, target.files) if place else [])
        for text in beginning:
            content = text.encode("utf-8", "replace")[:LONGEST]
            (corpus / sha256(content).hexdigest()).write_bytes(content)
        words = Counter(word for text in beginning for word in text.split() if 2 < len(word) < 40)
        dictionary = Path(folder, "words")
        tokens = [*TOKENS, *(word for word, _ in words.most_common(300))]
        dictionary.write_text("".join(f'"{escaped(token)}"\n' for token in tokens))

        def end() -> None:
            said = {"target": name, "inputs": count, "seconds": round(time.monotonic() - began), "found": dict(found)}
            sys.stdout.write(json.dumps(said) + "\n")
            sys.stdout.flush()
            os._exit(bool(found))  # libFuzzer ends the process itself, without leaving any block

        options = [f"-runs={runs}", f"-max_len={LONGEST}", f"-dict={dictionary}", f"-artifact_prefix={folder}/"]
        arguments = [
            sys.argv[0],
            *options,
            "-rss_limit_mb=4096",
            "-timeout=60",
            "-verbosity=0",
            "-print_final_stats=0",
            str(corpus),
        ]

        def each(data: bytes) -> None:
            answer(data)
            if count >= runs or time.monotonic() - began > seconds:
                end()

        atheris.Setup(arguments, each)
        atheris.Fuzz()
        end()
    return 0


def outcome(run: Callable[[str], object], text: str, limit: float = LIMIT) -> str:
    """What is wrong with the answer, in words that are the same for the same fault; "" where nothing is."""

    def ring(_number: int, _frame: object) -> None:
        raise Slow

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, limit)
    try:
        run(text)
    except Slow as error:
        return f"slow at {_place(error)}"
    except BaseException as error:  # noqa: BLE001  whatever it is, it is what was looked for
        return f"{type(error).__name__} at {_place(error)}"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
    return ""


def _place(error: BaseException) -> str:
    ours = [f for f in traceback.extract_tb(error.__traceback__) if "/scorecard/" in f.filename]
    return f"{ours[-1].filename.partition('/scorecard/')[2]}:{ours[-1].name}" if ours else "?"


def keep(name: str, text: str, said: str) -> None:
    """As a case for the tests; slow ones are mended by hand, since they take long in the tests, too."""
    folder = FOUND / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{sha256(text.encode('utf-8', 'replace')).hexdigest()[:12]}.txt").write_text(
        text, encoding="utf-8", newline=""
    )
    sys.stdout.write(f"{name}: {said}\n")
    sys.stdout.flush()


def real(place: Path, files: tuple[str, ...], most: int = 400) -> list[str]:
    """Files of the kind below a folder."""
    from tests.fuzzing.targets import fits

    found: list[str] = []
    for path in sorted(place.rglob("*")):
        if len(found) < most and fits(path.as_posix(), files) and path.is_file() and path.stat().st_size < LONGEST:
            found.append(path.read_text(encoding="utf-8", errors="replace"))
    return found


def escaped(token: str) -> str:
    """As libFuzzer's dictionaries want it."""
    return "".join(chr(b) if 32 <= b < 127 and b not in b'"\\' else f"\\x{b:02x}" for b in token.encode())


if __name__ == "__main__":
    sys.exit(main())
