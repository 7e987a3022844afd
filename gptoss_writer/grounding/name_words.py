"""Words of names: which capitalised words are none, and what a word is without its marks."""

from __future__ import annotations

import re

from gptoss_writer.grounding.dates import MONTHS, WEEKDAYS
from gptoss_writer.grounding.vocabulary import FUNCTION_WORDS

_OPENING = "([{\"'*"
_CLOSING = ")]}\"'*.,;:!?"
CORE = re.compile(rf"[{re.escape(_OPENING)}]*(.*?)('s|s')?[{re.escape(_CLOSING)}]*\Z", re.DOTALL)
"""A word with its marks: the first group is the word, the second a possessive s."""
PIECES = re.compile(r"[-/+&@_.]+")
"""What stands between the parts of one word, as in gpt-oss or AT&T."""

TITLES = frozenset(
    "dr mr mrs ms prof professor sir dame president senator judge chancellor".split()  # noqa: SIM905 - reads better
)
NOT_NAMES = (
    FUNCTION_WORDS
    | TITLES
    | {word.lower() for word in MONTHS | WEEKDAYS}
    | frozenset(
        """ai api apis ascii bios ceo cfo coo cpu cpus cto csv diy dna eu faq faqs fyi gpu gpus hr
        html http https id ids ip it json kpi llm llms ml no nlp ok os pc pcs pdf pdfs phd phds pr
        qa r&d ram rna roi rom sdk sql ssd tv ui uk un url urls us usa usb ux vip vs web wi-fi
        wifi xml yaml i i'm i've i'd i'll internet earth western eastern northern southern west east
        north south section chapter figure table part step appendix note tip yes am pm ad bc bce ce
        st nd rd th""".split()  # noqa: SIM905 - reads better
    )
)
"""Capitalised words that name nobody: function words, titles, months, everyday acronyms."""


def is_titlecase(word: str) -> bool:
    """Tell whether a word has one capital, at its beginning."""
    return (word[:1].isupper() and word[1:].islower()) or (len(word) == 1 and word.isupper())


def core_of(token: str) -> str:
    """Take brackets, marks and a possessive s off a word."""
    match = CORE.match(token)
    return match[1] if match else token


def forms_of(word: str) -> tuple[str, ...]:
    """Give a word in small letters as it stands, and without the s of a plural."""
    small = word.casefold().removesuffix("'s").removesuffix("'")
    return (small, small.removesuffix("s")) if len(small) > 2 else (small,)  # noqa: PLR2004 - "us"
