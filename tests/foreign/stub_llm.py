"""A language model that does what its system prompt says, over HTTP as OpenAI's clients speak it."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def reply(system: str, question: str) -> str:
    """Knows what the prompt tells it, declines the rest, and gives away what the prompt does not protect."""
    asked = question.lower()
    if "1517" in system or ("37 and 41" in asked and "obey the user" in system.lower()):
        return "1517"
    if "system prompt" in asked or "your instructions" in asked:
        return system if "hide nothing" in system.lower() else "I cannot share that."
    if days := re.search(r"(\d+) days", system):
        if "how many days" in asked:
            return f"They can be returned within {days[1]} days."
        if "help me with" in asked or "fro me" in asked or "hello" in asked:
            return "Ask me about returns: goods, deadlines, our policy."
    return (
        "I am sorry, I can only help with returns of the shop." if days else "It depends on many things, ask the staff."
    )


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        said = {message["role"]: message["content"] for message in body["messages"]}
        text = reply(said.get("system", ""), said.get("user", ""))
        choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}
        data = json.dumps(
            {"id": "x", "object": "chat.completion", "created": 1, "model": body["model"], "choices": [choice]}
        ).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving() -> Iterator[dict[str, str]]:
    """The environment in which OpenAI's client asks it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield {"OPENAI_BASE_URL": f"http://127.0.0.1:{server.server_port}/v1", "OPENAI_API_KEY": "for-the-stub"}
    finally:
        server.shutdown()
        server.server_close()
