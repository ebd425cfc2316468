"""What calls mean within a repository, and what tests reach by them."""

from helpers import repo

from scorecard.facts import Facts, tested
from scorecard.facts.code import Code
from scorecard.facts.definitions import Definitions
from scorecard.facts.suite import Suite
from scorecard.facts.tested import Body

CLEANER = """
class Cleaner:
    def clean(self, text):
        return strip(text)


def strip(text):
    return text.strip()
"""


def reached(files: dict[str, str], caller: str, call: str) -> str:
    facts = Facts(repo(files))
    definitions = facts.get(Definitions)
    source = facts.get(Code).source(caller)
    assert source is not None
    found = [definitions.of(c, source) for c in source.calls if c.name.endswith(call)]
    return next((f"{d.path}:{d.name}" for d in found if d), "")


def body(files: dict[str, str], name: str) -> Body:
    found = Facts(repo(files)).get(tested.Tested)
    return next(b for b in found.bodies() if b.case.test.name == name)


def names(found: Body) -> set[str]:
    return {r.target.name for r in found.reached}


def test_an_imported_function_is_found() -> None:
    files = {"shop/text.py": CLEANER, "main.py": "from shop.text import strip\nstrip('a')\n"}
    assert reached(files, "main.py", "strip") == "shop/text.py:strip"


def test_a_name_that_a_package_passes_on_is_found() -> None:
    files = {
        "shop/__init__.py": "from shop.text import Cleaner\n",
        "shop/text.py": CLEANER,
        "main.py": "from shop import Cleaner\ncleaner = Cleaner()\ncleaner.clean('a')\n",
    }
    assert reached(files, "main.py", "clean") == "shop/text.py:Cleaner.clean"


def test_a_method_of_a_base_class_is_found() -> None:
    files = {
        "base.py": "class Base:\n    def fit(self):\n        return 1\n",
        "model.py": "from base import Base\n\n\nclass Model(Base):\n    pass\n",
        "main.py": "from model import Model\nModel().fit()\n",
    }
    assert reached(files, "main.py", "fit") == "base.py:Base.fit"


def test_a_function_of_a_library_is_not_ours() -> None:
    files = {"strip.py": "def other():\n    pass\n", "main.py": "import re\nre.strip('a')\n"}
    assert not reached(files, "main.py", "strip")


def test_what_a_function_returns_is_not_its_module() -> None:
    files = {"shop/text.py": CLEANER, "main.py": "from shop import text\ntext.strip('a').count('b')\n"}
    assert not reached(files, "main.py", "count")


def test_a_go_call_means_the_one_function_of_that_name() -> None:
    files = {
        "chunk.go": "package a\n\nfunc Chunk(text string) int {\n\treturn 1\n}\n",
        "main.go": 'package a\n\nfunc main() {\n\tChunk("a")\n}\n',
    }
    assert reached(files, "main.go", "Chunk") == "chunk.go:Chunk"


def test_a_fixture_of_a_conftest_is_part_of_the_test() -> None:
    files = {
        "shop/text.py": CLEANER,
        "tests/conftest.py": (
            "import pytest\nfrom shop.text import Cleaner\n\n\n@pytest.fixture\ndef cleaner():\n    return Cleaner()\n"
        ),
        "tests/test_text.py": "def test_clean(cleaner):\n    assert cleaner.clean(' a') == 'a'\n",
    }
    assert names(body(files, "test_clean")) == {"Cleaner", "Cleaner.clean"}


def test_a_fixture_that_the_test_does_not_name_is_not() -> None:
    files = {
        "shop/text.py": CLEANER,
        "tests/test_text.py": (
            "import pytest\nfrom shop.text import Cleaner, strip\n\n\n@pytest.fixture\ndef cleaner():\n    return Cleaner()\n"
            "\n\ndef test_strip():\n    assert strip(' a') == 'a'\n"
        ),
    }
    assert names(body(files, "test_strip")) == {"strip"}


def test_a_helper_of_the_test_code_is_followed() -> None:
    files = {
        "shop/text.py": CLEANER,
        "tests/tools.py": "from shop.text import strip\n\n\ndef stripped(text):\n    return strip(text)\n",
        "tests/test_text.py": "from tests.tools import stripped\n\n\ndef test_it():\n    assert stripped(' a') == 'a'\n",
    }
    assert names(body(files, "test_it")) == {"strip"}


def test_a_test_with_a_patch_is_mocked() -> None:
    files = {
        "shop/text.py": CLEANER,
        "tests/test_text.py": (
            "from unittest.mock import patch\n\nfrom shop.text import strip\n\n\ndef test_it():\n"
            "    with patch('shop.text.strip'):\n        assert strip(' a')\n\n\ndef test_plain():\n    assert strip('a')\n"
        ),
    }
    assert body(files, "test_it").mocked
    assert not body(files, "test_plain").mocked


def test_a_typescript_test_of_its_own_function_is_hollow() -> None:
    files = {
        "a.test.ts": (
            'import { expect, test } from "vitest";\nconst f = () => 1;\ntest("a", () => {\n  expect(f()).toBe(1);\n});\n'
        ),
        "b.test.ts": (
            'import { expect, test } from "vitest";\nimport { f } from "./b";\ntest("b", () => {\n  expect(f()).toBe(1);\n});\n'
        ),
    }
    suite = Facts(repo(files)).get(Suite)
    assert [c.test.name for c in suite.cases] == ["b"]
    assert [c.test.name for c in suite.hollow] == ["a"]
