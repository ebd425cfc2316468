"""How tests enter an application: verbs of requests, names of clients, graphs and flows, and the pages that do not reach a model."""

import re

from scorecard.patterns import lazily

# .NET's HttpClient has the server's address of its own, and takes paths without a slash in front.
_DOTNET_WRITES = frozenset({"PostAsync", "PostAsJsonAsync", "PutAsync", "PutAsJsonAsync"})
DOTNET = _DOTNET_WRITES | {"GetAsync", "GetStringAsync", "GetFromJsonAsync"}
VERBS = frozenset({
    "simulate_post", "simulate_get", "simulate_request", "simulate_put", "get", "post", "put", "patch", "request",
    "stream", "websocket_connect", "websocket", "delete", "open", "send", "postForEntity", "getForEntity", "exchange",
    "POST", "GET", "inject",
}) | DOTNET  # fmt: skip
WRITES = frozenset({
    "simulate_post", "simulate_put", "post", "put", "patch", "websocket_connect", "websocket", "stream",
    "postForEntity", "exchange", "POST",
}) | _DOTNET_WRITES  # fmt: skip
SENDS = WRITES - {"put"}  # of an address in a name, since stores of files are asked in the same words
RELATIVE = lazily(r"[\w{}.-]+(?:/[\w{}.-]*)*(?:\?[^\s]*)?")
ADDRESS = lazily(r"(?:^|[._])(?:url|uri|path|endpoint|route|reverse|url_for|url_path_for)$", re.IGNORECASE)
CLIENTS = lazily(
    r"client|TestClient|test_client|supertest|requests|httpx|(?:^|\W)app(?:$|\W)|mockMvc|webTestClient|restTemplate|server|api|http|session|^ac$|^c$|factory|flask|browser|^request",
    re.IGNORECASE,
)
LIBRARIES = lazily(
    r"^(?:requests|httpx|aiohttp|urllib3?|httr2?|crul)\.|TestClient|test_client|AsyncClient|APIClient|supertest|WebTestClient|TestRestTemplate|WebApplicationFactory|HttpClient"
)
PLAIN_VERBS = frozenset(
    {"simulate_post", "simulate_get", "simulate_request", "simulate_put", "get", "post", "put", "patch", "visit"}
)  # Rails, MockMvc
NO_MODEL = lazily(
    r"^(?:https?://[^/]+|\{\})?/?(?:(?:api|v\d+)/)*(?:health\w*|healthz?|ready\w*|readiness|live\w*|liveness|ping|status|version|metrics|docs|redoc|openapi\.json|info|favicon\.ico|robots\.txt|login|logout|signup|sign-?in|auth\b.*|oauth.*|register|token\b.*|users?\b.*|me|feedback\b.*|static/.*|config|settings.*|nonexistent\w*|unknown\w*|invalid\w*|_stcore/health)?/?(?:\?.*)?$",
    re.IGNORECASE,
)
MODEL = lazily(
    r"predict|infer|chat|ask\b|quer(?:y|ies)|search|recommend|classif|scor|forecast|generat|complet|invoke|stream|answer|agent|embed|detect|summar|translat|transcrib|rag\b|question|analy[sz]e|explain|message|model|assist|conversation|thread|similar|retriev|suggest|rank|image|estimate|evaluat|extract|label|prompt|insight|batch|job|review|upload|ingest|document",
    re.IGNORECASE,
)
GRAPHS = frozenset({
    "invoke", "ainvoke", "stream", "astream", "astream_events", "kickoff", "akickoff", "run_sync", "arun",
    "run_stream", "query", "aquery", "chat", "achat", "stream_query",
})  # fmt: skip
GRAPH_NAMES = lazily(
    r"graph|agent|chain|workflow|crew|app|pipeline|flow|assistant|bot|rag|engine|supervisor", re.IGNORECASE
)
ENTERS = lazily(
    r"fill|type|press\w*|send\w*|submit\w*|set_input|fill_in|click_button|setInputFiles|input$|ask\w*|upload\w*",
    re.IGNORECASE,
)
SIGNS_IN = lazily(r"login|log-in|sign-?in|sign-?up|auth|register", re.IGNORECASE)
FLOWS = lazily(
    r"^(?:dagster\.(?:materialize\w*|build_\w+_context)|.*\.execute_in_process|.*(?:LocalDagRunner|SequentialRunner|ThreadRunner|KedroSession|DirectRunner).*\.run|metaflow\.Runner.*|luigi\.build|papermill\.execute_notebook|testbook\.testbook|nbclient\..*execute|.*\.dag\.test|dag\.test|airflow\..*\.test|.*ExecutePreprocessor.*|prefect\.testing.*|.*AppTest\.from_\w+|gradio_client\.Client.*|kfp\.local\.init)$"
)
ORCHESTRATED = lazily(r"(?:^|\.)(?:flow|pipeline)$")
COMMAND_LINES = lazily(
    r"CliRunner.*\.invoke$|^(?:subprocess\.(?:run|check_output|check_call|call|Popen)|os\.system|.*execute_subprocess\w*|sh\.\w+|script_runner\.run|.*\.run_cli)$"
)
MAINS = frozenset({"main", "cli", "execute", "cli_main"})
HANDLERS = frozenset({"lambda_handler", "handler", "handle_request", "predict_handler", "lambdaHandler"})
BROWSERS = (
    "@playwright/test", "playwright", "cypress", "puppeteer", "selenium", "@wdio", "testcafe", "capybara",
    "shinytest2", "splinter", "seleniumbase", "pytest_playwright", "Microsoft.Playwright", "OpenQA.Selenium",
    "com.microsoft.playwright", "org.openqa.selenium",
)  # fmt: skip
APPLICATION = lazily(
    r"train|predict|infer|evaluat|pipeline|main|cli|(?:^|/)app|__main__|serv|scor|chat|\bask|index|ingest|etl|feature|run_|script|jobs?\b|flow|forecast|recommend|agent|bot",
    re.IGNORECASE,
)
COMMAND = lazily(r"(?:^|\s)python3?\s|\.py\s|streamlit\s+run")
SHOWS = lazily(r"--(?:help|version|schema|list)$|^-h$|^version$")
OWNERS = lazily(
    r"(?:Pipeline|Agent|Workflow|Graph|Chain|Flow|Orchestrator|RAG|Rag|Assistant|Chatbot|ChatBot|Bot|QueryEngine|Supervisor|Crew)$"
)
ONE_STAGE = lazily(r"(?:Data|Ingest\w*|Feature\w*|Preprocess\w*|Cleaning|ETL|Etl|Transform\w*)Pipeline$")
STARTS = lazily(r"_*(?:run|trigger|submit|execute|launch|start)_\w*(?:pipelines?|workflows?|flows?|dags?)(?:_\w+)?")
CORE = lazily(
    r"predict|infer|chat|complet|generat|invoke|classif|score|forecast|recommend|answer|\bask\b|quer(?:y|ies)|rag\b|embed|translat|summar",
    re.IGNORECASE,
)
RUNS = frozenset({
    "run", "arun", "invoke", "ainvoke", "execute", "__call__", "chat", "ask", "answer", "query",
    "process_message", "run_sync", "stream", "astream", "kickoff",
})  # fmt: skip
REFUSALS = frozenset({"400", "401", "403", "404", "405", "409", "413", "415", "422", "429", "500", "501", "502", "503"})
# What an object around a model is told for each frame, message or batch; training it is another thing.
STEPS = lazily(
    r"(?:predict|process|handle|detect|infer|step|run|analy[sz]e|respond|answer|ask|chat|reply|forecast|recommend|classify|transcribe|translate|summari[sz]e|search|update|on_\w+)"
    r"(?:_(?:frame|image|message|batch|event|one|text|query|question|stream|item|chunk|audio|turn))?|__call__"
)
