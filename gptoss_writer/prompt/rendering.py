"""Outline and templates become messages: a prefix all sections share, and a suffix for each."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from gptoss_writer.harmony.messages import Conversation, ReasoningEffort
from gptoss_writer.harmony.rendering import developer_message, system_message, user_message
from gptoss_writer.outline.models import Outline, Quotation, Section
from gptoss_writer.prompt.allotment import allot
from gptoss_writer.prompt.digest import Digest
from gptoss_writer.prompt.templates import Templates
from gptoss_writer.text import count_words, pair_inner_marks, strip_controls

SUBHEADINGS_ABOVE_WORDS = 300

RetryReason = Literal["length", "cut", "empty", "looping", "findings", "asked"]

_MARKS = '"“”„‟«»＂'
_OPENING = re.compile(rf"(?<![^\s(\[‘—–-])[{_MARKS}](?=\S)")
_CLOSING = re.compile(rf"(?<!\d)[{_MARKS}]")


@dataclass(frozen=True, slots=True)
class SectionPrompt:
    """What the model is told for one section, outermost part first.

    `shared_prefix` is the same for every section of an article. `notes` is empty for a first
    attempt.
    """

    shared_prefix: Conversation
    section_suffix: Conversation
    notes: Conversation = ()

    @property
    def parts(self) -> tuple[Conversation, ...]:
        """The parts that are there, in the order in which the model reads them."""
        return tuple(part for part in (self.shared_prefix, self.section_suffix, self.notes) if part)


@dataclass(frozen=True)
class PromptWriter:
    """Renders the prompts of one article.

    `date` is the ISO date of the system message, pinned for a workspace: the shared prefix must
    not change at midnight.
    """

    outline: Outline
    templates: Templates
    effort: ReasoningEffort
    date: str

    @cached_property
    def _sections(self) -> Mapping[str, Section]:
        return allot(self.outline)

    def material(self, section_id: str) -> Section:
        """Give a section with the article-wide elements that were given to it."""
        return self._sections[section_id]

    @cached_property
    def shared_prefix(self) -> Conversation:
        """The system message, the house rules and the article brief."""
        strategy = self.outline.strategy
        rules = self.templates.render("house_rules", {})
        brief = self.templates.render(
            "article_brief",
            {
                "title": self.outline.title,
                "angle": _line(strategy.angle),
                "audience": _line(strategy.audience),
                "value": _line(strategy.value),
                "approach": _line(strategy.approach),
                "sections": [
                    {"title": section.title, "words": section.words}
                    for section in self.outline.sections
                ],
            },
        )
        return (
            system_message(self.effort, self.date),
            developer_message(f"{rules}\n\n{brief}"),
        )

    def section(self, section_id: str, digest: Digest) -> SectionPrompt:
        """Render the prompt of a section's first attempt."""
        section = self.material(section_id)
        number = self.outline.number(section_id)
        following = self.outline.sections[number : number + 1]
        request = self.templates.render(
            "section_request",
            {
                "number": number,
                "total": len(self.outline.sections),
                "title": section.title,
                "role": section.role,
                "words": section.words,
                "key_points": [_line(point.text) for point in section.key_points],
                "facts": [
                    {"text": _line(fact.text), "source": fact.source or ""}
                    for fact in section.facts
                ],
                "quotations": [_quotation(quotation) for quotation in section.quotations],
                "notes": section.notes or "",
                "previous_ending": digest.previous_ending,
                "quoted_before": ", ".join(digest.quoted_before),
                "next_title": following[0].title if following else "",
                "subheadings": section.words > SUBHEADINGS_ABOVE_WORDS,
                **room_of(section),
            },
        )
        return SectionPrompt(self.shared_prefix, (user_message(request),))

    def note(
        self, section_id: str, reason: RetryReason, *, written: int = 0, because: str = ""
    ) -> Conversation:
        """Render the note that asks for another attempt.

        `written` counts the words of the attempt before; `because` is a person's reason, or what
        was found wrong where the reason is "findings".
        """
        note = self.templates.render(
            "retry_note",
            {
                "reason": reason,
                "written": written,
                "words": self.material(section_id).words,
                "because": _line(strip_controls(because)),
            },
        )
        return (user_message(note),)

    def continuation(
        self, text: str, *, written: int, words: int, points: Sequence[str]
    ) -> Conversation:
        """Render the note that asks for one more paragraph behind a text that is too short.

        `written` counts the words of the text, `words` those that are wanted still; `points` are
        the key points that it hardly has.
        """
        note = self.templates.render(
            "continuation_note",
            {
                "text": strip_controls(text),
                "written": written,
                "words": words,
                "points": [_line(point) for point in points],
            },
        )
        return (user_message(note),)


def room_of(section: Section) -> dict[str, int]:
    """Count the words of a section's material, and those its budget leaves beyond them, in tens."""
    items = (*section.key_points, *section.evidence)
    material = sum(count_words(item.text) for item in items)
    return {"material": round(material, -1), "room": round(section.words - material, -1)}


def _line(text: str | None) -> str:
    """Put a text on one line, so that an item of a list stays one item; "" for none."""
    return " ".join((text or "").split())


def _quotation(quotation: Quotation) -> dict[str, str | bool]:
    return {
        "quote": nested(_line(quotation.quote)),
        "speaker": quotation.speaker or "",
        "source": quotation.source or "",
        "note": _line(quotation.note),
        "required": quotation.required,
    }


def nested(quote: str) -> str:
    """Write a quotation inside a quotation with single marks, as it is written in an article.

    The template puts double ones around it, and the model copies what it sees: only so can it, and
    who reads it, tell the inner marks from the outer, and no double mark may be written inside a
    quotation. One without a partner behind a digit may mean inches and becomes a curly one.
    """
    paired = pair_inner_marks(quote, "‘", "’")
    return _CLOSING.sub("’", _OPENING.sub("‘", paired)).replace('"', "”")
