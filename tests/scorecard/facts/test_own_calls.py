"""Which own function a call means."""

from helpers import repo

from scorecard.facts.code import Code
from scorecard.facts.own_calls import OwnCalls

LOG = """
class Log:
    def write(self, entry):
        self.file.write(entry)


shared = Log()
"""


def _meant(service: str) -> dict[str, str]:
    """The calls of app/service.py by their last names, with what each means."""
    code = Code.gather(repo({"app/__init__.py": "", "app/log.py": LOG, "app/service.py": service}))
    source = code.source("app/service.py")
    assert source is not None
    calls = OwnCalls.gather(code)
    found = {call.last: calls.meant(source, call) for call in source.calls}
    return {last: f"{own.source.path} {own.function.name}" for last, own in found.items() if own}


def test_an_attribute_means_the_class_that_it_was_made_from() -> None:
    made = "from app.log import Log\n\nclass Service:\n    def start(self):\n        self.log = Log()\n"
    asked = "    def answer(self, row):\n        self.log.write(row)\n"
    assert _meant(made + asked) == {"write": "app/log.py Log.write"}


def test_two_attributes_made_in_one_line_are_told_apart() -> None:
    made = "from app.log import Log\n\nclass Service:\n    def start(self):\n        self.n, self.log = 1, Log()\n"
    asked = "    def answer(self, row):\n        self.log.write(row)\n        self.n.write(row)\n"
    code = Code.gather(repo({"app/__init__.py": "", "app/log.py": LOG, "app/service.py": made + asked}))
    source = code.source("app/service.py")
    assert source is not None
    calls = OwnCalls.gather(code)
    assert [bool(calls.meant(source, c)) for c in source.calls if c.last == "write"] == [True, False]


def test_an_annotation_says_whose_method_it_is() -> None:
    assert "write" in _meant("from app.log import Log\n\ndef answer(log: Log, row):\n    log.write(row)\n")


def test_one_value_for_all_is_followed_to_its_class() -> None:
    assert "write" in _meant("from app.log import shared\n\ndef answer(row):\n    shared.write(row)\n")


def test_an_unknown_owner_means_nothing() -> None:
    assert _meant("def answer(log, row):\n    log.write(row)\n") == {}


def test_another_library_of_the_same_verb_means_nothing() -> None:
    assert _meant("from pathlib import Path\n\ndef answer(row):\n    Path('x').write(row)\n") == {}
