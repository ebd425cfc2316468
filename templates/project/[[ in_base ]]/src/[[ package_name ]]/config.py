"""Settings of one environment: config/<APP_ENV>.toml, then APP_* variables, which win."""

import os
import secrets
from pathlib import Path
from typing import Literal, get_args

from pydantic import BaseModel, Field, SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

Environment = Literal["dev", "preprod", "prod"]
PERSONAL = ("customer_id", "customer", "name", "email", "phone")
"""Fields that are never written in clear, whatever is logged."""


class Problem(Exception):  # noqa: N818 - it is what people read, not a type of theirs
    """Something a person can mend: shown as one line, exit code 1, no traceback."""


class Quality(BaseModel):
    """When a batch is refused."""

    bad_share: float = 0.10
    psi_limit: float = 0.4  # the weather of one week against the next moves minutes_late by up to 0.25 in the example
    min_rows: int = 100  # below it PSI is noise


class Gates(BaseModel):
    """When a model is refused."""

    auc_floor: float = 0.62  # the worst month of the example's half year is 0.64
    regression: float = 0.01  # how much AUC it may lose against the live release on the same hold-out
    calibration_error: float = 0.10
    slice_gap: float = 0.20
    slice_rows: int = 300
    slice_events: int = 50  # late and punctual departures each: below it a slice's AUC is noise
    holdout_batches: int = 4


class Serving(BaseModel):
    """The service."""

    host: str = "127.0.0.1"
    port: int = 8000
    threshold: float = 0.2  # cost_needless / (cost_needless + cost_missed): where a warning costs what silence does
    poll_seconds: float = 0.25
    rotate_seconds: float = 60


class Monitoring(BaseModel):
    """When people are told that the running system degrades."""

    window_days: int = 30
    min_entities: int = 200
    psi_limit: float = 0.25
    min_outcomes: int = 200
    auc_floor: float = 0.60
    brier_ceiling: float = 0.25
    cost_needless: float = 1.0
    cost_missed: float = 4.0
    cost_ceiling: float = 0.75  # about what warning everybody costs: above it the model is worth nothing
    retrain_on: list[str] = Field(default_factory=list)  # names of alerts that start training


class Settings(BaseSettings):
    """Everything that may differ between environments; the code reads no other variable."""

    model_config = SettingsConfigDict(
        env_prefix="APP_", env_nested_delimiter="__", env_ignore_empty=True, extra="forbid", frozen=True
    )

    env: Environment = "dev"
    source: str
    approval: bool
    state: str = ""  # a folder or s3://…, {env} stands for the environment; default .state/<env>
    local_state: str = Field("", validation_alias="APP_LOCAL")  # for files of one machine, where state is s3://
    storage_options: dict[str, str] = Field(default_factory=dict)
    mlflow_uri: str = ""  # an MLflow server; default: SQLite in the state folder
    webhook: str = ""
    privacy_key: SecretStr = SecretStr("")
    quality: Quality = Quality()
    gates: Gates = Gates()
    serving: Serving = Serving()
    monitoring: Monitoring = Monitoring()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the signature is pydantic's
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment beat the file, and arguments beat both."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, _file(init_settings().get("env")))

    @property
    def root(self) -> str:
        """Where tables live."""
        return self.state.replace("{env}", self.env) or self._default

    @property
    def local(self) -> Path:
        """Where files live that a process writes by itself: spools, metrics, alerts, bundles."""
        return Path(self.local_state or (self._default if "://" in self.root else self.root))

    @property
    def _default(self) -> str:
        return f".state/{self.env}"

    def table(self, name: str) -> str:
        """Return the address of a Delta table."""
        return f"{self.root}/tables/{name}"

    def folder(self, name: str) -> Path:
        """Make and return a local folder of this environment."""
        folder = self.local / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def secret(self) -> bytes:
        """Return the key that pseudonymises personal data: given, or made once for this state and kept beside it."""
        if given := self.privacy_key.get_secret_value():
            return given.encode()
        path = self.folder("secrets") / "privacy.key"
        try:
            with open(path, "x", encoding="utf-8", opener=lambda p, flags: os.open(p, flags, 0o600)) as file:
                file.write(secrets.token_hex(32))
        except FileExistsError:
            pass
        return path.read_bytes()


def _file(env: str | None) -> Path:
    env = env or os.environ.get("APP_ENV", "dev")
    if env not in get_args(Environment):
        raise Problem(f"APP_ENV is {env!r}: it must be one of {', '.join(get_args(Environment))}")
    path = Path("config") / f"{env}.toml"
    if not path.exists():
        raise Problem(f"{path} is missing: run this from the root of the repository")
    return path


def load(env: Environment | None = None) -> Settings:
    """Read the settings of this or another environment; a state that is named for this one is not the other's."""
    settings = Settings() if env is None else Settings(env=env)
    here = os.environ.get("APP_ENV", "dev")
    if settings.env != here and "{env}" not in settings.state:
        return settings.model_copy(update={"state": ""})
    return settings
