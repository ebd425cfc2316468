"""Calls, texts and commands that give data sets and features a version."""

# (what it is called, libraries one of which the file must import, calls)
STORES: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("lakeFS", ("lakefs", "lakefs_client", "lakefs_sdk", "lakefs_spec"), ("lakefs.*", "lakefs_client.*", "lakefs_sdk.*", "lakefs_spec.*")),
    ("Delta tables", ("deltalake", "delta", "pyspark", "databricks"), (
        "deltalake.*", "delta.*", "*.format", "*.DeltaTable.*", "*.write_deltalake", "*.write_delta",
    )),
    ("Delta tables", (), ("dlt.table", "dlt.view", "*.format", "*.using", "*.write_delta", "*.option")),
    ("Iceberg tables", ("pyiceberg",), ("pyiceberg.*",)),
    ("Hopsworks feature store", ("hopsworks", "hsfs"), (
        "*.create_feature_group", "*.get_or_create_feature_group", "*.create_feature_view", "*.get_or_create_feature_view", "*.create_training_data", "*.create_train_test_split",
        "*.create_train_validation_test_split", "*.get_feature_group", "*.get_feature_view",
    )),
    ("Feast feature store", ("feast",), ("feast.*FeatureView", "feast.*FeatureService", "*.get_historical_features")),
    ("Tecton feature store", ("tecton",), ("tecton.*",)),
    ("Databricks feature store", ("databricks",), ("*.create_table", "*.write_table", "*.create_feature_table", "*.create_training_set")),
    ("SageMaker feature store", ("sagemaker",), ("*.FeatureGroup", "sagemaker.feature_store.*")),
    ("Vertex AI feature store", ("google", "vertexai"), ("*.Featurestore.create", "*.create_entity_type", "*.FeatureGroup.create", "*.FeatureView.create")),
    ("Vertex AI data set", ("google", "kfp", "google_cloud_pipeline_components"), ("*.TabularDataset.create", "*.ImageDataset.create", "*.TextDataset.create", "*.TimeSeriesDataset.create", "*.TabularDatasetCreateOp", "*.ImageDatasetCreateOp")),
    ("AzureML data set", ("azureml", "azure"), ("azureml.*Dataset.register", "*.register", "azureml.*.register_with_tags", "*.Dataset.get_by_name", "azure.ai.ml.entities.Data", "*.data.create_or_update", "*.register_on_complete")),
    ("W&B artifact", ("wandb",), ("wandb.Artifact", "*.use_artifact")),
    ("Comet artifact", ("comet_ml",), ("comet_ml.Artifact", "*.get_artifact", "*.log_artifact")),
    ("ClearML data set", ("clearml",), ("clearml.Dataset.create", "clearml.Dataset.get", "*.Dataset.create", "*.Dataset.get")),
    ("MLflow data artifact", ("mlflow",), ("mlflow.log_artifact", "mlflow.log_artifacts", "*.MlflowClient.log_artifact")),
    ("Neptune artifact", ("neptune",), ("*.track_files",)),
    ("ZenML artifact", ("zenml",), ("zenml.*step", "zenml.*ArtifactConfig", "zenml.*save_artifact", "zenml.*log_artifact_metadata", "zenml.*add_output_metadata")),
    ("TFX examples", ("tfx",), ("*.CsvExampleGen", "*.BigQueryExampleGen", "*.ImportExampleGen", "*.FileBasedExampleGen")),
    ("Hugging Face data set", (), ("*.push_to_hub", "*.load_dataset", "*.upload_file", "*.upload_folder")),
    ("Quilt package", ("quilt3",), ("quilt3.Package*", "*.push")),
    ("Pachyderm", ("python_pachyderm", "pachyderm_sdk"), ("*.create_repo", "python_pachyderm.*", "pachyderm_sdk.*")),
    ("DVC", ("dvc",), ("dvc.api.*", "dvc.repo.*")),
    ("pins", ("pins",), ("pin_write", "*.pin_write", "pins.*")),
    ("Activeloop data set", ("deeplake",), ("*.commit", "deeplake.*.commit")),
    ("LanceDB table version", ("lance", "lancedb"), ("*.checkout", "*.restore", "lance.write_dataset")),
    ("data set registry", ("modelstore", "roboflow", "fiftyone", "datachain", "hub", "layer", "dolt", "doltcli", "doltpy", "xetcache", "gretel"), ("*.save_dataset", "*.clone", "datachain.*.save", "*.DataChain.save", "*.generate_version", "*.project.version")),
)  # fmt: skip

NAMED_TEXTS: tuple[tuple[str, str], ...] = (
    ("lakeFS", r"^lakefs://"),
    ("Delta tables", r"\b(?:USING|using)\s+(?:DELTA|delta|Delta)\b|\b(?:VERSION|TIMESTAMP)\s+AS\s+OF\s+['\"{$:?\d]"),
    ("Iceberg tables", r"\b(?:USING|using)\s+(?:ICEBERG|iceberg)\b|table_type\s{0,3}=\s{0,3}'ICEBERG'"),
    ("DuckLake tables", r"\bATTACH\s+(?:IF\s+NOT\s+EXISTS\s+)?'ducklake:"),
    ("table snapshots", r"\bCREATE\s+SNAPSHOT\s+TABLE\b|\bFOR\s+SYSTEM_TIME\s+AS\s+OF\b"),
)

COMMANDS: tuple[tuple[str, ...], ...] = (
    ("az", "ml", "data", "create"), ("az", "ml", "dataset", "register"), ("dvc", "add"), ("lakectl", "commit"), ("feast", "apply"), ("pachctl", "create"), ("wandb", "artifact", "put"),
    ("dbt", "snapshot"), ("quilt3", "push"), ("clearml-data", "create"), ("clearml-data", "sync"), ("tecton", "apply"),
)  # fmt: skip

# Calls that write a data set to a file or a bucket.
SNAPSHOTS = (
    "*.to_parquet", "*.to_csv", "*.to_json", "*.to_feather", "*.to_pickle", "*.save_to_disk", "*.write_parquet", "*.write_csv", "*.parquet", "*.write.parquet", "*.put_object", "*.upload_file", "*.upload_fileobj", "*.upload_from_filename",
    "*.upload_blob", "*.fput_object", "*.upload_from_string", "json.dump", "numpy.save", "numpy.savez", "numpy.savez_compressed", "pyarrow.parquet.write_table", "*.write_table", "*.save_json_file", "*.upload_df", "*.write_dataset", "arrow.write_parquet",
    "write_parquet", "saveRDS", "write_csv", "*.export_dataset", "*.sink_parquet", "*.save_dataset", "*.save_json", "*.save_data", "*.store_dataset", "*.save_parquet", "*.to_gbq",
)  # fmt: skip

# Calls that copy a file or a folder as it is.
COPIES = ("shutil.copy", "shutil.copy2", "shutil.copyfile", "shutil.copytree")
