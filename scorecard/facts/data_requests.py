"""What web frameworks hold a request against before a trained model predicts from it, and the packages of R that check tables."""

from collections.abc import Iterator

from scorecard.facts.code import Code, Hit
from scorecard.facts.data_found import Alive, Effect, Found, Kind
from scorecard.facts.data_words import PREDICTS, speaks_of
from scorecard.facts.vocabulary import SERVE_CALLS
from scorecard.paths import is_demo, is_test

_S, _V = Kind.SCHEMA, Kind.VALUES
# (modules of which one is imported, calls or decorators that apply it, what stands on the line, what it is)
_FRAMEWORKS: tuple[tuple[tuple[str, ...], tuple[str, ...], str, str], ...] = (
    (("flask_restx", "flask_restplus"), ("*.expect",), "validate=True", "a validated request model"),
    (("flask_restx", "flask_restplus", "flask_restful"), ("*.add_argument",), "required=True", "required fields of a request"),
    (("webargs",), ("*.use_args", "*.use_kwargs", "use_args", "use_kwargs", "webargs.*.parse"), "", "a request schema"),
    (("flask_smorest",), ("*.arguments",), "", "a request schema"),
    (("apiflask",), ("*.input",), "", "a request schema"),
    (("flask_pydantic",), ("flask_pydantic.validate",), "", "a request schema"),
    (("connexion",), ("connexion*.add_api", "*.add_api"), "", "an OpenAPI document that requests are held against"),
    (("rest_framework",), ("*.is_valid",), "", "a serializer of the model's input"),
    (("django",), ("*.is_valid",), "", "a form for the model's input"),
    (("wtforms", "flask_wtf"), ("*.validate_on_submit", "*.validate"), "", "a form for the model's input"),
    (("flask_expects_json",), ("flask_expects_json.expects_json",), "", "a request schema"),
    (("zod", "joi", "@hapi/joi", "yup", "valibot", "ajv", "superstruct", "io-ts", "@sinclair/typebox"), (
        "*.parse", "*.safeParse", "*.parseAsync", "*.safeParseAsync", "*.validate", "*.validateAsync", "*.compile", "*.decode", "*.validateSync",
    ), "", "a schema of the request"),
    (("express-validator",), ("express-validator.body", "express-validator.checkSchema", "body", "checkSchema"), "", "rules for the request"),
)  # fmt: skip
# Packages of R, whose functions are called by their plain names once the package is attached.
_R_PACKAGES: tuple[tuple[str, tuple[str, ...], tuple[Kind, ...]], ...] = (
    ("pointblank", ("col_exists", "col_schema_match", "col_is_*"), (_S,)),
    ("pointblank", ("col_vals_*", "rows_distinct", "rows_complete", "row_count_match"), (_V,)),
    ("assertr", ("verify", "insist", "assert", "assert_rows", "insist_rows"), (_V,)),
    ("validate", ("confront", "check_that"), (_V,)),
    ("data.validator", ("data.validator.*", "validate_if", "validate_cols", "validate_rows"), (_V,)),
    ("checkmate", ("assert_data_frame", "assert_names", "assertDataFrame", "assertNames", "assert_subset"), (_S,)),
    ("checkmate", ("assert_numeric", "assert_integerish", "assertNumeric", "assert_number", "assert_double"), (_V,)),
)  # fmt: skip


_VETIVER_MODELS = ("vetiver_model", "vetiver.vetiver_model", "vetiver.VetiverModel", "vetiver.*.VetiverModel")
_VETIVER_SERVES = (
    "vetiver_api", "vetiver_deploy_*", "vetiver_write_plumber", "vetiver.vetiver_*api", "vetiver.vetiver_deploy_*", "vetiver.VetiverAPI",
    "vetiver.*.VetiverAPI", "vetiver.deploy_*",
)  # fmt: skip


def request_schemas(code: Code, alive: Alive) -> Iterator[Found]:
    """Requests that are held against a schema in a file that asks a trained model, itself or through what it imports."""
    asks = {hit.path for hit in code.calls(*SERVE_CALLS, notebooks=False)}
    if not asks:
        return
    seen: set[tuple[str, str]] = set()
    for modules, patterns, sign, what in _FRAMEWORKS:
        users = {hit.path for hit in code.imports(*modules, notebooks=False)}
        for hit in code.calls(*patterns, notebooks=False) if users else ():
            if hit.path not in users or is_test(hit.path) or (hit.path, what) in seen or not alive(hit.scope):
                continue
            around = " ".join(code.line(hit.path, n) for n in range(max(1, hit.line - 3), hit.line + 3))
            if sign and sign not in around.replace(" = ", "="):
                continue
            if _predicts(code, hit, asks):
                seen.add((hit.path, what))
                yield _found(code, _S, what, hit)


def _predicts(code: Code, hit: Hit, asks: set[str]) -> bool:
    """Is the request what the model predicts from?"""
    if hit.path not in asks and not code.imports_of.get(hit.path, set()) & asks:
        return False
    if PREDICTS.search(f"{hit.path.rpartition('/')[2]} {hit.scope}".lower()):
        return True
    function = code.enclosing(hit.source, hit.line)
    first, last = (function.line, function.end) if function else (1, hit.source.lines or 10_000)
    return any(PREDICTS.search(c.last.lower()) for c in hit.source.calls_in(first, last))


def r_checks(code: Code, alive: Alive) -> Iterator[Found]:
    """Checks of tables by the packages of R."""
    for package, patterns, kinds in _R_PACKAGES:
        attached = {hit.path for hit in code.imports(package)}
        hits = [h for h in code.calls(*patterns) if h.source.language == "r"] if attached else []
        for hit in list({h.path: h for h in reversed(hits)}.values()):
            if alive(hit.scope) and not speaks_of(frozenset({"ui", "plot", "plots"}), hit.path, hit.scope):
                for kind in kinds:
                    yield _found(code, kind, f"{package} checks", hit)


def prototypes(code: Code, alive: Alive) -> Iterator[Found]:
    """vetiver keeps the columns and types of the training data with the model, and its API holds each request against them.

    https://vetiver.posit.co/get-started/deploy.html; `save_ptype = FALSE` and `check_prototype = FALSE` turn it off.
    """
    serves = [h for h in code.calls(*_VETIVER_SERVES) if not is_test(h.path) and not _is_off(h, "check_p")]
    for hit in code.calls(*_VETIVER_MODELS) if serves else ():
        given = hit.source.language == "r" or (hit.call and hit.call.kwarg("prototype_data") not in (None, "None"))
        if given and alive(hit.scope) and not is_test(hit.path) and not _is_off(hit, "save_p"):
            lines = (code.evidence(hit), code.evidence(serves[0]))
            yield Found(_S, "vetiver's prototype of the model's input", Effect.STOPS, hit.path, lines, hit.scope)
            return


def _is_off(hit: Hit, option: str) -> bool:
    return any(k.startswith(option) and v in ("FALSE", "F", "False") for k, v in hit.call.kwargs) if hit.call else False


def _found(code: Code, kind: Kind, what: str, hit: Hit) -> Found:
    return Found(kind, what, Effect.STOPS, hit.path, (code.evidence(hit),), hit.scope, is_demo(hit.path))
