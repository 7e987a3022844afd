"""What every test may ask for."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.support.gguf_models import write_model

# A busy machine makes every example slow; that is no fault of the program, and no test is timed.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write one small gpt-oss file with random weights for the whole session."""
    return write_model(tmp_path_factory.mktemp("models") / "tiny.gguf", layers=2)
