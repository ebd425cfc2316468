"""Which calls are log lines."""

import pytest
from helpers import repo

from scorecard.facts import Facts
from scorecard.facts.logs import Logs


def count(text: str, path: str = "app.py") -> int:
    return len(Facts(repo({path: text})).get(Logs).lines)


@pytest.mark.parametrize(
    "text",
    [
        "import logging\nlogging.info('x')\n",
        "import logging\nlog = logging.getLogger()\nlog.exception('x')\n",
        "from loguru import logger\nlogger.bind(a=1).warning('x')\n",
        "import structlog\nlogger = structlog.get_logger()\nlogger.info('x', a=1)\n",
        "def run(context):\n    context.log.info('x')\n",
        "class A:\n    def run(self):\n        self._logger.error('x')\n",
        "from flask import current_app\ncurrent_app.logger.info('x')\n",
        "import logging\nlogging.log(logging.INFO, 'x')\n",
    ],
)
def test_these_log(text: str) -> None:
    assert count(text) == 1


@pytest.mark.parametrize(
    "text",
    [
        "print('x')\n",
        "import wandb\nwandb.log({'a': 1})\n",
        "import mlflow\nmlflow.log_metric('a', 1)\n",
        "import math\nmath.log(2)\n",
        "import streamlit as st\nst.error('x')\n",
        "from django.contrib import messages\nmessages.error(request, 'x')\n",
        "import warnings\nwarnings.warn('x')\n",
        "class M:\n    def step(self):\n        self.log('loss', 1)\n",
        "class M:\n    def step(self):\n        self.logger.experiment.log({'a': 1})\n",
        "import logging\nlogging.getLogger('x').setLevel(logging.ERROR)\n",
    ],
)
def test_these_do_not(text: str) -> None:
    assert count(text) == 0


def test_a_go_program_logs_with_its_standard_library() -> None:
    assert count('package main\n\nimport "log"\n\nfunc main() {\n\tlog.Printf("x")\n}\n', "main.go") == 1


def test_console_is_no_framework() -> None:
    assert count("console.error('x');\n", "a.ts") == 0


FUNCTION = """
import { app, HttpRequest, InvocationContext } from '@azure/functions';

async function ask(request: HttpRequest, context: InvocationContext) {
  context.log('asked');
  context.error('failed');
  context.extraInputs.get('x');
}
"""


def test_a_host_hands_its_logger_to_every_function() -> None:
    assert count(FUNCTION, "api/ask.ts") == 2
    assert count(FUNCTION.replace("@azure/functions", "./canvas"), "api/ask.ts") == 0


def test_tests_and_notebooks_are_no_system_code() -> None:
    assert count("import logging\nlogging.info('x')\n", "tests/test_a.py") == 0
    assert count("import logging\nlogging.info('x')\n", "examples/a.py") == 0
