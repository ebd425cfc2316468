"""rake: tasks of a Rakefile, as far as they can be read without Ruby."""

import re
from collections.abc import Iterable

from scorecard.patterns import lazily
from scorecard.readers.wrappers import Words
from scorecard.repository import Repository
from scorecard.runners.model import Call, Task
from scorecard.runners.shapes import call_after, folder_of

NAME = "rake"
FILES = ("Rakefile", "rakefile", "*.rake")
_TASK = lazily(r"\s*(?:multitask|task)\s*\(?\s*:?['\"]?([\w:-]+)['\"]?\s*(?:=>|:(?=\s)|,|\)|do|$)([^\n]*)")
_MADE = lazily(
    r"\s*(RSpec::Core::RakeTask|Rake::TestTask|Minitest::TestTask|RuboCop::RakeTask)\.(?:new|create)(?:\(?\s*:(\w+))?"
)
_RAILS = lazily(r"^[ \t]*(?:Rails\.application|\w+::Application)\.load_tasks\b", re.MULTILINE)
_OF_RAILS = (("spec", "rspec"), ("test", "ruby -Itest test"))
_SHELL = lazily(r"\s*(?:sh|system)\s*\(?\s*[\"']([^\"'\n]{1,500})[\"']")
_COMMANDS = {"RSpec::Core::RakeTask": ("spec", "rspec"), "RuboCop::RakeTask": ("rubocop", "rubocop")}


def tasks(repository: Repository, path: str) -> Iterable[Task]:
    folder = folder_of(path)
    found: list[tuple[str, int, list[tuple[int, str]], tuple[str, ...]]] = []
    for number, row in enumerate(repository.lines(path), 1):
        if row.lstrip().startswith("#"):
            continue
        if made := _MADE.match(row):
            name, command = _COMMANDS.get(made[1], ("test", "ruby -Itest test"))
            found.append((made[2] or name, number, [(number, command)], ()))
        elif task := _TASK.match(row):
            listed = task[2].partition(" do")[0].partition("|")[0].replace("%i", "").replace("%w", "")
            needs = tuple(re.findall(r":?['\"]?([A-Za-z][\w:]*)['\"]?", listed))
            found.append((task[1], number, [], tuple(need for need in needs if need != "do")))
        elif found and (shell := _SHELL.match(row)):
            found[-1][2].append((number, shell[1]))
    known = {name for name, *_ in found}
    if _RAILS.search(repository.text(path)):  # the tasks that Rails and rspec-rails define
        below = f"{folder}/" if folder else ""
        for name, command in _OF_RAILS:
            if name not in known and repository.has_folder(f"{below}{name}"):
                found.append((name, 1, [(1, command)], ()))
    for name, line, commands, needs in found:
        yield Task(NAME, name, path, line, tuple(commands), needs, folder)
    if any(name == "default" for name, *_ in found):
        yield Task(NAME, "", path, 1, needs=("default",), folder=folder)


def invoked(words: Words) -> Call | None:
    if words[:1] not in (("rake",), ("bin/rake",)) or "-T" in words:
        return None
    call = call_after(words, 1, frozenset({"-f", "--rakefile", "-R", "-I"}), file=("-f", "--rakefile"))
    return Call(tuple(re.sub(r"\[.*\Z", "", name) for name in call.names), file=call.file)
