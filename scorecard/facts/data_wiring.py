"""Whether a data check runs unattended, and whether its consequence happens there."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Self

from msgspec import Struct

from scorecard.facts.code import Code
from scorecard.facts.data_found import Found
from scorecard.facts.pipelines import Pipelines
from scorecard.facts.reach import Reach
from scorecard.facts.starts import Way
from scorecard.facts.vocabulary import TRAIN_CALLS
from scorecard.model import Evidence
from scorecard.patterns import lazily

_WORK = (
    *TRAIN_CALLS, "*.to_csv", "*.to_parquet", "*.to_sql", "*.to_pickle", "*.to_feather", "*.saveAsTable", "*.insert",
    "*.insert_many", "*.upsert",
    "joblib.dump", "pickle.dump", "*.predict", "*.predict_proba", "*.fit_transform", "*train_test_split",
    "*.log_model", "*.save_model", "*.save_pretrained", "*DataLoader", "*.add_documents", "*.from_documents",
    "*.write_parquet", "*.write_csv", "numpy.save", "numpy.savez*", "*.transform", "torch.save",
    "*.writerow", "*.writerows", "*.executemany", "*.insert_one", "*.bulk_write", "*.put_item", "*.insert_rows*", "*.load_table_from_*",
    "*.write_table", "*.write_dataset", "*.add_texts", "*.bulk_save_objects", "*.bulk_insert_mappings", "*.copy_expert",
)  # fmt: skip
_WRITTEN = r"^\s*(?:INSERT\s+(?:OR\s+\w{1,10}\s+)?INTO|MERGE\s+INTO|COPY\s+[\w.\"]{1,80}\s*(?:\(|FROM))\b"
_DBT = (
    "*dbt_assets",
    "cosmos.*",
    "*DbtTaskGroup",
    "*DbtDag",
    "*.DbtCloudRunJobOperator",
    "prefect_dbt.*",
    "dagster_dbt.*",
    "*DbtTestOperator",
    "*DbtBuildOperator",
)
_RUNS_CHECKS = lazily(
    r"^(?:\S+ )?(?:sqlmesh (?:run|audit|plan)|dataform run|databricks pipelines (?:start-update|create)|databricks bundle (?:run|deploy))"
)


class Wiring(Struct, dict=True, eq=False):
    """How checks are reached. A script counts only where it does a pipeline's work, not where it only looks."""

    code: Code
    reach: Reach
    pipelines: Pipelines

    @classmethod
    def gather(cls, code: Code, reach: Reach, pipelines: Pipelines) -> Self:
        return cls(code, reach, pipelines)

    def chain(self, found: Found) -> tuple[Evidence, ...]:
        """How a check is reached without a person; empty where it is not."""
        known = self._chains.get((found.path, found.test, found.inherent))
        if known is None:
            known = self._chains[(found.path, found.test, found.inherent)] = self._follow(found)
        return known

    @cached_property
    def _chains(self) -> dict[tuple[str, bool, bool], tuple[Evidence, ...]]:
        return {}

    def _follow(self, found: Found) -> tuple[Evidence, ...]:
        path = found.path
        way = self.reach.way(path)
        if found.test:
            return self.reach.chain(path) if way is Way.CI else ()
        if found.is_declared:
            return self._tool()
        if way is None:
            return found.evidence[:1] if found.inherent else ()
        if way is not Way.SCRIPT:
            return self.reach.chain(path)
        if path.endswith(".ipynb"):
            return ()
        return self.reach.chain(path) if self._is_in_a_pipeline(path) else ()

    def _tool(self) -> tuple[Evidence, ...]:
        """Who runs the tool that reads a declared check: CI, an orchestrator, or the code that loads the suite."""
        for run in self.pipelines.all_runs(automatic=True):
            text = " ".join(run.words)
            tests = "dbt" in run.words and ("test" in run.words or "build" in run.words)
            if tests or "soda scan" in text or _RUNS_CHECKS.search(text):
                return run.chain
        used = self.code.quote(self.code.calls(*_DBT), most=1)
        if used:
            return tuple(used)
        texts = self.code.texts(
            r"\bdbt\s+(?:test|build)\b|\bsoda\s+scan\b|\bcheckpoint\s+run\b|\bsqlmesh\s+(?:run|audit|plan)\b|\bdataform\s+run\b"
        )
        return tuple(self.code.quote(texts, most=1))

    def _is_in_a_pipeline(self, path: str) -> bool:
        """Does a script that trains, predicts or writes data, itself or through what it imports, come by here?"""
        if path in self._working:
            return True
        importers = self._closure(path, self.reach.importers) - {path}
        return any(self._closure(one, self.reach.edges) & self._working for one in importers)

    @staticmethod
    def _closure(path: str, edges: Mapping[str, Iterable[str]]) -> set[str]:
        seen, todo = {path}, [path]
        while todo:
            for other in edges.get(todo.pop(), ()):
                if other not in seen:
                    seen.add(other)
                    todo.append(other)
        return seen

    @cached_property
    def _working(self) -> set[str]:
        """Files that train, predict, or write data: a pipeline's own path, and no script that only looks."""
        called = {hit.path for hit in self.code.calls(*_WORK, notebooks=False)}
        return called | {hit.path for hit in self.code.texts(_WRITTEN) if not hit.source.notebook}

    def takes_effect(self, found: Found) -> bool:
        """Does the consequence happen? A test must be able to fail its job; a declared check needs who runs it."""
        if found.is_declared:
            return bool(self.chain(found))
        if not found.test:
            return True
        chain = self.chain(found)
        return bool(chain) and not any(
            run.chain == chain and (run.executed.may_fail or run.step.may_fail)
            for run in self.pipelines.all_runs(automatic=True)
        )
