"""What every test may ask for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.gguf_models import write_model


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write one small gpt-oss file with random weights for the whole session."""
    return write_model(tmp_path_factory.mktemp("models") / "tiny.gguf", layers=2)
