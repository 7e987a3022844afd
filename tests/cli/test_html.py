"""`check --html`: one page that stands alone, says what the scorecard says, and obeys nothing."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gptoss_writer.grounding.scorecard import score
from gptoss_writer.outline.models import (
    Elements,
    Fact,
    KeyPoint,
    Outline,
    Quotation,
    Section,
    Strategy,
)
from gptoss_writer.preview.page import page
from tests.support.articles import FIXTURES, TIDE_CLOCK
from tests.support.commands import Program
from tests.support.markdown import nasty_markdown
from tests.support.outlines import outlines
from tests.support.pages import Page

ARTICLE = (FIXTURES / "tide-clock.md").read_text(encoding="utf-8")


def page_of(text: str, outline: Outline = TIDE_CLOCK) -> Page:
    """Make the page of an article and read it."""
    return Page(page(score(text, outline), article_name="clock.md", outline_name="clock.yaml"))


PAGE = page_of(ARTICLE)


def marked(kind: str, on: Page = PAGE) -> list[str]:
    """List the words that are marked in the article as of one kind, the legend's left out."""
    marks = [item for item in on.elements if "m" in item.classes and kind in item.classes]
    return [" ".join(item.text.split()) for item in marks if "data-of" in item.attributes]


def test_the_page_stands_alone() -> None:
    """It loads nothing, has no handler and no link that leads nowhere; its policy names its own."""
    assert [] == list(PAGE.complaints())


def test_the_marks_say_what_was_found() -> None:
    """Verbatim, near, absent, unsupported, leaked: each on its own words."""
    assert [
        "Ada Merrow built the clock in 1871 for the harbour of Port Ellery",
        '"We took out every wheel and put back all but two of them"',
        '"Salt water had eaten the second wheel from the inside out."',
        '"We took out every wheel and put back all but two,"',
    ] == marked("verbatim")
    assert ['"Every wheel had a story of its own,"'] == marked("absent")
    assert ["Nathan Quill", "9 metres", "June 1994", "Monday"] == marked("unsupported")
    assert ["assistantfinal", "【3†L2】"] == marked("leak")
    assert ["tide police"] == marked("scare")
    assert 2 == len(marked("near"))
    assert "pulls a chain of 220 links." in " ".join(marked("supported"))


def test_marks_lead_to_evidence_and_back() -> None:
    """A mark names its evidence, and the evidence links to the sentences that rest on it."""
    (chain,) = [item for item in PAGE.all("a", "supported") if "A copper float" in item.text]
    (item,) = [item for item in PAGE.all("li", "item") if "220 links" in item.text]
    places = [link for link in PAGE.all("a") if link.attributes.get("title") == "words, numbers"]

    assert f"#{item.attributes['id']}" == chain.attributes["href"]
    assert item.attributes["id"] in chain.attributes["data-of"].split()
    assert f"#{chain.attributes['id']}" in {link.attributes["href"] for link in places}


def test_used_and_unused_evidence_are_told_apart() -> None:
    """Each item has its status in words, and key points are among them."""
    items = {
        item.attributes["id"].removeprefix("e-"): item.classes[-1]
        for item in PAGE.all("li", "item")
    }

    assert ("used", "twice", "unused") == (
        items["2-evidence-2"],
        items["3-evidence-1"],
        items["expert-1"],
    )
    assert ("used", "unused") == (items["3-key-point-1"], items["3-key-point-2"])


def test_every_finding_is_listed() -> None:
    """The most serious first, with its line, and a link to its words where it has some."""
    card = score(ARTICLE, TIDE_CLOCK)
    items = PAGE.all("li", "finding")
    ranks = [("error", "warning", "note").index(item.classes[-1]) for item in items]
    told = " ".join(" ".join(item.text.split()) for item in items)

    assert len(card.findings) == len(items)
    assert sorted(ranks) == ranks
    assert all(" ".join(finding.message.split()) in told for finding in card.findings)


def test_the_gauges_show_the_lengths() -> None:
    """All on one scale: the bar ends where the words do, the tick stands at the budget."""
    rows = PAGE.all("li", "in") + PAGE.all("li", "out")
    bars = [
        (item.classes[-1], float(item.attributes["width"]))
        for item in PAGE.all("rect")
        if item.classes[-1] in {"kept", "missed"}
    ]

    assert 4 == len(rows)
    assert [("kept", 215.0), ("missed", 243.3), ("missed", 230.0), ("missed", 0.0)] == bars[:4]
    assert {"x": "199.25", "width": "1.5"} == {
        name: PAGE.all("rect", "tick")[0].attributes[name] for name in ("x", "width")
    }


def test_the_text_is_all_there() -> None:
    """Marks change no word: what one reads is the article, without markup and front matter."""
    (article,) = PAGE.all("article")
    read = " ".join(article.text.split())

    assert "tags: [clocks]" not in read
    for sentence in (
        "Visitors from Nathan Quill to the mayor have stood under it, puzzled, for the hand",
        "A copper float rises and falls with the water under the street; it weighs fourteen",
        "the council paid £18,000 in June 1994.",
    ):
        assert sentence in read


ATTACKS = (
    *("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</article></body>", "<!-- a"),
    *("[a](javascript:alert(1))", "![p](http://evil.example/x.png)", "<https://evil.example>"),
    *('" onmouseover="alert(1)', "{{ 7 * 7 }}{% raw %}", "</style><style>*{}", "&lt;b&gt;"),
    *(
        "\ue100\ue110\ue110\ue110\ue110\ue110\ue110",
        "\x1b[31m",
        "\u202e",
        "'><svg onload=alert(1)>",
    ),
)


@pytest.mark.parametrize("attack", ATTACKS)
def test_hostile_words_are_words(attack: str) -> None:
    """In the article's text, headings and quotations, and everywhere in the outline."""
    quote = f"the tide {attack.strip()} never waits for anyone here"
    clean = "".join(character for character in quote if character >= " " and character != "\u202e")
    outline = Outline(
        title="T <b>" + clean,
        strategy=Strategy(angle=clean),
        sections=(
            Section(
                id="one",
                title="Sea " + clean,
                words=40,
                key_points=(KeyPoint(label="<i>", detail=clean),),
                evidence=(
                    Quotation(quote=clean, speaker=f"Ida {clean}", required=True),
                    Fact(fact=f"Ida counted 17 boats {clean}"),
                ),
            ),
        ),
        elements=Elements(quotes=(Quotation(quote=f"{clean} at all", speaker="<u>"),)),
    )
    text = (
        f"# T {attack}\n\n## Sea {attack}\n\nIda said: “{quote}.” Then {attack} Olaf Rask "
        f"({attack}) counted 23 boats. {attack}\n\n- {attack} and 17 boats\n\n"
        f"| a {attack} | b |\n|---|---|\n| “{quote}” | 12 |\n\n```{attack}\n{attack}\n```\n"
        f"\n## {attack}\n\n{attack}\n"
    )
    found = page_of(text, outline)

    assert [] == list(found.complaints())
    assert 1 == len(found.all("script"))
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", found.html)


@settings(max_examples=60, deadline=None)
@given(
    st.one_of(
        nasty_markdown,
        st.lists(st.sampled_from((*ATTACKS, "\n\n", '"', "## ", "ok"))).map(" ".join),
    ),
    outlines,
)
def test_no_text_breaks_the_page(text: str, outline: Outline) -> None:
    """Any article and any outline give a page that loads and obeys nothing."""
    assert [] == list(page_of(text, outline).complaints())


def test_links_and_pictures_are_shown_as_words() -> None:
    """Where a link leads is told and not followed; the mark goes on across both."""
    text = (
        "# T\n\n## The Long Repair\n\nThe [council](https://a.example/x?y=1&z) paid 18,000 pounds "
        "![for](b.png) **the** repair. See [it][ref].\n\n[ref]: https://c.example\n"
    )
    found = page_of(text)

    assert ["https://a.example/x?y=1&z", "https://c.example"] == [
        item.attributes["title"] for item in found.all("span", "link")
    ]
    assert ["for"] == [item.text for item in found.all("span", "picture")]
    assert ["The", "council", "paid 18,000 pounds", "for", "", "the", "repair", "."] == marked(
        "verbatim", found
    ) + marked("supported", found)


def test_the_command_writes_the_page(program: Program) -> None:
    """It says where, replaces a page of its own, and leaves stdout to the scorecard."""
    program.write("clock.md", ARTICLE)
    program.write("clock.yaml", (FIXTURES / "tide-clock.yaml").read_text(encoding="utf-8"))
    command = ("check", "clock.md", "--against", "clock.yaml", "--html", "page.html")
    first, again = program(*command), program(*command, "--json")
    html = (program.folder / "page.html").read_text(encoding="utf-8")

    assert (0, "Page: page.html\n") == (first.code, first.err)
    assert (0, "Page: page.html\n") == (again.code, again.err)
    assert first.out.startswith("The Tide Clock of Port Ellery\n")
    assert PAGE.html == html
