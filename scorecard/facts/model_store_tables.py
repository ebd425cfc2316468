"""Calls that keep a trained model under a version, by the registry or store that they write to."""

# (what it is called, libraries one of which must be imported, calls)
REGISTRIES: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("MLflow registry", ("mlflow",), (
        "mlflow.register_model", "*.register_model", "*.create_model_version", "*.log_model", "*.create_registered_model", "*.set_registered_model_alias", "*.transition_model_version_stage",
        "*.log_model_signature", "mlflow.log_artifact", "mlflow.log_artifacts", "*.MlflowClient.log_artifact", "*.MlflowClient.log_artifacts",
    )),
    ("MLflow autologging", ("mlflow",), (
        "mlflow.autolog", "mlflow.sklearn.autolog", "mlflow.xgboost.autolog", "mlflow.lightgbm.autolog", "mlflow.tensorflow.autolog", "mlflow.keras.autolog", "mlflow.pytorch.autolog", "mlflow.spark.autolog",
        "mlflow.pyspark.ml.autolog", "mlflow.fastai.autolog", "mlflow.statsmodels.autolog", "mlflow.transformers.autolog", "mlflow.catboost.autolog",
    )),
    ("MLflow run artifact", (), ("*.MLflowLoggerCallback", "*.MLFlowLogger", "*MLflowLogger.log_model")),
    ("MLflow run of a Kedro pipeline", ("kedro_mlflow",), ("kedro_mlflow.*pipeline_ml_factory", "kedro_mlflow.*pipeline_ml", "kedro_mlflow.*MlflowModelTrackingDataset", "kedro_mlflow.*MlflowModelLoggerDataSet")),
    ("MLflow for R", ("carrier", "mlflow"), ("mlflow_log_model", "mlflow_register_model", "*.mlflow_log_model")),
    ("Databricks registry", ("databricks",), ("*.FeatureEngineeringClient.log_model", "*.FeatureStoreClient.log_model", "*.fe.log_model", "*.fs.log_model")),
    ("W&B artifact", ("wandb",), ("wandb.Artifact", "*.log_model", "*.link_model", "*.link_artifact", "wandb.save", "*.log_artifact")),
    ("W&B artifact", (), ("*.WandbLogger", "wandb.*.WandbCallback", "*.WandbModelCheckpoint")),
    ("Hugging Face Hub", ("transformers", "huggingface_hub", "peft", "trl", "unsloth", "sentence_transformers", "diffusers", "timm", "setfit"), (
        "*.push_to_hub", "*.push_to_hub_merged", "*.upload_folder", "*.upload_file", "*.upload_large_folder", "*.save_pretrained", "*.save_to_hub", "*.push_to_hub_gguf", "*.push_to_hf_hub",
        "*.TrainingArguments", "*.Seq2SeqTrainingArguments", "*.SFTConfig", "*.DPOConfig", "*.GRPOConfig", "*.push_to_hub_keras", "*.create_commit",
    )),
    ("SageMaker registry", (), ("*.RegisterModel", "*.create_model_package", "sagemaker.*.register", "*.ModelStep", "*.RegisterModelStep", "*.create_model_package_group", "*.createModelPackage", "sagemaker.core.resources.ModelPackage.create", "sagemaker_core.*ModelPackage.create")),
    ("Vertex AI registry", ("google", "google_cloud_pipeline_components", "kfp"), ("*.Model.upload", "*.ModelUploadOp", "aiplatform.Model.upload", "*.upload_model", "*.CustomTrainingJob.run", "*.TabularTrainingJobOp", "*.model_upload_op")),
    ("AzureML registry", ("azureml", "azure"), (
        "azureml.*.register_model", "*.run.register_model", "*.register_model", "*.Model.register", "azureml.*Model.register", "*.models.create_or_update", "*.RegisterModelStep", "*.Model.create", "*.create_model_version",
    )),
    ("Hopsworks registry", ("hopsworks", "hsml"), ("*.create_model", "*.python.create_model", "*.sklearn.create_model", "*.tensorflow.create_model", "*.torch.create_model", "*.llm.create_model")),
    ("BentoML store", ("bentoml",), ("bentoml.*.save_model", "bentoml.*.save", "bentoml.models.create", "bentoml.models.import_model")),
    ("Comet registry", ("comet_ml", "comet_llm"), ("*.log_model", "*.register_model")),
    ("Neptune registry", ("neptune",), ("neptune.init_model_version", "neptune.init_model", "*.NeptuneCallback")),
    ("ClearML registry", ("clearml", "trains"), ("*.OutputModel", "*.update_weights", "*.upload_artifact", "clearml.Task.init")),
    ("DVC", ("dvclive", "dvc"), ("*.log_artifact", "dvclive.*.DVCLiveCallback")),
    ("TFX pusher", ("tfx", "ml_pipelines_sdk"), ("*.Pusher",)),
    ("KServe or MLRun store", ("mlrun",), ("*.log_model",)),
    ("ZenML model", ("zenml",), ("zenml.*Model", "*.register_model", "*.log_model_metadata", "*.save_artifact", "*.mlflow_register_model_step")),
    ("Vetiver pin", ("vetiver", "pins"), ("*.vetiver_pin_write", "vetiver_pin_write", "pin_write", "pins.pin_write", "*.pin_write")),
    ("provider's fine-tuned model", (), ("*.fine_tuning.jobs.create", "*.fineTuning.jobs.create")),
    ("model registry", ("verta", "dominodatalab", "seldon", "polyaxon", "aim", "guild", "layer", "picsellia", "roboflow", "qwak", "frogml", "modelstore", "truefoundry", "opsml", "clarifai", "snowflake"), (
        "*.log_model", "*.create_model_version", "*.create_standard_model", "*.deploy", "*.upload", "*.register_model", "*.ModelStore.*.upload",
    )),
)  # fmt: skip

# Calls that write a model to a file.
SAVES = (
    "joblib.dump", "pickle.dump", "cloudpickle.dump", "dill.dump", "torch.save", "*.save_model", "*.saved_model.save", "*.save_weights", "*.save_pretrained", "*.save", "*.export", "skops.io.dump", "onnx.save", "onnx.save_model",
    "*.save_checkpoint", "*.write_bytes", "*.to_onnx", "saveRDS", "*.saveRDS", "*.writeLegacyModel", "sklearn.externals.joblib.dump", "*.dump_model", "*.save_to_file", "*.write.overwrite().save", "qs.qsave", "torch.jit.save", "*.saveModel",
)  # fmt: skip
UPLOADS = (
    "*.upload_file", "*.upload_fileobj", "*.put_object", "*.upload_blob", "*.upload_from_filename", "*.fput_object", "*.upload_from_string", "shutil.copy", "shutil.copyfile", "shutil.copytree", "shutil.move", "*.blob", "*.upload_blob_file",
)  # fmt: skip

# Experiment tracking that stores numbers.
TRACKERS = (
    "mlflow.log_metric", "mlflow.log_metrics", "wandb.log", "wandb.init", "*.SummaryWriter", "*.add_scalar", "comet_ml.Experiment", "*.log_metrics", "neptune.init_run", "*.TensorBoard", "aim.Run", "dvclive.Live", "*.log_metric",
)  # fmt: skip
