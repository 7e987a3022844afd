"""An assembled article can be taken apart again, and an edited one only where that is plain."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gptoss_writer.assembly.document import make_document
from gptoss_writer.assembly.markdown import to_markdown
from gptoss_writer.assembly.splitting import Part, Split, head_of, is_same_text, parts_of, split
from gptoss_writer.draft import SectionDraft
from gptoss_writer.outline.models import Outline
from tests.support.outlines import outlines

OUTLINE = Outline.model_validate(
    {
        "title": "Tide pools",
        "sections": [
            {"id": "intro", "role": "introduction", "title": "Low water", "words": 50},
            {"id": "crabs", "title": "Crabs & <b>claws</b> #", "words": 50},
            {"id": "end", "role": "conclusion", "title": "High water", "words": 50},
        ],
    }
)
TEXTS = {
    "intro": "One.\n\nTwo.\n",
    "crabs": "They hide.\n\n### At night\n\n```\n## no heading\n```\n\nThey come out.\n",
    "end": "It ends.\n\n## Mine\n\nA heading of a person's own.\n",
}


def assembled(outline: Outline, texts: dict[str, str]) -> str:
    """Assemble an article from the texts of its sections."""
    drafts = {name: SectionDraft(name, text, len(text.split())) for name, text in texts.items()}
    return to_markdown(make_document(outline, drafts))


def taken_apart(article: str, base: str, texts: dict[str, str], outline: Outline) -> Split:
    """Take an article apart as an edit of another one."""
    parts = parts_of(outline, {name: (1, text) for name, text in texts.items()})
    return split(article, head_of(base), parts, texts)


def edited(old: str, new: str) -> Split:
    """Take the article of `TEXTS` apart after one edit."""
    base = assembled(OUTLINE, TEXTS)

    assert old in base
    return taken_apart(base.replace(old, new), base, TEXTS, OUTLINE)


_LINES = st.sampled_from(
    [
        "plain words",
        "a hard break  ",
        "### deeper",
        "> said",
        "- item",
        "\tcode",
        "```sh",
        "~~~~",
        "<!-- a note",
        "é\u200b \u202b",
        "",
    ]
)


@settings(max_examples=60)
@given(outlines, st.data())
def test_what_was_assembled_comes_apart_as_it_was(outline: Outline, data: st.DataObject) -> None:
    """Whatever titles and texts there are, every section gets its own back."""
    texts = {
        section.id: "\n".join(data.draw(st.lists(_LINES, min_size=1, max_size=5))) + "\n"
        for section in outline.sections
    }
    texts = {name: text for name, text in texts.items() if text.strip()}
    article = assembled(outline, texts)
    pieces = taken_apart(article, article, texts, outline)

    assert "" == pieces.reason
    assert texts.keys() == pieces.texts.keys()
    assert all(is_same_text(texts[name], text) for name, text in pieces.texts.items())


def test_the_texts_of_an_untouched_article_are_those_of_its_sections() -> None:
    """Also where a section has headings or code of its own."""
    article = assembled(OUTLINE, TEXTS)

    assert Split(TEXTS) == taken_apart(article, article, TEXTS, OUTLINE)


@pytest.mark.parametrize(
    ("old", "new", "section", "text"),
    [
        ("Two.", "Two.  \nAnd three.", "intro", "One.\n\nTwo.  \nAnd three.\n"),
        ("They hide.", "\n\nThey dig.", "crabs", TEXTS["crabs"].replace("hide", "dig")),
        ("It ends.\n", "", "end", "## Mine\n\nA heading of a person's own.\n"),
        ("person's own.\n", "own.", "end", TEXTS["end"].replace("person's own", "own")),
    ],
)
def test_an_edit_is_found_in_its_section(old: str, new: str, section: str, text: str) -> None:
    """The others are as they were; spaces at line ends stay."""
    assert {**TEXTS, section: text} == edited(old, new).texts


def test_an_editor_may_end_all_lines_otherwise() -> None:
    """CRLF stays in the pieces, and counts for nothing when they are compared."""
    base = assembled(OUTLINE, TEXTS)
    pieces = taken_apart("\ufeff" + base.replace("\n", "\r\n"), base, TEXTS, OUTLINE)

    assert "" == pieces.reason
    assert "One.\r\n\r\nTwo.\r\n" == pieces.texts["intro"]
    assert all(is_same_text(TEXTS[name], text) for name, text in pieces.texts.items())


def test_a_fence_that_was_left_open_takes_no_other_section() -> None:
    """It is closed where its section ends, in the article; an edit further below finds its way."""
    texts = {**TEXTS, "crabs": "They hide.\n\n~~~~ sh\nls\n```\n"}
    base = assembled(OUTLINE, texts)
    edit = base.replace("It ends.", "It never ends.")
    pieces = taken_apart(edit, base, texts, OUTLINE)

    assert "```\n~~~~\n\n## High water\n" in base
    assert "" == pieces.reason
    assert is_same_text(texts["crabs"], pieces.texts["crabs"])
    assert texts["end"].replace("It ends.", "It never ends.") == pieces.texts["end"]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("# Tide pools\n", "# Rock pools\n", "its front matter or its title was changed"),
        ("published: false", "published: true", "its front matter or its title was changed"),
        ("# Tide pools\n", "", "its front matter or its title was changed"),
        ("## High water\n", "## Flood\n", "its headings were changed"),
        ("## High water\n", "", "its headings were changed"),
        ("They hide.", "They hide.\n\n## More\n\nText.", "its headings were changed"),
        ("They hide.", "```\nThey hide.", "its headings were changed"),
        ("## Mine\n", "### Mine\n", "its headings were changed"),
    ],
)
def test_what_cannot_be_told_apart_is_not_guessed(old: str, new: str, reason: str) -> None:
    """The reason says what was changed."""
    assert Split({}, reason) == edited(old, new)


def test_text_above_the_first_heading_belongs_to_nobody() -> None:
    """Where the introduction is not written there is no section for it."""
    texts = {name: text for name, text in TEXTS.items() if name != "intro"}
    base = assembled(OUTLINE, texts)
    article = base.replace("# Tide pools\n", "# Tide pools\n\nMine.\n", 1)

    assert "it has text before its first section" == (
        taken_apart(article, base, texts, OUTLINE).reason
    )


def test_an_article_without_sections_has_no_texts() -> None:
    """Nor has one a person wrote something into: there is no section for it."""
    base = assembled(OUTLINE, {})

    assert Split({}) == taken_apart(base, base, {}, OUTLINE)
    assert "it has text before its first section" == (
        taken_apart(base + "\nMine.\n", base, {}, OUTLINE).reason
    )


@pytest.mark.parametrize("text", ["intro@1", "crabs@12#0123456789abcdef"])
def test_parts_survive_the_journal(text: str) -> None:
    """A part read back equals the one written."""
    assert text == str(Part.parse(text))


@pytest.mark.parametrize("text", ["", "intro", "intro@", "In@1", "intro@1#"])
def test_what_is_no_part_is_refused(text: str) -> None:
    """A journal that somebody edited is not trusted."""
    with pytest.raises(ValueError, match="is not a part of an article"):
        Part.parse(text)


@settings(max_examples=80)
@given(outlines, st.data())
def test_an_edit_changes_its_own_section_and_no_other(
    outline: Outline, data: st.DataObject
) -> None:
    """Whatever the texts are, an article that comes apart gives every section what stands in it."""
    lines = st.lists(_LINES, min_size=1, max_size=5).map("\n".join)
    texts = {section.id: data.draw(lines) + "\n" for section in outline.sections}
    texts = {name: text for name, text in texts.items() if text.strip()}
    base = assembled(outline, texts)
    changed = {**texts, **dict.fromkeys(data.draw(st.sets(st.sampled_from([*texts, ""]))), "Mine.")}
    changed.pop("", None)
    pieces = taken_apart(assembled(outline, changed), base, texts, outline)

    assert "" == pieces.reason
    assert changed.keys() == pieces.texts.keys()
    assert all(is_same_text(changed[name], text) for name, text in pieces.texts.items())
