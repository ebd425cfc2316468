"""The words of a verdict on an answer, strong and weak, and of a function that keeps something.

A weak word (a film has ratings, a dataset has labels) counts only beside one that ties it to a prediction, an
answer, a message or a trace.
"""

import re

from scorecard.patterns import lazily
from scorecard.readers.code import Source

STRONG = lazily(
    r"(?:^|[/_-])(?:user-?_?)?(?:feedbacks?|thumbs?(?:[-_]?(?:up|down))?|up-?votes?|down-?votes?|ground-?_?truths?|actuals?|corrections?)(?=$|[/_-])",
    re.IGNORECASE,
)
WEAK = lazily(
    r"(?:^|[/_-])(?:rat(?:e|ing|ings)|votes?|likes?|reactions?|outcomes?|report-wrong|annotate)(?=$|[/_-])",
    re.IGNORECASE,
)
TIED = lazily(
    r"(?:^|_)(?:message|prediction|response|answer|run|trace|insight|inference|query|conversation|chat|session|"
    r"generation|generated\w*|completion|recommendation|summary|request"
    r"|interaction|suggestion|log|comment|model)(?:_?(?:id|uuid|ref))?(?:$|_)",
    re.IGNORECASE,
)
STORES = lazily(
    r"^(?:add|add_all|insert\w*|create\w*|save\w*|write\w*|execute\w*|put\w*|update\w*|upsert\w*|append\w*|submit\w*|"
    r"record\w*|store\w*|publish\w*|rpush|lpush|hset|to_csv|to_sql|dump|delay"
    r"|enqueue|commit|log_\w+|set|collect\w*|track\w*|score\w*|push\w*|persist\w*|post|acreate\w*|bulk_create|Add|"
    r"AddAsync|SaveChanges\w*|Insert\w*|Create\w*|Save\w*|insertInto|add_feedback|set_doc|send|process_\w+)$"
)
OFFLINE = lazily(
    r"(?:^|[/_.-])(?:evals?|evaluat\w*|bench\w*|train\w*|fine_?tun\w*|experiments?|labelling|annotation_tool|"
    r"seed\w*|datasets?)(?:[/_.-]|$)",
    re.IGNORECASE,
)


def is_tied(source: Source, scope: str) -> bool:
    """Does the handler handle the id of a message, an answer, a prediction?"""
    function = next((f for f in source.functions if f.name == scope), None)
    words = [
        *(function.params if function else ()),
        *(t.value for t in source.texts_of(scope) if len(t.value) < 60),
    ]
    words += [key for c in source.calls_of(scope) for key, _ in c.kwargs]
    return any(TIED.search(snake(word)) for word in words)


def snake(word: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", word).lower()
