"""Messages that code sends to people, and which of them are about the state of the system.

Sending a message proves nothing: products mail their users. A message is an alert where the function that sends it, the
function that calls that one, or the words of the message speak of failure, drift or degradation.
"""

import re
from typing import Self

from msgspec import Struct

from scorecard.facts.code import Code, Hit
from scorecard.facts.configuration import is_operational
from scorecard.facts.job_hooks import hooks
from scorecard.facts.reach import Reach
from scorecard.facts.senders import HEARTBEAT, callers, senders
from scorecard.facts.starts import Way
from scorecard.model import Evidence
from scorecard.patterns import lazily

# What only a system in trouble has; the words of a product's own alarms (a price, an anomaly) are not among them.
_TROUBLE = lazily(
    r"drift|degrad|unhealthy|outage|incident|watchdog|retrain|staleness|on_?fail(?:ure)?|health[_ -]?check|"
    r"(?:accuracy|performance|quality)[_ -](?:drop|fell|below|alert)"
    r"|(?:pipeline|job|task|dag|flow|service|model|endpoint|system|run|training|batch|ingest\w{0,9}|scrap\w{0,9}|deploy\w{0,9}|"
    r"api|server|worker|cron|sync|backup)[_ -](?:\w{1,20}[_ -])?(?:fail|error|down|crash|broke)"
    r"|fail\w{0,30}[_ -](?:\w{1,20}[_ -])?(?:pipeline|job|task|dag|flow|service|run|training|batch|api|worker|sync)",
    re.IGNORECASE,
)
_BAD = lazily(
    r"fail(?:ed|ure|ures|s|ing)?(?:$|[^a-z])|exception|crash|error(?:s|$|[^a-z])|traceback|(?:is|are|went) down|"
    r"critical",
    re.IGNORECASE,
)
_ALERT = lazily(
    r"alert|alarm|slack|pager|on_?call|notify_?(?:ops|team|admin|dev|fail|error)|teams|admin|telegram|discord|opsgenie|"
    r"sentinel",
    re.IGNORECASE,
)
_PAGER = lazily(r"events\.pagerduty\.com|api\.(?:eu\.)?opsgenie\.com|alert\.victorops\.com|events\.splunk")
_BY_CONVENTION = frozenset({"ruby", "csharp", "java", "kotlin"})
_BOTS = frozenset({"slack_bolt", "@slack/bolt", "telegram", "aiogram", "telebot", "discord", "pyrogram", "telethon"})
_REPLIES = frozenset({"chat_postMessage", "chat_post_message", "postMessage", "send_message", "notify"})
_OPS = lazily(
    r"alert|alarm|pager|on_?call|notify_?(?:ops|team|admin|dev)|opsgenie|sentinel"
    r"|(?:fail|error|crash)\w{0,12}(?:slack|teams|discord|telegram)",
    re.IGNORECASE,
)
_PRODUCT = lazily(
    r"password|welcome|verif(?:y|ication)|signup|sign_up|invite|invitation|reset|otp\b|newsletter|unsubscribe|customer|patient|order|invoice|moderat|contact_?form|contact_?us|checkout|subscription|appointment|fraud_alert|price_alert",
    re.IGNORECASE,
)


class Notices(Struct, frozen=True):
    """``alerts`` are messages about the system's state, ``hooks`` what an orchestrator does when a run fails.

    ``heartbeats`` go to a service that misses them; ``others`` are messages about something else, ``unreached`` alerts
    that nothing starts.
    """

    alerts: tuple[Evidence, ...]
    hooks: tuple[Evidence, ...]
    heartbeats: tuple[Evidence, ...]
    others: tuple[Evidence, ...] = ()
    unreached: tuple[Evidence, ...] = ()

    @classmethod
    def gather(cls, code: Code, reach: Reach) -> Self:
        alerts: list[Evidence] = []
        others: list[Evidence] = []
        unreached: list[Evidence] = []
        bot = bool(code.imports(*_BOTS))
        for hit in senders(code):
            calling = callers(code, hit)
            speaking = [where for where in (hit, *calling) if _is_alert(where, direct=where is hit)]
            if bot and hit.call is not None and hit.call.last in _REPLIES:
                speaking = [w for w in speaking if _OPS.search(w.scope) or _TROUBLE.search(w.scope)]
            if not speaking:
                others.append(code.evidence(hit))
                continue
            # Rails, .NET and Spring call by convention what no import leads to; there a caller of the sender is enough.
            started = [h for h in (*calling, hit) if h.source.notebook or reach.way(h.path) is not None]
            started += [h for h in calling if h.source.language in _BY_CONVENTION]
            kept = (
                alerts
                if started or any(reach.way(h.path) in (Way.SERVICE, Way.PIPELINE) for h in speaking)
                else unreached
            )
            kept += [code.evidence(where) for where in (*[s for s in speaking if s is not hit][:2], hit)]
        beats = [h for h in code.texts(HEARTBEAT.pattern) if is_operational(h.path)]
        return cls(
            tuple(dict.fromkeys(alerts)),
            tuple(hooks(code)),
            tuple(code.quote(beats, 2)),
            tuple(others[:4]),
            tuple(unreached[:4]),
        )


def _is_alert(where: Hit, *, direct: bool) -> bool:
    """Do the function's name, its file and the words near the call say that the system is in trouble?"""
    call = where.call
    own = " ".join((*call.args, *(value for _, value in call.kwargs))) if call else ""
    near = [
        t.value
        for t in where.source.texts
        if t.scope == where.scope and abs(t.line - where.line) <= 15 and len(t.value) < 400
    ]
    guards = [g for g in where.source.guards if g.line <= where.line <= g.end and g.scope == where.scope]
    name = f"{where.scope} {'/'.join(where.path.split('/')[-2:])}"
    message = " ".join((*near, own, *(n for g in guards for n in g.names)))
    if direct and _PAGER.search(own):
        return True  # nobody is paged for the product's own business
    if _PRODUCT.search(name) or _PRODUCT.search(message):
        return False
    if (
        direct
        and call is not None
        and call.last in _REPLIES
        and any(i.module.partition(".")[0] in _BOTS for i in where.source.imports)
    ):
        return bool(_ALERT.search(where.scope) or _TROUBLE.search(where.scope))
    if _TROUBLE.search(name) or _TROUBLE.search(message):
        return True
    caught = any(g.kind == "except" for g in guards)
    named = _ALERT.search(f"{name} {call.last if call and not direct else ''}")
    return bool(named and (_BAD.search(f"{name} {message}") or (caught and not direct)))
