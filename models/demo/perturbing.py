"""The project's templates, lightly changed, so that the model does not hang on a wording.

What it must learn is which text stands behind which mark. A person edits a template, and the model
should still write. About a third of all samples have the templates as they are.
"""

from __future__ import annotations

import re
from functools import cache
from random import Random

from gptoss_writer.prompt.templates import Templates, load_templates

SHARE_UNCHANGED = 0.35
_VARIANTS = 400
_SWAPS = {
    "exactly": ("exactly", "about", "just"),
    "Write": ("Write", "Draft", "Now write", "Please write"),
    "words": ("words", "words", "words"),
    "Key points, in this order:": (
        "Key points:",
        "Points to make, in order:",
        "Tell, in this order:",
    ),
    "Evidence:": ("Facts:", "Research found:", "What research found:"),
    "Quotations:": ("Quotes:", "Words on record:", "Quotations to choose from:"),
    "Notes:": ("Note:", "The editor adds:", "How to write it:"),
    "(must appear)": ("(required)", "(must be quoted)", "(must appear)"),
    "are left to explain and connect it": ("remain", "are yours", "are left for explaining"),
    "Next comes": ("After it comes", "The section after it is"),
    "Sections:": ("Outline:", "All sections:", "The whole article:"),
    "Readers:": ("Audience:", "For:", "Written for:"),
    "Angle:": ("Idea:", "The point:", "Thesis:"),
    "Article": ("The article", "Brief", "What the article is"),
}
_TAG = re.compile(r"\{[{%#].*?[}%#]\}", re.DOTALL)
_SENTENCE = re.compile(r"(?<=[.;:])\s+(?=[A-Z])")


def draw_templates(draw: Random) -> Templates:
    """Give the templates, changed or not."""
    if draw.random() < SHARE_UNCHANGED:
        return _original()
    return _variant(draw.randrange(_VARIANTS))


@cache
def _original() -> Templates:
    return load_templates()


@cache
def _variant(seed: int) -> Templates:
    original, draw = _original(), Random(seed)
    sources = {name: _changed(text, draw) for name, text in original.sources.items()}
    sources["house_rules"] = _thinned(sources["house_rules"], draw)
    return Templates(sources, original.files)


def _changed(text: str, draw: Random) -> str:
    for old, choices in _SWAPS.items():
        if draw.random() < 0.3:
            text = _outside_tags(text, old, draw.choice(choices))
    return text


def _outside_tags(text: str, old: str, new: str) -> str:
    pieces, position = [], 0
    for tag in _TAG.finditer(text):
        pieces += [text[position : tag.start()].replace(old, new), tag[0]]
        position = tag.end()
    return "".join((*pieces, text[position:].replace(old, new)))


def _thinned(text: str, draw: Random) -> str:
    """Drop sentences, words and lines of the rules."""
    head, _, body = text.partition("\n")
    lines = []
    keep = draw.uniform(0.5, 1.0)
    for line in body.split("\n"):
        sentences = [part for part in _SENTENCE.split(line) if draw.random() < keep]
        words = " ".join(sentences).split(" ")
        lines.append(" ".join(word for word in words if draw.random() > 0.02))
    if draw.random() < 0.2:
        draw.shuffle(lines)
    return "\n".join((head, *lines))
