"""What people call the parts of an evaluation in their own code: inputs, expectations, judges, graders, the application."""

import re

from scorecard.patterns import lazily


def any_of(*alternatives: str, flags: int = re.IGNORECASE) -> re.Pattern[str]:
    """One pattern of several alternatives, so that long lists can be read."""
    return lazily("|".join(alternatives), flags)


INPUT_KEY = any_of(
    r"(?:user_?|test_?|eval_?)?(?:questions?|query|queries|prompts?|inputs?|instructions?|utterances?|messages?)(?:_text)?",
    r"q|(?:user_?|test_?|eval_?)?(?:conversations?|turns|problem|scenarios?|user_?content|request|ask)(?:_text)?",
)
EXPECT_KEY = any_of(
    r"expected(?:_?\w+)?|expectations?|expects?_\w+",
    r"ground_?truths?(?:_?\w+)?",
    r"references?(?:_?(?:answers?|outputs?|responses?|contexts?|trajectory|text|summary|tool_calls?|ids?))?",
    r"ideals?(?:_?(?:answer|response|output))?",
    r"gold(?:en)?(?:_?(?:answers?|labels?|responses?|outputs?|sql|standard|docs?|ids?))?",
    r"correct_?(?:answers?|responses?|outputs?|options?|choices?)|true_?answers?",
    r"target_?(?:answers?|outputs?|responses?|text)|rubrics?|key_?(?:points|facts)",
    r"must_?(?:\w+_?)?(?:contain|include|mention|call|not)\w*",
    r"should_?(?:contain|include|mention|refuse|call|answer|use|not|be)\w*",
    r"(?:required|forbidden|banned)_?(?:keywords?|phrases?|terms?|facts?|words?)",
    r"(?:pass|success|grading|evaluation|acceptance)_?criteria",
)

JUDGE_VERB = any_of(
    r"\b(?:evaluat|grad|scor|rat|assess|judg|compar|verify|check|determin|decid|classify)(?:e|ing)?\b[^.\n]{0,40}"
    r"\b(?:the|whether|if|how|each|this|these|an?|following|quality|two|outputs?|answers?|responses?|against)\b",
    r"\b(?:judge|grader|evaluator|verdict|grading)\b",
    r"\bdo(?:es)? the [\w ]{1,30}match",
)
JUDGED = any_of(
    r"\b(?:answers?|responses?|outputs?|completions?|generat\w+|predict\w+|summar(?:y|ies)|repl(?:y|ies)|reports?)\b",
    r"\b(?:results?|submission|translations?|actual|assistant|agent|code|findings?|comments?)\b",
)
JUDGE_SCALE = any_of(
    r"ground.?truth|\breference\b|\bexpected\b|\bcriteri(?:a|on)\b|\brubrics?\b|\bcorrect(?:ness|ly)?\b|\bscale\b",
    r"\b[01] ?(?:-|to|or) ?\d|true or false|yes or no|\"score\"|\bscore\b|\bpass\b",
    r"\brelevan|\bfaithful|\bgrounded|\bhallucinat|\baccura|\bhelpful|\bcomplete",
)
AGAINST_REFERENCE = any_of(
    r"ground.?truth|\breference (?:answer|output|response|solution)|\bexpected (?:answer|output|response|behavio|result)",
    r"\bgold(?:en)? (?:answer|target|standard)|\bcorrect answer|\bideal (?:answer|response)|\btrue answer",
    r"\bexpert answer|\bsubmitted answer",
)
JUDGE_NOUN = any_of(r"\b(?:judge|grader|(?:expert |impartial |strict |llm )?evaluator|examiner)\b")
JUDGE_SCOPE = lazily(r"[Jj]udg|[Gg]rad(?:e|er|ing)(?![a-z])|[Ss]cor(?:e|er|ing)(?![a-z])|Metric|[Cc]ritic|[Vv]erdict")
_GRADES = (
    r"judge|grade|grader|score|scorer|correctness|faithful\w*|relevan\w+|grounded\w*|hallucination\w*|exact_?match"
    r"|rouge\w*|bleu\w*|f1\w*|similarity|is_correct|compute_metrics\w*|run_(?:unit_)?tests"
    r"|(?:keyword|tool|answer|response|citation|entity|sql)_?\w*_?(?:match|score|recall|accuracy|overlap|hit|check)\w*"
    r"|check_(?:answer|response|output|expected)\w*|verify_(?:answer|response|output)\w*"
    r"|evaluate_(?:answer|response|output|example|result|sample|prediction|case|single)\w*"
    r"|compare_(?:answers?|outputs?|responses?|to_expected)\w*"
    r"|(?:recall|precision|mrr|ndcg|hit_rate|accuracy)(?:_at_k|_at|_k)?"
)
_GRADERS = (
    r"\w*(?:Judge|Grader|Grade|Scorer|Score|Correctness|Faithfulness|Relevanc[ey]|Groundedness|ExactMatch|Similarity"
    r"|EvaluateAnswer|EvaluateResponse)\w*"
)
GRADE_NAME = lazily(rf"_*(?:\w*_)?(?:{_GRADES})(?:_\w+)?|{_GRADERS}")

APPLICATION_VERBS = frozenset({
    "invoke", "ainvoke", "stream", "astream", "astream_events", "run", "arun", "run_sync", "run_async", "run_stream",
    "kickoff", "kickoff_async", "ask", "aask", "chat", "achat", "query", "aquery", "predict", "apredict", "generate",
    "agenerate", "generate_content", "generate_content_async", "generateText", "generateObject", "generateContent",
    "streamText", "streamObject", "complete", "acomplete", "completion", "acompletion", "create", "parse", "converse",
    "invoke_model", "respond", "answer", "reply", "send_message", "sendMessage", "get_response", "getResponse",
    "GetResponseAsync", "CompleteAsync", "InvokeAsync", "RunAsync", "GetStreamingResponseAsync", "CreateChatCompletion",
    "batch", "abatch", "pipeline", "call", "content", "prompt",
})  # fmt: skip
PLAIN_VERBS = frozenset(
    {
        "parse",
        "create",
        "call",
        "content",
        "prompt",
        "pipeline",
        "run",
        "batch",
        "stream",
        "predict",
        "query",
    }
)  # fmt: skip  of these, the ones that say something only on a model, an agent, a client
ON_A_MODEL = any_of(
    r"completion|message|response|chat|client|agent|graph|chain|llm|model|pipe|runner|crew|engine|bot|assistant|rag|app",
    r"openai|anthropic|query|session|flow|team|predictor",
)
APPLICATION_NAME = lazily(
    r"(?:^|_)(?:generat|complet|chat|ask(?:$|_)|answer|respon|invoke|predict|infer(?:$|_|ence)|summar|agent|rag(?:$|_)"
    r"|retriev|query|prompt_call|classif|extract|translat|research|review|conversation|reply|analy[sz]|assistant|llm)"
)
NO_APPLICATION = any_of(
    r"client|session|cost|usage|price|count|_id$|project|config|setting|logg|path|environ|setup|init|load|save|write|read",
    r"parse|format|token|util|mock|fake|dataset|report|print|metric|scor|judg|grad|eval",
)
