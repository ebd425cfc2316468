"""What the index of code finds, and what it leaves alone."""

from helpers import repo

from scorecard.facts.code import Code


def lines(code: Code, *patterns: str) -> list[tuple[str, int]]:
    return [(hit.path, hit.line) for hit in code.calls(*patterns)]


def test_a_call_is_found_through_its_alias() -> None:
    code = Code.gather(repo({"a.py": "import mlflow as m\n\nm.register_model('x')\n"}))
    assert lines(code, "mlflow.register_model") == [("a.py", 3)]


def test_a_comment_a_docstring_and_a_string_are_no_calls() -> None:
    text = '"""mlflow.register_model()"""\n# mlflow.register_model()\nprint("mlflow.register_model()")\n'
    assert lines(Code.gather(repo({"a.py": text})), "mlflow.register_model") == []


def test_a_method_is_found_through_the_class_that_made_the_value() -> None:
    text = "from mlflow import MlflowClient\nclient = MlflowClient()\nclient.set_alias('a')\n"
    assert lines(Code.gather(repo({"a.py": text})), "mlflow.MlflowClient.set_alias") == [("a.py", 3)]


def test_a_method_is_found_through_an_attribute_set_in_init() -> None:
    text = """\
        from mlflow import MlflowClient

        class Registry:
            def promote(self):
                self.client.set_alias("a")

            def __init__(self):
                self.client = MlflowClient()
        """
    assert lines(Code.gather(repo({"a.py": text})), "mlflow.MlflowClient.set_alias") == [("a.py", 5)]


def test_a_logger_is_followed_through_the_repositorys_own_module() -> None:
    world = repo(
        {
            "app/__init__.py": "",
            "app/log.py": "import structlog\nlogger = structlog.get_logger()\n",
            "app/api.py": "from app.log import logger\nlogger.info('x')\n",
            "app/rel.py": "from .log import logger as l\nl.info('x')\n",
        }
    )
    assert lines(Code.gather(world), "structlog.get_logger().info") == [("app/api.py", 2), ("app/rel.py", 2)]


def test_tests_are_left_out_unless_asked_for() -> None:
    code = Code.gather(repo({"tests/test_a.py": "import mlflow\nmlflow.register_model('x')\n"}))
    assert code.calls("mlflow.register_model") == []
    assert len(code.calls("mlflow.register_model", tests=True)) == 1


def test_vendored_code_is_not_ours() -> None:
    code = Code.gather(repo({"vendor/a.py": "import mlflow\nmlflow.register_model('x')\n"}))
    assert code.calls("mlflow.register_model", tests=None) == []


def test_a_module_named_like_a_library_does_not_capture_it() -> None:
    world = repo(
        {
            "app/__init__.py": "",
            "app/langfuse.py": "client = 1\n",
            "app/api.py": "from langfuse import Langfuse\nLangfuse().trace()\n",
        }
    )
    assert Code.gather(world).module("langfuse", "app/api.py") == ""


def test_a_module_below_src_is_ours() -> None:
    world = repo({"src/app/train.py": "", "tests/test_a.py": "from app.train import x\n"})
    assert Code.gather(world).module("app.train", "tests/test_a.py") == "src/app/train.py"


def test_a_test_finds_modules_in_a_source_folder_that_is_a_package_itself() -> None:
    code = Code.gather(
        repo({
            "src/__init__.py": "",
            "src/preprocess.py": "x = 1\n",
            "tests/test_a.py": "import preprocess\n",
            "tools/run.py": "import preprocess\n",
        })
    )  # fmt: skip
    assert code.module("preprocess", "tests/test_a.py") == "src/preprocess.py"
    assert code.module("preprocess", "tools/run.py") == ""
    assert code.module("pandas", "tests/test_a.py") == ""


def test_notebook_code_keeps_the_lines_of_the_file_and_outputs_are_nothing() -> None:
    notebook = """\
        {
         "cells": [
          {"cell_type": "markdown", "source": ["mlflow.register_model()"]},
          {"cell_type": "code", "source": [
            "%matplotlib inline\\n",
            "import mlflow\\n",
            "mlflow.register_model('x')"
           ],
           "outputs": [{"text": ["mlflow.register_model()"]}]}
         ]
        }
        """
    code = Code.gather(repo({"a.ipynb": notebook}))
    assert lines(code, "mlflow.register_model") == [("a.ipynb", 7)]


def test_a_broken_file_and_a_broken_notebook_are_noted_and_the_rest_is_read() -> None:
    world = repo(
        {
            "a.py": "import mlflow\nprint 'python 2'\n",
            "b.ipynb": "{",
            "c.py": "import mlflow\nmlflow.log(1)\n",
        }
    )
    code = Code.gather(world)
    assert len(code.imports("mlflow")) == 2
    assert lines(code, "mlflow.log") == [("c.py", 2)]
    assert {note.path for note in world.notes} == {"a.py", "b.ipynb"}


def test_an_expression_nested_ten_thousand_deep_is_survived() -> None:
    deep = "import mlflow\nx = " + "(" * 10_000 + ")" * 10_000 + "\n"
    chain = "import mlflow\nx = " + "+".join(["y"] * 10_000) + "\nmlflow.log(1)\n"
    world = repo({"deep.py": deep, "chain.py": chain})
    code = Code.gather(world)
    assert {hit.path for hit in code.imports("mlflow")} == {"deep.py", "chain.py"}


def test_a_class_is_known_by_its_ancestors_of_the_repository() -> None:
    world = repo(
        {
            "base.py": "from pydantic import BaseModel\nclass Base(BaseModel):\n    pass\n",
            "house.py": "from base import Base\nclass House(Base):\n    rooms: int\n",
        }
    )
    assert [k.name for _, k in Code.gather(world).classes("pydantic.BaseModel")] == ["Base", "House"]
