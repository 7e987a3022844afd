"""The rule about key points that nothing in the research supports."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from gptoss_writer.outline.explanations.explanation import Explanation
from gptoss_writer.outline.models import Outline
from gptoss_writer.outline.rules.rule import Linted, Remark, rule
from gptoss_writer.text import fold, sentence_spans

_FIGURE = re.compile(r"(?<![\w.,])(?:\d[\d.,]*\s?%|[^\W\d_]*-?\d[\w.,-]*[^\W_]|\d{2,}(?!\w))")
_NAME = re.compile(r"[A-Z][^\W\d_]+(?:['’][^\W\d_]+)?(?:[ -][A-Z][^\W\d_]+)*")
_PLAIN_WORDS = frozenset(
    """January February March April May June July August September October November December Monday
    Tuesday Wednesday Thursday Friday Saturday Sunday""".split()  # noqa: SIM905 - reads better
)
_TITLE_SHARE = 0.6
_ENGLISH = frozenset(("the", "and", "of", "is", "to", "with", "that"))
_GERMAN = frozenset(
    ("der", "die", "das", "und", "ist", "mit", "von", "den", "nicht", "ein", "eine")
)
_IN_WORDS = {
    str(number): word
    for number, word in (
        *((10, "ten"), (11, "eleven"), (12, "twelve"), (13, "thirteen"), (14, "fourteen")),
        *((15, "fifteen"), (16, "sixteen"), (17, "seventeen"), (18, "eighteen"), (19, "nineteen")),
        *((20, "twenty"), (30, "thirty"), (40, "forty"), (50, "fifty"), (60, "sixty")),
        *((70, "seventy"), (80, "eighty"), (90, "ninety")),
    )
}
_SPACES = re.compile(r"[\s,]")


@rule(
    Explanation(
        "OL230",
        "unsupported-key-point",
        severity="note",
        means="A key point has a number or a name that no piece of evidence has.",
        why="The model will write it, and nothing in the research says that it is true. A figure "
        "that only a key point has is often a memory.",
        bad="""\
title: Tides
sections:
  - title: Shores
    words: 80
    key_points: [The tide rises by 12 metres.]
    evidence: [The bay has the widest range on this coast.]
""",
        good="""\
title: Tides
sections:
  - title: Shores
    words: 80
    key_points: [The tide rises by 12 metres.]
    evidence: ["The range of the bay at spring tide is 12 metres."]
""",
    )
)
def unsupported_key_point(linted: Linted) -> Iterator[Remark]:
    """Find key points with a figure or a name that stands nowhere else; one remark for each.

    In a German outline, where every noun is written like a name, only figures are looked for.
    """
    research = _research(linted.outline)
    in_words = (key for key, word in _IN_WORDS.items() if re.search(rf"\b{word}\b", research))
    figures = f"{_SPACES.sub('', research)} {' '.join(in_words)}"
    names = None if _is_german(linted) else f"{research} {_plan(linted.outline)}"
    for number, section in enumerate(linted.outline.sections):
        for index, point in enumerate(section.key_points):
            loc = ("sections", number, "key_points", index)
            if found := _strange(point.detail or "", figures, names):
                yield Remark(
                    loc,
                    f"no evidence has `{found}`",
                    "Add a fact that says so, with its source, or leave it out.",
                    linted.place_of(loc, found),
                )


def _research(outline: Outline) -> str:
    texts = [
        part
        for section in outline.sections
        for item in section.evidence
        for part in item.model_dump().values()
    ]
    elements = outline.elements
    texts += [*elements.statistics, *elements.examples]
    texts += [part for item in elements.quotes for part in item.model_dump().values()]
    return fold(" ".join(text for text in texts if isinstance(text, str))).casefold()


def _plan(outline: Outline) -> str:
    strategy = outline.strategy.model_dump().values()
    labels = [point.label for section in outline.sections for point in section.key_points]
    titles = [section.title for section in outline.sections]
    texts = [outline.title, outline.description, *strategy, *labels, *titles]
    return fold(" ".join(text for text in texts if text)).casefold()


def _is_german(linted: Linted) -> bool:
    """Tell whether an outline has more small German words than English ones."""
    words = Counter(word for _, text in linted.texts for word in text.casefold().split())
    return sum(words[word] for word in _GERMAN) > sum(words[word] for word in _ENGLISH)


def _strange(text: str, figures: str, names: str | None) -> str | None:
    """Give the first figure or name of a text that is not known, in the words of the text."""
    for found in _FIGURE.finditer(text):
        figure = _SPACES.sub("", fold(found[0]).casefold())
        if not re.search(rf"(?<!\d){re.escape(figure)}(?!\d)", figures):
            return found[0]
    if names is None:
        return None
    words = text.split()
    if sum(word[:1].isupper() for word in words) > _TITLE_SHARE * len(words):
        return None
    starts = {start for start, _ in sentence_spans(text)}
    for found in _NAME.finditer(text):
        parts = re.split(r"[ -]", found[0])
        if (
            found.start() in starts
            or text[: found.start()].rstrip("\"'“‘(*_") == ""
            or text[found.start() - 2 : found.start()] in (": ", "; ")
        ):
            parts = parts[1:]
        unknown = [
            part
            for part in parts
            if part.removesuffix("s") not in _PLAIN_WORDS and not part.isupper()
        ]
        if any(fold(part).casefold().removesuffix("'s") not in names for part in unknown):
            return found[0]
    return None
