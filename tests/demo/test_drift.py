"""The demo model and the prompt templates belong together."""

from __future__ import annotations

from gptoss_writer.engine.llama.header import read_header
from gptoss_writer.models.catalog import known_model
from gptoss_writer.prompt.templates import load_templates
from tests.support.commands import sha256
from tests.support.demo_articles import EXAMPLES, MODEL, UNSEEN, Written

TEMPLATES_KEY = "gptoss_writer.templates"
KEY_POINTS, QUOTATIONS = 0.9, 0.95
"""What the model is to copy of unseen outlines, as its card promises."""


def test_the_catalog_knows_the_file() -> None:
    """Size, hash, name and fingerprint of the catalog are those of the file that ships.

    The file says which templates it was trained on.
    """
    header, known = read_header(MODEL), known_model("demo")

    assert known is not None
    assert (MODEL.stat().st_size, sha256(MODEL)) == (known.bytes, known.sha256)
    assert (header.name, header.fingerprint) == (known.header_name, known.fingerprint)
    assert str(header.metadata.get(TEMPLATES_KEY)).startswith("templates:")


def test_the_model_still_understands_the_templates(written: Written) -> None:
    """It was trained on these templates, or does on the new ones what its card promises.

    A small change of wording is nothing to it. Where this fails, train it on with the commands in
    `models/demo/README.md`, export it, and renew `models/catalog.toml`; or take the change back.
    """
    trained_on = read_header(MODEL).metadata.get(TEMPLATES_KEY)
    if trained_on == load_templates().fingerprint:
        return
    articles = [written(outline) for outline in (*EXAMPLES, *UNSEEN)]
    points = [point.is_covered for article in articles for point in article.points]
    quoted, quotations = (sum(part) for part in zip(*(a.quoted for a in articles), strict=True))
    found = f"trained on {trained_on}, which are others than those in prompts/ now"

    assert sum(points) >= KEY_POINTS * len(points), found
    assert quoted >= QUOTATIONS * quotations, found
