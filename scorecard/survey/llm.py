"""Where a language model is asked, and through which function of the repository's own one would ask the whole application.

kind       "llm" | "ml+llm" | "ml" | "library" | "none"
asks       [{"path": "assistant/answers.py", "line": 17, "scope": "answer"}]: live calls of a language model, in Python
functions  what comes to such a call, each as in `llm_functions`, the best one to evaluate first
served     endpoints of a web application that come to such a call, each as in `llm_served`, the best one to evaluate first
notebooks  ["notebooks/chat.ipynb"]: those that ask one
prompts    [{"path": …, "line": …, "text": …}]: literal texts that speak to a model
keys       ["OPENAI_API_KEY"]: the environment's names of what the model wants to see
tools      ["delete_order"]: functions that the model may call
data       ["data/faq.csv"]: files that hold questions with answers
suites     ["evals/run.py"]: evaluations that are there already
"""

import re
from typing import Any

from scorecard.facts.code import Code
from scorecard.facts.eval_cases import CaseFiles
from scorecard.facts.eval_links import Links
from scorecard.facts.evals import Evals
from scorecard.facts.identity import Identity
from scorecard.facts.inference import LIVE, Inference
from scorecard.paths import is_prose, is_test
from scorecard.readers.code import Source
from scorecard.survey.llm_functions import Functions, is_system
from scorecard.survey.llm_served import Served

_KEY = re.compile(r"[A-Z][A-Z0-9_]{0,40}(?:API_KEY|_APIKEY|_API_TOKEN|_ACCESS_TOKEN|HF_TOKEN)$")
_PROVIDER = re.compile(
    r"OPENAI|ANTHROPIC|GOOGLE|GEMINI|MISTRAL|GROQ|COHERE|TOGETHER|HF_|HUGGING|DEEPSEEK|OPENROUTER|LITELLM|LLM|FIREWORKS|XAI|CLAUDE|NVIDIA"
)
_KEYS = {
    "openai": "OPENAI_API_KEY",
    "langchain_openai": "OPENAI_API_KEY",
    "anthropic": "ANTHROPIC_API_KEY",
    "langchain_anthropic": "ANTHROPIC_API_KEY",
    "google": "GOOGLE_API_KEY",
    "langchain_google_genai": "GOOGLE_API_KEY",
    "mistralai": "MISTRAL_API_KEY",
    "groq": "GROQ_API_KEY",
    "langchain_groq": "GROQ_API_KEY",
    "cohere": "COHERE_API_KEY",
    "together": "TOGETHER_API_KEY",
}
_PROMPT = re.compile(
    r"\b(?:you(?:'re| are)|your (?:task|job|role|goal)|you (?:answer|must|will|help)|act as)\b", re.IGNORECASE
)
_TOOLS = ("tool", "function_tool", "ai_function", "kernel_function", "tool_plain")
_MOST, _MOST_PROMPTS = 12, 40


def look(
    code: Code, inference: Inference, identity: Identity, evals: Evals, files: CaseFiles, links: Links
) -> dict[str, Any]:
    """See the module's docstring."""
    asks = [ask for ask in inference.asks if ask.llm and ask.part in LIVE and is_system(ask.hit.source)]
    functions = Functions(code, [(ask.hit.path, ask.hit.line) for ask in asks])
    reached = [s for s in code.sources if is_system(s) and s.path in functions.paths]
    return {
        "kind": str(identity.kind),
        "asks": [{"path": a.hit.path, "line": a.hit.line, "scope": a.hit.scope} for a in asks[:_MOST]],
        "notebooks": sorted({ask.hit.path for ask in inference.asks if ask.llm and ask.hit.source.notebook})[:_MOST],
        "functions": functions.found(links.reaches_model)[:_MOST],
        "served": Served(functions, links.reaches_model).found()[:_MOST],
        "prompts": [
            {"path": s.path, "line": t.line, "text": t.value}
            for s in reached
            for t in s.texts
            if len(t.value) > 40 and _PROMPT.search(t.value)
        ][:_MOST_PROMPTS],
        "keys": _keys(reached),
        "tools": sorted({name for source in reached for name in _tools(source)}),
        "data": [path for path in files if not is_test(path) and not is_prose(path) and files.line(path)][:_MOST],
        "suites": sorted({path for suite in evals.suites for path in suite.entries or suite.paths})[:_MOST],
    }


def _keys(sources: list[Source]) -> list[str]:
    said = {text.value for source in sources for text in source.texts if _KEY.match(text.value)}
    used = {item.module.partition(".")[0] for source in sources for item in source.imports}
    return sorted(filter(_PROVIDER.search, said), key=lambda key: (key != "OPENAI_API_KEY", key)) or sorted(
        {key for client, key in _KEYS.items() if client in used}
    )


def _tools(source: Source) -> list[str]:
    decorated = [f.last for f in source.functions if any(d.rpartition(".")[2] in _TOOLS for d in f.decorators)]
    lines = {call.line for call in source.calls if call.last == "bind_tools"}
    listed = [a.rpartition(".")[2] for c in source.calls if c.line in lines for a in c.args if a.isidentifier()]
    own = {f.last for f in source.functions}
    return [*decorated, *(name for name in listed if name in own)]
