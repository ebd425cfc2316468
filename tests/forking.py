"""Runs tests of a generated project, each in a fork of a process that has the libraries already: importing them takes most of a test's time.

Started by the project's own Python, in the project's folder. It reads the words for pytest as a JSON list from each line, and answers with a
JSON object a line: the exit code, and what pytest said. Of the project itself nothing is loaded before the fork.
"""

import contextlib
import importlib
import json
import os
import signal
import sys
import tempfile
import traceback

SECONDS = 300  # a test that waits for ever is one that fails

for name in sys.argv[1:]:
    with contextlib.suppress(Exception):  # one kind has not what another has, or lacks what it wants itself
        importlib.import_module(name)
answers = os.fdopen(os.dup(1), "w")
for line in sys.stdin:
    with tempfile.TemporaryFile("w+") as said:
        child = os.fork()
        if child == 0:
            code = 70
            try:
                os.dup2(said.fileno(), 1)
                os.dup2(said.fileno(), 2)
                signal.alarm(SECONDS)
                import pytest

                sys.path.insert(0, "")
                code = int(pytest.main(json.loads(line)))
            except BaseException:  # noqa: BLE001  told to the one who asked, by the other end of the pipe
                traceback.print_exc()
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        said.seek(0)
        answers.write(json.dumps({"code": code, "said": said.read()}) + "\n")
        answers.flush()
