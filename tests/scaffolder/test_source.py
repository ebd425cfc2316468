"""The versions of our own templates: any of them, offline, and from one to the next."""

from collections.abc import Callable
from pathlib import Path

import pytest

from scaffolder import Refused, bundle, new, source
from scaffolder.transition import State, current, transition

Git = Callable[..., str]


@pytest.fixture
def clone(tmp_path: Path, git: Git, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone of a program like ours, with the template versions v0.1.0 and v0.2.0, from which we run."""
    root = tmp_path / "clone"
    project = root / "templates" / "project"
    project.mkdir(parents=True)
    (root / "scaffolder").mkdir()
    (root / "templates" / "copier.yml").write_text("_subdirectory: project\nproject_name: {type: str, default: x}\n")
    (project / "{{ _copier_conf.answers_file }}.jinja").write_text("{{ _copier_answers | to_nice_yaml }}")
    git(root, "init", "-q")
    for number in (1, 2):
        (project / "a.txt").write_text(f"{number}\n")
        git(root, "add", "-A")
        git(root, "commit", "-qm", "templates")
        bundle.release(root, f"v0.{number}.0", "better")
        git(root, "add", "-A")
        git(root, "commit", "-qm", "release")
    monkeypatch.setattr(source, "checkout", lambda: root)
    return root


def test_the_last_version_is_the_default(clone: Path, here: Path) -> None:
    assert clone.exists()
    assert new(Path("p")).version == "v0.2.0"
    assert (here / "p" / "a.txt").read_text() == "2\n"


def test_any_version_can_be_had_and_updated_from(clone: Path, here: Path) -> None:
    assert clone.exists()
    assert new(Path("p"), ref="v0.1.0").version == "v0.1.0"
    assert (here / "p" / "a.txt").read_text() == "1\n"
    old = current(here / "p")
    assert old is not None
    outcome = transition(here / "p", old, State(old.template, "v0.2.0", old.answers))
    assert outcome.changed == (".copier-answers.yml", "a.txt")
    assert (here / "p" / "a.txt").read_text() == "2\n"


def test_a_version_that_is_not_there_is_refused_with_those_that_are(clone: Path, here: Path) -> None:
    assert clone.exists()
    with pytest.raises(Refused, match=r"v0\.3\.0") as refused:
        new(Path("p"), ref="v0.3.0")
    assert "v0.1.0, v0.2.0" in refused.value.hint
    assert list(here.iterdir()) == []


def test_what_is_being_edited_is_used_at_once_and_called_so(clone: Path, here: Path) -> None:
    (clone / "templates" / "project" / "a.txt").write_text("edited\n")
    assert new(Path("p")).version.startswith("v0.2.1.dev0+t")
    assert (here / "p" / "a.txt").read_text() == "edited\n"


def test_every_address_that_was_ever_ours_still_is(clone: Path, tmp_path: Path) -> None:
    assert clone.exists()
    for number, url in enumerate(source.ALIASES):
        (tmp_path / str(number)).mkdir()
        with source.find(url, None, tmp_path / str(number)) as found:
            assert (found.ours, found.url, found.ref) == (True, source.URL, "v0.2.0")


def test_an_address_that_only_looks_like_ours_is_not(tmp_path: Path) -> None:
    with source.find("https://sevenasks.invalid/templates", None, tmp_path) as found:
        assert not found.ours
