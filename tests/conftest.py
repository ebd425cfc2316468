"""Makes `helpers` importable from every folder of tests, and takes time out of the properties."""

import sys
from pathlib import Path

from hypothesis import settings

sys.path.insert(0, str(Path(__file__).parent))
settings.register_profile("untimed", deadline=None)  # a busy machine is no counterexample; speed is for benchmarks/
settings.load_profile("untimed")
