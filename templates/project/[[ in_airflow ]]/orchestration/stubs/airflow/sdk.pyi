# What dags/ use of Airflow, for mypy: Airflow itself lives in another environment. A new word of it goes in here first.
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self, TypedDict

class Defaults(TypedDict, total=False):
    retries: int
    retry_delay: timedelta

class DAG:
    def __init__(
        self,
        dag_id: str,
        *,
        description: str | None = None,
        schedule: str | timedelta | None = None,
        start_date: datetime | None = None,
        catchup: bool = False,
        max_active_runs: int = 16,
        default_args: Defaults | None = None,
    ) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

class BaseOperator: ...

def chain(*tasks: BaseOperator) -> None: ...
