"""Which commands run tests, and with what."""

import re

from scorecard.patterns import lazily
from scorecard.readers.wrappers import Words, strip_wrappers

# Names that are a test run whatever follows, then those that need a word after them.
_TESTS = frozenset(
    {
        "pytest", "nose2", "nosetests", "jest", "vitest", "mocha", "ava", "rspec", "ctest", "ginkgo", "behave", "robot",
        "pabot", "phpunit",
     "bats", "lua-busted", "busted", "trial", "ward", "green", "karma", "ptw", "testbook", "karate",
     "mamba-test", "stestr", "zope-testrunner"}
)  # fmt: skip
_TESTS_WITH: dict[str, frozenset[str]] = {
    "playwright": frozenset({"test"}),
    "cypress": frozenset({"run"}),
    "npm": frozenset({"test", "t"}),
    "yarn": frozenset({"test"}),
    "pnpm": frozenset({"test", "t"}),
    "go": frozenset({"test"}),
    "gotestsum": frozenset({""}),
    "cargo": frozenset({"test", "nextest", "t"}),
    "dotnet": frozenset({"test", "vstest"}),
    "sbt": frozenset({"test", "testOnly", "test:test"}),
    "rake": frozenset({"test", "spec"}),
    "rails": frozenset({"test", "test:all", "test:system"}),
    "dbt": frozenset({"test", "build"}),
    "deno": frozenset({"test"}),
    "bun": frozenset({"test"}),
    "ray": frozenset({"test"}),
    "hatch": frozenset({"test"}),
    "mix": frozenset({"test"}),
    "swift": frozenset({"test"}),
    "flutter": frozenset({"test"}),
    "dart": frozenset({"test"}),
    "bazel": frozenset({"test", "coverage"}),
    "bazelisk": frozenset({"test", "coverage"}),
    "kedro": frozenset({"test"}),
    "pixi": frozenset({"test"}),
    "ng": frozenset({"test", "e2e"}),
    "react-scripts": frozenset({"test"}),
    "lein": frozenset({"test"}),
    "stack": frozenset({"test"}),
    "cabal": frozenset({"test"}),
    "meson": frozenset({"test"}),
    "nx": frozenset({"test"}),
}
_FAMILY = {"nosetests": "nose", "pabot": "robot", "ptw": "pytest", "hatch": "pytest", "bazelisk": "bazel"}
_MAVEN = frozenset({"test", "verify", "package", "install", "deploy", "integration-test"})
_GRADLE = lazily(r"(?::?[\w-]+:)*(?:test\w*|check|build|integrationTest|connectedAndroidTest)\Z")
_SHOWS = frozenset(
    {
        "--collect-only",
        "--co",
        "--help",
        "-h",
        "--version",
        "-V",
        "--fixtures",
        "--markers",
        "--list",
        "--listTests",
        "--setup-plan",
        "--no-run",
    }
)
_SKIPS = frozenset({"-DskipTests", "-DskipTests=true", "-Dmaven.test.skip=true", "-Dmaven.test.skip"})


def is_test_command(words: Words) -> str | None:
    """The name of the test framework that the command runs, None if it runs no tests."""
    words = strip_wrappers(words)
    if not words or _SHOWS & set(words[1:]):
        return None
    name, rest = words[0].removeprefix("./").rpartition("/")[2] or words[0], words[1:]
    if name in _TESTS:
        return _FAMILY.get(name, name)
    if name in ("tox", "nox"):
        return (
            name
            if not {"-l", "--listenvs", "--notest", "-e"} & set(rest) or re.search(r"\btest|\bpy\d", " ".join(rest))
            else None
        )
    if name == "pants":  # it takes several goals before the targets: `pants lint check test ::`
        goals = [word for word in rest if re.fullmatch(r"[a-z][a-z-]+", word)]
        return "pytest" if "test" in goals else None
    verb = next((word for word in rest if not word.startswith("-")), "")
    if verb in _TESTS_WITH.get(name, frozenset()):
        return _FAMILY.get(name, name)
    if name in ("mvn", "mvnw"):
        return "maven" if _MAVEN & set(rest) and not _SKIPS & set(rest) else None
    if name in ("gradle", "gradlew", "gradlew.bat"):
        skipped = {rest[i + 1] for i, word in enumerate(rest[:-1]) if word in ("-x", "--exclude-task")}
        return (
            "gradle"
            if any(_GRADLE.match(word) for word in rest if word not in skipped) and not {"test", ":test"} & skipped
            else None
        )
    if name == "python":
        return _python_tests(rest)
    if name in ("R", "Rscript"):
        return _r_tests(name, rest)
    return "minitest" if name == "ruby" and any(word.startswith("-Itest") for word in rest) else None


def _python_tests(rest: Words) -> str | None:
    if rest[:1] == ("-m",):
        return (
            rest[1]
            if rest[1:2] in (("unittest",), ("nose",), ("doctest",), ("testtools.run",), ("xmlrunner",))
            else None
        )
    script = rest[0].rpartition("/")[2] if rest else ""
    if script == "manage.py" and rest[1:2] == ("test",):
        return "django"
    return "unittest" if script == "setup.py" and "test" in rest[1:] else None


def _r_tests(name: str, rest: Words) -> str | None:
    if name == "R" and rest[:2] == ("CMD", "check"):
        return "R CMD check"
    code = " ".join(rest)
    if re.search(
        r"\b(?:testthat::)?test_(?:dir|file|local|package|check)\b|devtools::(?:test|check)\b|rcmdcheck::",
        code,
    ):
        return "testthat"
    return "testthat" if re.search(r"testthat\.[rR]\b", code) else None
