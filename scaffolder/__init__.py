"""Makes, extends and updates repositories. Nothing is here yet: `mlops audit` came first."""
