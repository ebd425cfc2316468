"""The field's libraries and platforms that check data, each with what it checks and what follows when data are bad."""

from msgspec import Struct

from scorecard.facts.data_found import Effect, Kind

_S, _V = Kind.SCHEMA, Kind.VALUES


class Library(Struct, frozen=True):
    """``patterns`` are calls, decorators or bases that apply a check. ``tests`` says whether test files count."""

    what: str
    patterns: tuple[str, ...]
    kinds: tuple[Kind, ...]
    effect: Effect = Effect.STOPS
    kwargs: tuple[str, ...] = ()  # one of these must be given
    tests: bool = False
    intake: bool = False  # only where file or function say that data come in: elsewhere it guards an API


LIBRARIES = (
    Library(
        "a jsonschema validation",
        (
            "jsonschema.validate",
            "jsonschema.*.validate",
            "jsonschema.*Validator*.is_valid",
            "jsonschema.*Validator*.iter_errors",
            "jsonschema.*Validator",
            "fastjsonschema.*",
            "jsonschema_rs.*",
        ),
        (_S,),
    ),
    Library("a Cerberus schema", ("cerberus.*Validator", "cerberus.*.validate"), (_S,)),
    Library("a voluptuous schema", ("voluptuous.*Schema",), (_S,)),
    Library("a frictionless validation", ("frictionless.*validate",), (_S, _V)),
    Library(
        "a data-frame schema",
        (
            "pandas_schema.Schema",
            "pandas_schema.*.validate",
            "dataframely.*",
            "pandantic.*",
            "patito.*.validate",
            "strictly_typed_pandas.*",
            "typedframe.*",
            "datatest.validate",
            "datatest.*validate*",
        ),
        (_S,),
    ),
    Library(
        "a schema registry",
        (
            "confluent_kafka.schema_registry.*Deserializer",
            "fastavro.validat*",
            "fastavro.schemaless_reader",
            "confluent_kafka.avro.*Consumer",
        ),
        (_S,),
    ),
    Library(
        "a TFX ExampleValidator",
        ("tfx.*ExampleValidator", "tfx_bsl.*ExampleValidator", "*.components.ExampleValidator"),
        (_S,),
        Effect.RECORDS,
    ),
    Library(
        "TensorFlow Data Validation",
        ("tensorflow_data_validation.validate_*", "tensorflow_data_validation.display_anomalies"),
        (_S, _V),
        Effect.RECORDS,
    ),
    Library(
        "Deequ checks",
        ("pydeequ.*VerificationSuite*", "*VerificationSuite*", "com.amazon.deequ.*"),
        (_S, _V),
        Effect.FLAGS,
    ),
    Library("a Soda scan", ("soda.scan.Scan*", "soda.*.Scan", "*SodaScanOperator"), (_S, _V)),
    Library(
        "a Great Expectations checkpoint",
        (
            "great_expectations.*Checkpoint",
            "*.run_checkpoint",
            "great_expectations.*Checkpoint.run",
            "*.run_validation_operator",
        ),
        (_S, _V),
        Effect.RECORDS,
        (),
        True,
    ),
    Library(
        "a validation task that fails its run",
        (
            "*GreatExpectationsOperator",
            "*RunGreatExpectationsValidation",
            "prefect_great_expectations.run_checkpoint_validation",
            "prefect_great_expectations.*.run_checkpoint_validation",
        ),
        (_S, _V),
    ),
    Library(
        "whylogs constraints",
        ("whylogs.*ConstraintsBuilder*", "whylogs.*constraints.*", "whylogs.*Constraints"),
        (_V,),
        Effect.FLAGS,
    ),
    Library(
        "Evidently data tests",
        (
            "evidently.*TestNumberOf*",
            "evidently.*TestShareOf*",
            "evidently.*TestColumn*",
            "evidently.*DataQualityTestPreset",
            "evidently.*DataStabilityTestPreset",
            "evidently.*TestValueRange",
            "evidently.*TestMeanInNSigmas",
        ),
        (_V,),
        Effect.RECORDS,
        (),
        True,
    ),
    Library(
        "deepchecks integrity checks",
        ("deepchecks.*data_integrity", "deepchecks.*integrity.*", "deepchecks.*full_suite"),
        (_V,),
        Effect.RECORDS,
        (),
        True,
    ),
    Library("cuallee checks", ("cuallee.*Check*",), (_V,), Effect.FLAGS),
    Library("Pointblank checks", ("pointblank.*", "pointblank.Validate*"), (_S, _V), Effect.FLAGS),
    Library("assertr checks", ("assertr.*", "validate.confront", "validate.validator"), (_V,)),
    Library("cleanlab issues", ("cleanlab.*Datalab*", "cleanlab.*find_label_issues"), (_V,), Effect.FLAGS),
    Library(
        "a SQL check in Airflow",
        (
            "*SQLColumnCheckOperator",
            "*SQLTableCheckOperator",
            "*SQLCheckOperator",
            "*SQLValueCheckOperator",
            "*BigQueryCheckOperator",
            "*BigQueryValueCheckOperator",
            "*BigQueryColumnCheckOperator",
            "*SnowflakeCheckOperator",
        ),
        (_V,),
    ),
    Library("a Dagster asset check", ("dagster.*asset_check", "dagster.*multi_asset_check"), (_V,), Effect.FLAGS),
    Library(
        "a Dagster data-frame type",
        ("dagster_pandera.*", "dagster_pandas.*create_dagster_pandas_dataframe_type"),
        (_S,),
    ),
    Library("expectations of a declarative pipeline", ("dlt.expect", "dlt.expect_all"), (_V,), Effect.FLAGS),
    Library("expectations that drop rows", ("dlt.expect_or_drop", "dlt.expect_all_or_drop"), (_V,), Effect.SETS_ASIDE),
    Library("expectations that fail", ("dlt.expect_or_fail", "dlt.expect_all_or_fail"), (_V,)),
    Library(
        "a declared Spark schema",
        ("*.read.schema", "*.readStream.schema", "*.read.*.schema", "*.readStream.*.schema"),
        (_S,),
        Effect.RECORDS,
    ),
    Library("a declared BigQuery schema", ("google.cloud.bigquery.SchemaField", "*bigquery.SchemaField"), (_S,)),
    Library(
        "a feature group with typed features",
        ("*.create_feature_group", "*.get_or_create_feature_group"),
        (_S,),
        Effect.STOPS,
        ("features",),
    ),
    Library(
        "declared feature definitions",
        (
            "sagemaker.feature_store.*FeatureDefinition",
            "sagemaker.*FractionalFeatureDefinition",
            "sagemaker.*StringFeatureDefinition",
            "sagemaker.*IntegralFeatureDefinition",
        ),
        (_S,),
    ),
    Library(
        "the input schema of a scoring script",
        ("inference_schema.*NumpyParameterType", "inference_schema.*PandasParameterType"),
        (_S,),
    ),
    Library(
        "a zod schema over rows",
        (
            "zod.*.parse",
            "zod.*.safeParse",
            "zod.*.parseAsync",
            "zod.*.safeParseAsync",
            "*ajv*.compile",
            "*Ajv*.validate",
        ),
        (_S,),
        intake=True,
    ),
    Library(
        "an Arrow schema",
        (
            "pyarrow.*from_pandas",
            "pyarrow.*read_table",
            "pyarrow.*from_pylist",
            "pyarrow.*ParquetWriter",
            "pyarrow.*.cast",
            "pyarrow.*read_csv",
            "pyarrow.*dataset",
        ),
        (_S,),
        Effect.STOPS,
        ("schema",),
    ),
    Library(
        "declared dataset features", ("datasets.*load_dataset", "datasets.*from_*"), (_S,), Effect.STOPS, ("features",)
    ),
    Library("a declared Polars schema", ("polars.read_*", "polars.scan_*"), (_S,), Effect.STOPS, ("schema",)),
)
