"""The words by which a Markdown outline names its blocks, its sections and their fields."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gptoss_writer.outline.markdown_figures import Budget, budget_in, words_beside_figures
from gptoss_writer.outline.markdown_lines import LONE_LABEL, Item, Label, label_of
from gptoss_writer.outline.models import Role

_BLOCKS = {
    "strategy": re.compile(r"(?:(?:content|article) )?(?:strategy|brief)|overview"),
    "outline": re.compile(
        r"(?:(?:detailed|article|content|blog|post|full|draft) )*outline|(?:article )?structure|"
        r"sections?|body"
    ),
    "elements": re.compile(
        r"(?:content |article |key |additional |supporting )*(?:elements|materials?|resources)"
    ),
}
_LENGTH = (
    r".*(?:read(?:ing)? time|total words?|word (?:count|target|limit|goal))|"
    r"(?:(?:target|total|estimated|approx\w*\.?|overall) )*(?:length|words?|total|target)$"
)
HEAD_FIELDS = {
    "title": re.compile(
        r"(?:(?:article|working|blog|post|suggested|proposed|main) )*(?:title|headline)$"
    ),
    "description": re.compile(r"(?:(?:meta|seo|short) )*(?:description|summary|dek|standfirst)$"),
    "tags": re.compile(
        r"(?:(?:seo|target|primary|secondary) )*(?:tags|keywords?|categories|topics)$"
    ),
    "length": re.compile(_LENGTH),
}
STRATEGY_FIELDS = {
    "angle": re.compile(
        r".*?\b(?:angle|thesis|main (?:argument|idea|message)|premise|narrative)\b"
    ),
    "value": re.compile(r".*?\b(?:value|goal|purpose|objective|aim|why it matters|benefit)\b"),
    "approach": re.compile(r".*?\b(?:approach|tone|style|voice|format)\b"),
    "audience": re.compile(r".*?\b(?:audience|readership|readers?|who it(?:'|’)?s for)\b"),
}
SECTION_FIELDS = {
    "title": re.compile(r"(?:.* )?(?:title|heading|headline|h[1-6])$"),
    "key_points": re.compile(
        r"(?:(?:key|main|talking|core|discussion|sub|bullet|important)[ -]?)*"
        r"(?:points?|ideas?|messages?|arguments?|topics|subtopics|takeaways?)\b|"
        r"(?:what |things )?(?:to )?cover(?:s|ed|age)?\b|contents?$|details$|outline$|"
        r"(?:must|should) (?:say|mention|include|cover)\b|in this section$"
    ),
    "evidence": re.compile(
        r".*?\b(?:evidence|sources?|quotes?|quotations?|references?|citations?|facts?|data|clips?|interviews?|"
        r"research|stat(?:istic)?s?|examples?|case stud(?:y|ies)|proof|testimony)\b|"
        r"supporting (?:details?|material|points?)$"
    ),
    "words": re.compile(
        r".*\bword (?:distribution|count|budget|target|limit|goal)|"
        r"(?:(?:estimated|target|approx\w*\.?|suggested|max\w*|desired) )*"
        r"(?:words?|length|target|budget|word length)$"
    ),
    "notes": re.compile(
        r"(?:(?:writer|writing|style|author|editor)(?:'s|’s|s)? )?notes?(?: to self)?$"
    ),
}
_WORD_OF_LABELS = re.compile(
    r"key|main|talking|core|discussion|sub|bullet|important|supporting|relevant|possible|useful|"
    r"additional|further|expert|primary|secondary|suggested|direct|real|world|real-world|points?|"
    r"ideas?|messages?|arguments?|topics?|subtopics|takeaways?|what|things|to|cover(?:s|ed|age)?|"
    r"contents?|details?|outline|must|should|say|mention|include|use|in|this|section|evidence|"
    r"sources?|quotes?|quotations?|references?|citations?|facts?|data|clips?|interviews?|research|"
    r"stat(?:istic)?s?|examples?|case|study|studies|proof|testimony|material|rag|and|or|of|for|the|"
    r"from|with|numbers|figures|highlight|readers|practical|insights"
)
REMARK_FIELDS = re.compile(
    r"(?:(?:the|section|opening|closing|main) )?(?:tone|style|voice|angle|purpose|goal|aim|"
    r"objective|focus|hook|lede|lead|opening|transition|segue|closing line|call to action|cta|"
    r"instructions?|remember|reminder|caveat|warning|format|visuals?|image|figure|tip|remarks?|"
    r"comments?|todo|to do)s?$"
)
"""Labels of a section that are told to the writer as they are, among the notes."""
ELEMENT_FIELDS = {
    "statistics": re.compile(r".*\b(?:statistics?|stats|numbers|figures|data)\b"),
    "quotes": re.compile(r".*\b(?:quotes?|quotations?)\b"),
    "examples": re.compile(r".*\b(?:examples?|case stud(?:y|ies))\b"),
    "takeaways": re.compile(r".*\btakeaways?\b"),
    "length": re.compile(_LENGTH),
}
_NUMBERED = re.compile(
    r"(?:(?:section|part|chapter|step)\s+)?"
    r"(?P<number>\d{1,3}(?:\.\d{1,3})*|(?=[IVX])X{0,3}(?:IX|IV|V?I{0,3}))"
    r"\s*(?:[.):–—]|-(?=\s))\s+",
    re.IGNORECASE,
)
_WORD_NUMBERED = re.compile(
    r"(?:section|part|chapter|step)\s+(?:\d{1,3}|[IVX]{1,5})\s*[.):–—-]?\s*", re.IGNORECASE
)
_WHOLE_BOLD = re.compile(r"(\*\*\*|\*\*|__)(?:(?!\1).)+\1:?$")
_INTRODUCTION = re.compile(r"\b(?:introduction|intro|opening|hook|lede)\b", re.IGNORECASE)
_CONCLUSION = re.compile(
    r"\b(?:conclusions?|concluding|closing|wrap-up|wrapping up|final thoughts|kicker)\b",
    re.IGNORECASE,
)
_HEADING_NUMBER = re.compile(r"\d{1,3}(?:(?:\.\d{1,3})+[.)]?|[.)])\s+(?=\S)")
_EMPHASIS = re.compile(r"\*\*\*|\*\*|__|(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w)")
_HEADER_LENGTH = 600
_PLAIN_HEADER_LENGTH = 120


@dataclass(frozen=True, slots=True)
class Header:
    """The line that begins a section: its words without number and budget, and the budget."""

    text: str
    budget: Budget | None
    is_numbered: bool = False
    beside: str = ""
    """Words that stand beside the budget and are no part of it."""

    @property
    def is_certain(self) -> bool:
        """Tell whether the line alone shows that it begins a section."""
        return self.budget is not None or self.is_numbered


def block_of(item: Item) -> str | None:
    """Give the block that an item opens: strategy, outline or elements; None if it opens none."""
    if item.kind == "bullet" or len(item.text) > _HEADER_LENGTH:
        return None
    label = _heading_label(item)
    if label is None or label.rest or not (label.is_bold or item.kind == "heading"):
        return None
    name = label.name.lower()
    return next((block for block, words in _BLOCKS.items() if words.fullmatch(name)), None)


def field_of(item: Item, fields: dict[str, re.Pattern[str]]) -> tuple[str, Label] | None:
    """Give the field that an item's label names, and the label; the earliest word decides."""
    label = _heading_label(item)
    if label is None or not label.has_colon:
        return None
    name = " ".join(label.name.lower().split())
    ends = {key: found.end() for key, words in fields.items() if (found := words.match(name))}
    return (min(ends, key=ends.__getitem__), label) if ends else None


def is_only_label(label: Label) -> bool:
    """Tell whether a label says nothing but what kind its text is; `Bad data: 4 %` says more."""
    return label.is_bold or all(
        _WORD_OF_LABELS.fullmatch(word) for word in re.findall(r"[\w-]+", label.name.lower())
    )


def header_of(item: Item) -> Header | None:
    """Read an item as the line that could begin a section, or give None.

    A heading, a bold line, a numbered list item at the left edge, and any short line that ends
    with a budget in brackets can. Whether they do is decided among all of them.
    """
    if item.indent > 3 or len(item.text) > _HEADER_LENGTH or item.kind == "quote":  # noqa: PLR2004 - four spaces indent code
        return None
    bare = without_emphasis(item.text).removesuffix(":").strip()
    budget = budget_in(bare)
    head = bare[: budget[1]] if budget else bare
    number = _NUMBERED.match(head) or _WORD_NUMBERED.match(head)
    text = (head[number.end() :] if number else head).strip(" :–—-|,")
    text = text or head.strip()
    header = Header(
        text,
        budget[0] if budget else None,
        is_numbered=bool(number or item.number),
        beside=words_beside_figures(bare[budget[1] :]) if budget else "",
    )
    if item.kind == "bullet":
        return header if item.number and item.indent == 0 else None
    if item.kind == "heading" or _WHOLE_BOLD.match(item.text):
        return header
    is_bold = item.text.startswith(("**", "__"))
    is_short = len(bare) <= _PLAIN_HEADER_LENGTH and (number or not _is_sentence(head))
    return header if budget and item.indent == 0 and (is_bold or is_short) else None


def without_emphasis(text: str) -> str:
    """Take the marks of bold and italic text away."""
    return _EMPHASIS.sub("", text).strip()


def without_number(text: str) -> str:
    """Take the number of a heading away, such as `2.1` or `3)`."""
    return _HEADING_NUMBER.sub("", text, count=1)


def is_bold_line(item: Item) -> bool:
    """Tell whether an item is one line of bold text and nothing else."""
    return item.kind == "text" and bool(_WHOLE_BOLD.match(item.text))


def role_words(text: str) -> Role:
    """Give the role that the words of a section's header name."""
    if _INTRODUCTION.search(text):
        return "introduction"
    return "conclusion" if _CONCLUSION.search(text) else "body"


def _is_sentence(text: str) -> bool:
    return text.rstrip().endswith((".", "!", "?", ";", ","))


def _heading_label(item: Item) -> Label | None:
    if item.kind == "text" and LONE_LABEL.fullmatch(item.text):
        return Label(item.text.strip(), "", len(item.text), is_bold=True, has_colon=True)
    if item.kind == "heading":
        bare = without_number(without_emphasis(item.text))
        return label_of(bare) or Label(bare, "", len(bare), is_bold=True, has_colon=True)
    return label_of(item.text)
