"""Is the quality of production predictions or answers followed over time?"""

from scorecard.asks import MONITORING
from scorecard.checks import check
from scorecard.facts.feedback import Feedback
from scorecard.facts.outcomes import Outcomes
from scorecard.facts.running import Running
from scorecard.model import Effort, Finding, met, unmet


@check(
    MONITORING,
    level=2,
    effort=Effort.DAYS,
    question="Is the quality of production predictions or answers followed over time?",
    surprise="The model's answers get worse month by month while every dashboard of the servers stays green.",
    needs=("logging.predictions",),
)
def quality(feedback: Feedback, outcomes: Outcomes, running: Running) -> Finding:
    found = (*outcomes.platforms, *outcomes.joined, *outcomes.judged, *feedback.stored)
    if found:
        return met(_summary(feedback, outcomes), found)
    near = (*feedback.unstored, *outcomes.offline)
    if feedback.unstored:
        why = f"{feedback.unstored[0].path} asks for feedback, but nothing stores the answer."
    elif outcomes.offline:
        where = outcomes.offline[0].path
        why = f"{where} measures quality on data at hand; nothing holds production predictions against the truth."
    else:
        why = f"What {running.name} answers is never judged: no verdicts of users are stored, no outcomes joined."
    return unmet(
        why,
        looked_in=(
            "routes and widgets for feedback",
            "table definitions",
            "joins of predictions with outcomes",
            "model-quality monitors",
        ),
        near=near,
    )


def _summary(feedback: Feedback, outcomes: Outcomes) -> str:
    parts = []
    if outcomes.platforms:
        parts.append("a monitor of the deployed model's quality is defined")
    if outcomes.joined:
        parts.append("predictions are held against outcomes")
    if outcomes.judged:
        parts.append("answers that production gave are judged afterwards")
    if feedback.stored:
        parts.append(f"users' verdicts are stored ({feedback.stored[0].path})")
    text = "; ".join(parts)
    return f"{text[:1].upper()}{text[1:]}."
