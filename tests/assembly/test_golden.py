"""Whole articles, from what a model wrote to the file, as a person would want to read them."""

from __future__ import annotations

from pathlib import Path

import pytest

from gptoss_writer.assembly.document import make_document
from gptoss_writer.assembly.markdown import to_markdown
from gptoss_writer.draft import SectionDraft
from gptoss_writer.drafting.cleaning import clean
from gptoss_writer.outline.models import Outline
from gptoss_writer.text import count_words

GOLDEN = Path(__file__).parents[1] / "golden" / "articles"

TEA = Outline.model_validate(
    {
        "title": "A better cup: what water does to tea",
        "description": 'Why the "same" leaves taste different in another town.',
        "tags": ["tea", "water", "kitchen science"],
        "published": True,
        "sections": [
            {"id": "start", "role": "introduction", "title": "Two cups", "words": 30},
            {"id": "hard", "title": "Hard water & soft", "words": 60},
            {"id": "heat", "title": "How hot is #1?", "words": 40},
            {"id": "end", "role": "conclusion", "title": "Try it", "words": 20},
        ],
    }
)

TIDY = {
    "start": "Take the leaves you know to another town, and the cup is not the one you know. "
    "The pot is the same and so is the hand. What has changed came out of the tap.",
    "hard": "Hard water carries **calcium** and *magnesium*. They bind to what the leaves give "
    "off, and a film forms on the cup.\n\n- Soft water: a clear, bright cup.\n"
    "- Hard water: a dull one, with a film.",
    "heat": "Green leaves want about 80 °C; black leaves want water just off the boil.\n\n"
    "> Too hot, and it is bitter; too cool, and it is thin.",
    "end": "Brew one pot with filtered water and one without. Taste both.",
}

MESSY = {
    "start": "Sure! Here is the introduction:\n\n# Two cups\n\n"
    "Take the leaves you know to another town【3†L4-L6】.  \nWhat has changed\u202f—\u202f"
    "it came out of the tap.\n\n\n\n(27 words)",
    "hard": "## Section 2: Hard Water & Soft\n\n## What is in it\n\n"
    "Hard water carries <b>calcium</b> and non\u2011carbonate salts.\n\n---\n\n"
    "```js\nboil('water')\n```\n\nA film forms on the cup.\n\n<!-- more",
    "end": "```markdown\nTry It\n======\n\n"
    "Brew one pot with filtered water and one without.\n```<|return|>",
}


@pytest.mark.parametrize(("name", "texts"), [("tidy", TIDY), ("messy", MESSY)])
def test_an_article_reads_as_the_golden_one(name: str, texts: dict[str, str]) -> None:
    """A tidy article is published; a messy one, with a section missing, is not."""
    drafts = {}
    for section in TEA.sections:
        if section.id in texts:
            text = clean(texts[section.id], title=section.title)
            drafts[section.id] = SectionDraft(section.id, text, count_words(text))

    golden = (GOLDEN / f"tea-{name}.md").read_bytes().decode("utf-8")

    assert golden == to_markdown(make_document(TEA, drafts))
