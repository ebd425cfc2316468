"""The limits of each part, with the reason of each: what an environment may set otherwise in config/<env>.toml."""

from typing import Literal

from pydantic import BaseModel, Field

TOOLS = ("search", "read", "list_files", "read_file", "write_file", "delete_file")


class Quality(BaseModel):
    """When documents are refused."""

    bad_share: float = 0.20
    max_bytes: int = 500_000
    min_chars: int = 200  # a stub answers nothing
    near_duplicate: float = 0.90  # share of five-word runs that two documents have in common
    pii: Literal["mask", "quarantine", "allow"] = "mask"
    language_share: float = 0.08  # of function words: English prose has 0.3, a PEP full of code 0.2, German 0.02
    vanished_share: float = 0.30  # of the last index's documents: more is a source that broke
    drift_limit: float = 0.35  # cosine distance of the mean vectors; dev's ten PEPs against all fifteen is 0.02


class Agent(BaseModel):
    """How the agent works, and how far it may go for one question."""

    tools: tuple[str, ...] = TOOLS
    top_k: int = Field(5, ge=1, le=50)
    chunk_chars: int = 800
    max_requests: int = 10  # to the model
    max_calls: int = 20  # of tools
    max_tokens: int = 60_000  # read and written together
    timeout_seconds: float = 60
    allowed_hosts: tuple[str, ...] = ("peps.python.org", "docs.python.org")  # other links never leave in an answer
    prices: dict[str, tuple[float, float]] = Field(default_factory=dict)
    """USD per million tokens read and written, by model; it beats the list that comes with genai-prices."""


class Serving(BaseModel):
    """The service."""

    host: str = "127.0.0.1"
    port: int = 8000
    poll_seconds: float = 0.25
    rotate_seconds: float = 60
    session_hours: float = 24  # after its last question a session and its workspace are deleted


class Monitoring(BaseModel):
    """When people are told that the running system degrades."""

    window_days: int = 30
    min_answers: int = 200  # without drift, five bins then stay below 0.19 in 999 of 1,000 windows (Yurdakul, 2018)
    psi_limit: float = 0.25  # from here on a population is customarily taken to have changed (Siddiqi, 2006)
    no_passages_ceiling: float = 0.10
    refused_ceiling: float = 0.30
    bad_ceiling: float = 0.20
    min_feedback: int = 20
    cost_ceiling: float = 0.05  # USD an answer


class Evals(BaseModel):
    """When a candidate is refused, and what judging it may cost."""

    floors: dict[str, float] = Field(default_factory=lambda: {"adversarial": 1.0, "agentdojo": 1.0, "regression": 1.0})
    """By suite, the share of cases that must pass."""
    floor: float = 0.9  # of every other suite
    recall_floor: float = 0.85  # recall@k of the suite `retrieval`
    mrr_floor: float = 0.60  # mean reciprocal rank: the right section comes first or second
    golden_f1: float = (
        0.8  # words that an answer has in common with the accepted one; rewording costs 0.1, another answer 0.5
    )
    max_regressions: int = 0  # cases that the live release passes and this one does not
    repeats: int = Field(1, ge=1)  # of each case; it passes if all of them do (pass^k; Yao et al., 2024)
    budget: float = 1.00  # USD a run
    live_model: str = "openai:gpt-5-mini"  # who answers where --live is asked for and `model` is offline
    judge: str = ""  # a model that grades what no rule can, "openai:…"; none by default
