from airflow.sdk import BaseOperator

class BashOperator(BaseOperator):
    def __init__(
        self,
        *,
        task_id: str,
        bash_command: str,
        env: dict[str, str] | None = None,
        append_env: bool = False,
        cwd: str | None = None,
    ) -> None: ...
