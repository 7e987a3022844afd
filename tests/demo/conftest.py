"""What the tests of the bundled demo model may ask for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.demo_articles import Article, Written, write_article


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """Give the article of an outline; each is written once."""
    articles: dict[Path, Article] = {}

    def write(outline: Path) -> Article:
        if outline not in articles:
            articles[outline] = write_article(outline, tmp_path_factory.mktemp("demo"))
        return articles[outline]

    return write
