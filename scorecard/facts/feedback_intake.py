"""Where an application takes in verdicts: routes, widgets, buttons, and whether the handler keeps what it is given."""

import re
from collections.abc import Iterator

from scorecard.facts.code import Code, Hit
from scorecard.facts.configuration import is_operational
from scorecard.facts.feedback_words import STORES, STRONG, WEAK, is_tied
from scorecard.facts.own_calls import Own, OwnCalls
from scorecard.facts.record_helpers import keepers
from scorecard.facts.routes import Routes
from scorecard.model import Evidence
from scorecard.patterns import lazily

_READS = frozenset({"get", "add_get", "MapGet", "GET", "Get", "GetMapping", "HttpGet", "delete", "websocket"})
_ROUTE_FILE = lazily(
    r"(?:^|/)(?:api|server|functions)/(?:[^/]+/){0,6}?(?:[\w-]{0,40}feedback|votes?|ratings?|thumbs)[\w-]{0,20}(?:/route|/index|/\+server)?"
    r"(?:\.post|\.patch)?\.[cm]?[jt]sx?$|/(?:[\w-]{0,40}feedback|votes?|ratings?)/(?:route|\+server)\.[cm]?[jt]s$",
    re.IGNORECASE,
)
_WIDGETS = (
    "streamlit.feedback",
    "*.streamlit_feedback",
    "streamlit_feedback.*",
    "*.on_feedback",
    "chainlit.*.upsert_feedback",
    "gradio.*.like",
    "*chatbot*.like",
    "*.like",
    "gradio.*FlagMethod*",
    "gradio.*CSVLogger",
    "gradio.HuggingFaceDatasetSaver",
    "streamlit_star_rating.*",
)
# A counter of votes, or an event about one, follows them too.
_COUNTS = lazily(r"^(?:inc|increment|observe|h?incrby|zincrby|track_?[eE]vent|TrackEvent|capture|record_metric|emit)$")
_THUMBS = lazily("\N{THUMBS UP SIGN}|\N{THUMBS DOWN SIGN}|:thumbs_?up:|:thumbs_?down:|thumb_up|thumbs-up")
_INTERFACES = frozenset(
    {
        "streamlit",
        "gradio",
        "chainlit",
        "telegram",
        "aiogram",
        "telebot",
        "discord",
        "slack_bolt",
        "dash",
        "nicegui",
        "panel",
        "shiny",
        "reflex",
        "flet",
        "mesop",
    }
)
_VERDICTS = lazily(
    r"(?:^|[a-z])(?:Feedback|GroundTruth|Thumbs|Upvote)(?:Request|Create|In|Body|Payload|Schema|Input)?$"
)
_BUTTON = lazily(r"button|radio|selectbox|pills|segmented_control|Action\b|emoji|reaction|feedback", re.IGNORECASE)


def taken(code: Code, routes: Routes, calls: OwnCalls) -> tuple[list[Evidence], list[Evidence]]:
    """Routes that take a verdict: those whose handler keeps it, and those whose handler does not."""
    kept: list[Evidence] = []
    dropped: list[Evidence] = []
    for route in routes.all:
        hit = route.hit
        if hit.call is None or hit.call.last in _READS:
            continue
        if (
            STRONG.search(route.path)
            or _takes_a_verdict(hit)
            or (WEAK.search(route.path) and route.decorated and is_tied(hit.source, hit.scope))
        ):
            inside = [c for c in route.inside if c.last != "Feedback"]
            stores = any(STORES.match(c.last) or _COUNTS.match(c.last) or "feedback" in c.last.lower() for c in inside)
            stores = stores or not route.decorated or _handed_on(code, calls, hit)
            (kept if stores else dropped).append(code.evidence(hit))
    return kept, dropped


def _takes_a_verdict(hit: Hit) -> bool:
    """Is a record of feedback the body of the request, whatever the route is called (`PATCH /inference`)?"""
    function = next((f for f in hit.source.functions if f.name == hit.scope and f.line >= hit.line), None)
    types = [dotted.rpartition(".")[2] for name, dotted in function.annotations if name != "return"] if function else []
    return any(_VERDICTS.search(name) for name in types)


def _handed_on(code: Code, calls: OwnCalls, hit: Hit) -> bool:
    """Does the handler give the verdict to an own function that keeps it, whatever that is called?"""
    function = next((f for f in hit.source.functions if f.name == hit.scope), None)
    return function is not None and next(keepers(code, calls, Own(hit.source, function)), None) is not None


def widgets(code: Code) -> tuple[list[Evidence], list[Evidence]]:
    kept: list[Evidence] = []
    dropped: list[Evidence] = []
    found = [h for h in code.calls(*_WIDGETS) if h.call is None or h.call.last != "like" or _is_chat(h)]
    found += [h for h in code.texts(_THUMBS.pattern, flags=0) if len(h.name) < 40 and _is_button(h)]
    for hit in found:
        if not is_operational(hit.path) or hit.source.notebook:
            continue
        near = hit.source.calls_of(hit.scope) or hit.source.calls
        stores = any(
            STORES.match(c.last) and c.line >= hit.line - 3 and not c.name.startswith(("streamlit", "st.", "gradio"))
            for c in near
        )
        stores = stores or (hit.call is not None and hit.call.last in ("on_feedback", "like", "CSVLogger"))
        (kept if stores else dropped).append(code.evidence(hit))
    return kept[:3], dropped[:2]


def _is_button(hit: Hit) -> bool:
    """Does the thumb stand on something that a user can press?"""
    interface = any(i.module.partition(".")[0] in _INTERFACES for i in hit.source.imports)
    return interface and any(abs(c.line - hit.line) <= 2 and _BUTTON.search(c.last) for c in hit.source.calls)


def _is_chat(hit: Hit) -> bool:
    """`chatbot.like(vote, …)` of Gradio takes a function; Supabase's and SQLAlchemy's `like` take strings."""
    return (
        hit.call is not None
        and bool(hit.call.args)
        and not hit.call.args[0].startswith("'")
        and any(i.module == "gradio" for i in hit.source.imports)
    )


def route_files(code: Code) -> Iterator[Evidence]:
    """Routes by their file's place (Next.js, SvelteKit, Nuxt) that write."""
    for source in code.sources:
        if (
            source.language in ("typescript", "javascript", "tsx")
            and is_operational(source.path)
            and _ROUTE_FILE.search(source.path)
        ):
            handlers = [f for f in source.functions if f.name in ("POST", "PATCH", "PUT", "handler", "default")]
            line = next(
                (
                    c.line
                    for c in source.calls
                    if STORES.match(c.last) or c.last.lower().endswith(("feedback", "vote", "rating", "message"))
                ),
                0,
            )
            if line and (handlers or "/api/" in source.path):
                yield code.evidence(source, line)
