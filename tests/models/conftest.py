"""What the tests of the demo model's recipe share."""

from __future__ import annotations

from itertools import islice

import pytest

from models.demo.tokenizer import Tokenizer
from tests.models.fake_samples import draw_fake_articles


@pytest.fixture(scope="session")
def small_tokenizer() -> Tokenizer:
    """Learn a small vocabulary from made-up articles."""
    pytest.importorskip("tokenizers", reason="the recipe's own dependency is not installed")
    from models.demo.merges import learn_tokenizer, texts_of  # noqa: PLC0415 - after the skip

    return learn_tokenizer(texts_of(islice(draw_fake_articles(0), 200)), size=512)
