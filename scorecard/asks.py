"""The seven asks and their ladders, in the order in which every report shows them.

After "7 Asks from ML Engineers That Define MLOps" (Jim Dowling, *Building Machine Learning Systems with a
Feature Store*, O'Reilly 2025, ch. 1).
"""

from scorecard.model import Ask

TESTING = Ask(
    "testing",
    "Testing",
    "Will a bad change be caught before it reaches users?",
    (
        "Only the author runs the code.",
        "Tests exist and one command runs them.",
        "They cover features and pipelines, and run on every push.",
        "A bad or biased model fails them too.",
    ),
)
DEPLOYMENT = Ask(
    "deployment",
    "Deployment",
    "Does a change reach production the same way each time?",
    (
        "It runs on its author's machine.",
        "Stages start without a person, and what is deployed is code.",
        "CI builds it, and it runs in several environments.",
        "It is promoted and rolled out automatically onto infrastructure as code.",
    ),
)
DATA = Ask(
    "data",
    "Data quality",
    "Is bad data stopped before it does harm?",
    (
        "Data is trusted blindly.",
        "Data is held against a schema.",
        "Values are checked, unattended.",
        "Shifts are noticed, and bad data has a defined consequence.",
    ),
)
VERSIONING = Ask(
    "versioning",
    "Versioning",
    "Can you go back, model and features together?",
    (
        "Only the code has versions.",
        "Environment and releases are fixed.",
        "Models and data have versions.",
        "Lineage ties them; rollback and side-by-side runs are defined.",
    ),
)
EVALS = Ask(
    "evals",
    "Evals",
    "Do you know that a new prompt or model is not worse?",
    (
        "Answers are eyeballed.",
        "A suite of cases runs.",
        "Results are held against a baseline.",
        "Adversarial cases too, and the suite gates the change.",
    ),
)
MONITORING = Ask(
    "monitoring",
    "Monitoring",
    "Will you learn of a failure before your users tell you?",
    (
        "Nobody watches.",
        "The running system emits metrics or traces.",
        "Quality and drift are followed in production.",
        "Dashboards show it, and alerts reach people.",
    ),
)
LOGGING = Ask(
    "logging",
    "Logging",
    "Can you find out why one prediction was wrong?",
    (
        "print, or nothing.",
        "A logging framework is in use.",
        "Logs are structured, and predictions are recorded.",
        "Records are correlated and can be reviewed one by one.",
    ),
)

ASKS = (TESTING, DEPLOYMENT, DATA, VERSIONING, EVALS, MONITORING, LOGGING)
