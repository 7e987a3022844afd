"""Rules about sections: what each one needs, and what tells it from the others."""

from __future__ import annotations

from collections.abc import Iterator

from gptoss_writer.outline.explanations.explanation import Explanation
from gptoss_writer.outline.rules.rule import Linted, Remark, rule
from gptoss_writer.text import fold


@rule(
    Explanation(
        "OL210",
        "no-key-points",
        severity="warning",
        means="A section has no key points.",
        why="The model is then told a title and a length, and makes up the rest.",
        bad="""\
title: Tides
sections:
  - title: Shores
    words: 80
    evidence: [The bay has the widest range on this coast.]
""",
        good="""\
title: Tides
sections:
  - title: Shores
    words: 80
    key_points: [A funnel makes a high tide higher.]
    evidence: [The bay has the widest range on this coast.]
""",
    )
)
def no_key_points(linted: Linted) -> Iterator[Remark]:
    """Find sections without key points."""
    for index, section in enumerate(linted.outline.sections):
        if not section.key_points:
            yield Remark(
                ("sections", index),
                "this section has no key points",
                "Write what it must say, one sentence for each point.",
            )


@rule(
    Explanation(
        "OL211",
        "no-evidence",
        severity="warning",
        means="A section has no evidence: no fact and no quotation.",
        why="Numbers and names that the outline does not have are reported as unsupported in the "
        "article. Without evidence a section can only be vague or unsupported.",
        bad="""\
title: Tides
sections:
  - title: Shores
    words: 80
    key_points: [A funnel makes a high tide higher.]
""",
        good="""\
title: Tides
sections:
  - title: Shores
    words: 80
    key_points: [A funnel makes a high tide higher.]
    evidence: [The bay has the widest range on this coast.]
""",
    )
)
def no_evidence(linted: Linted) -> Iterator[Remark]:
    """Find sections without evidence."""
    for index, section in enumerate(linted.outline.sections):
        if not section.evidence:
            yield Remark(
                ("sections", index),
                "this section has no evidence",
                "Add a fact or a quotation that its key points rest on.",
            )


@rule(
    Explanation(
        "OL212",
        "same-title",
        severity="warning",
        means="Two sections have the same title, or titles that differ in case and marks only.",
        why="Readers cannot tell them apart in a table of contents, links to headings go to the "
        "first one, and the model writes the same section twice.",
        bad="title: Tides\nsections:\n  - {title: The shore, words: 80}\n"
        "  - {title: The Shore, words: 80}\n",
        good="title: Tides\nsections:\n  - {title: The shore by day, words: 80}\n"
        "  - {title: The shore by night, words: 80}\n",
    )
)
def same_title(linted: Linted) -> Iterator[Remark]:
    """Find sections whose titles a reader would take for the same."""
    first: dict[str, int] = {}
    for index, section in enumerate(linted.outline.sections):
        title = " ".join(word.strip(".,:;!?\"'") for word in fold(section.title).casefold().split())
        if title in first:
            line = linted.line_of(("sections", first[title], "title"))
            yield Remark(
                ("sections", index, "title"),
                f"section {first[title] + 1} has the same title, on line {line}",
                "Give each section a title that says what is only in it.",
            )
        first.setdefault(title, index)


@rule(
    Explanation(
        "OL213",
        "derived-id",
        severity="note",
        is_fixable=True,
        means="A section has no `id`, so that one is made from its title.",
        why="The id names the section's files. Change the title, and the program sees a new "
        "section: what was written for the old one stays behind in the history.",
        bad="title: Tides\nsections:\n  - {title: Shores, words: 80}\n",
        good="title: Tides\nsections:\n  - {id: shores, title: Shores, words: 80}\n",
    )
)
def derived_id(linted: Linted) -> Iterator[Remark]:
    """Find sections of a YAML outline that have no id of their own."""
    if linted.file.form != "yaml":
        return
    for index, section in enumerate(linted.outline.sections):
        if ("sections", index, "id") not in linted.file.spans:
            yield Remark(
                ("sections", index, "title"),
                f"this section has no id, so its title makes it `{section.id}`",
                f"Write `id: {section.id}` above it, so that the title can change.",
            )
