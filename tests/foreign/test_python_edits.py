"""Lines go where the syntax tree says, and every other byte stays as it is."""

import pytest

from scaffolder.errors import Refused
from scaffolder.foreign.python_edits import after_statement, before_statement, decorated, with_import


def test_an_import_follows_the_last_one_at_the_top() -> None:
    assert with_import('"""Doc."""\nimport a\nfrom b import (\n    c,\n)\n\nx = 1\nimport late\n', "import z") == (
        '"""Doc."""\nimport a\nfrom b import (\n    c,\n)\nimport z\n\nx = 1\nimport late\n'
    )


def test_a_file_without_imports_keeps_its_docstring_first() -> None:
    assert with_import('#!/usr/bin/env python\n"""Doc."""\nx = 1\n', "import z").startswith(
        '#!/usr/bin/env python\n"""Doc."""\nimport z\n\nx'
    )


def test_a_file_without_anything_above_keeps_its_comments() -> None:
    assert with_import("#!/usr/bin/env python\n# -*- coding: utf-8 -*-\nx = 1\n", "import z") == (
        "#!/usr/bin/env python\n# -*- coding: utf-8 -*-\nimport z\n\nx = 1\n"
    )


def test_an_import_that_is_there_is_not_added_again() -> None:
    assert with_import("import z\n", "import z") == "import z\n"


def test_lines_follow_a_statement_of_several_lines_and_are_indented_like_it() -> None:
    text = "def f():\n\tdf = read(\n\t\t'x',\n\t)\n\treturn df\n"
    assert after_statement(text, 3, ["df = check(df)"]) == (
        "def f():\n\tdf = read(\n\t\t'x',\n\t)\n\tdf = check(df)\n\treturn df\n"
    )


def test_lines_end_as_the_file_s_own() -> None:
    assert after_statement("a = 1\r\nb = 2", 2, ["c = 3"]) == "a = 1\r\nb = 2\r\nc = 3\r\n"


def test_a_decorator_comes_right_above_the_function_below_those_that_are_there() -> None:
    text = "class A:\n    @app.post('/x')\n    async def ask(self):\n        pass\n"
    assert decorated(text, "A.ask", "@recorded") == text.replace("    async", "    @recorded\n    async")


def test_lines_before_a_function_come_before_its_decorators() -> None:
    assert before_statement("@a\ndef f():\n    pass\n", 2, ["x = 1"]) == "x = 1\n@a\ndef f():\n    pass\n"


@pytest.mark.parametrize("text", ["def f(:\n", "x = 'unterminated\n", "\0"])
def test_what_does_not_parse_is_left_alone(text: str) -> None:
    with pytest.raises(Refused, match="no valid Python"):
        with_import(text, "import z")


def test_two_statements_on_one_line_are_not_torn_apart() -> None:
    assert after_statement("a = 1; b = 2\nc = 3\n", 1, ["d = 4"]) == "a = 1; b = 2\nd = 4\nc = 3\n"


def test_a_statement_on_the_line_of_its_header_is_refused() -> None:
    with pytest.raises(Refused, match="depends on"):
        after_statement("if x: df = read()\n", 1, ["df = check(df)"])


def test_a_form_feed_ends_no_line() -> None:
    assert after_statement("a = 1\n\f\nb = 2\nc = 3\n", 3, ["d = 4"]) == "a = 1\n\f\nb = 2\nd = 4\nc = 3\n"
