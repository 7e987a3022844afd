"""What each sentence of an article rests on."""

from __future__ import annotations

import hashlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gptoss_writer.grounding.provenance import provenance, to_json, trace
from gptoss_writer.grounding.scorecard import score
from gptoss_writer.outline.models import Outline
from tests.support.articles import FIXTURES, TIDE_CLOCK
from tests.support.markdown import nasty_markdown
from tests.support.outlines import outlines

ARTICLE = (FIXTURES / "tide-clock.md").read_text(encoding="utf-8")


def grounds(text: str, section: str = "The Long Repair") -> list[dict[str, str]]:
    """Give, for each sentence of a section, the ids of what it rests on and how."""
    article = f"# T\n\n## {section}\n\n{text}\n"
    return [
        {ground.source.id: " ".join(ground.how) for ground in sentence.grounds}
        for sentence in provenance(article, TIDE_CLOCK)
    ]


def test_every_sentence_of_an_article() -> None:
    """Each has its section and its grounds, the strongest first, or none."""
    found = [
        (
            item.section,
            " ".join(item.text.split()[:3]),
            " ".join(f"{ground.source.id}:{'+'.join(ground.how)}" for ground in item.grounds),
        )
        for item in provenance(ARTICLE, TIDE_CLOCK)
    ]

    assert [
        ("opening", "Ada Merrow built", "1.evidence.1:verbatim+words+numbers+names"),
        ("opening", "It shows the", ""),
        ("opening", "Visitors from Nathan", ""),
        ("float", "A copper float", "2.evidence.2:words+numbers"),
        ("float", "“The float hangs", "2.evidence.1:words+numbers"),
        ("float", "The chain drops", ""),
        ("float", "It turns a", ""),
        ("float", "Merrow called this", "3.evidence.3:words 2.evidence.1:names"),
        ("float", "It is what", ""),
        ("repair", "The clock had", ""),
        (
            "repair",
            '"We took out',
            "3.evidence.1:verbatim+words+names 3.evidence.2:words+numbers",
        ),
        ("repair", '"Every wheel had', ""),
        ("repair", "According to Ines", "3.evidence.3:verbatim+words expert.1:names"),
        ("repair", "It is what", ""),
        (None, "Every Monday the", ""),
        (None, '"We took out', "3.evidence.1:verbatim+words"),
    ] == found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('He said "put back all but two of them".', {"3.evidence.1": "verbatim"}),
        ('He said "all but two".', {}),
        ('He said "put back all but three of them".', {}),
        (
            "The council paid 18,000 pounds for the repair.",
            {"3.evidence.2": "verbatim words numbers"},
        ),
        ("It cost £18,000.", {"3.evidence.2": "numbers"}),
        ("It weighs 18,000 kg.", {}),
        ("It took 2 men.", {}),
        ("Then Oakes came.", {"3.evidence.1": "names"}),
        ("Port Ellery slept.", {}),
        ("The wheels were put back by Ines Vale.", {"expert.1": "names"}),
        ("The chain had 220 links.", {"2.evidence.2": "numbers"}),
        ("Merrow was away.", {}),
    ],
)
def test_the_ways_of_resting_on_evidence(text: str, expected: dict[str, str]) -> None:
    """Words quoted or copied; most words; numbers with their units; names of the own evidence."""
    assert [expected] == grounds(text)


def test_two_sentences_may_share_an_item() -> None:
    """Where no sentence has enough of its words, two that follow each other both rest on it."""
    item = {"3.evidence.3": "words"}

    assert [item, item, {}] == grounds(
        "Salt had eaten it. The second wheel was wet with water. Nobody knew."
    )


def test_the_json_form() -> None:
    """Offsets, lines and columns lead to the sentence; the digest says of which text."""
    report = json.loads(json.dumps(to_json(ARTICLE, provenance(ARTICLE, TIDE_CLOCK))))
    last = report["sentences"][-1]

    assert ["schema", "sha256", "sources", "sentences"] == list(report)
    assert (1, hashlib.sha256(ARTICLE.encode()).hexdigest()) == (report["schema"], report["sha256"])
    assert {
        "section": None,
        "start": ARTICLE.index('"We took out every wheel and put back all but two,"'),
        "end": len(ARTICLE.rstrip()),
        "line": 28,
        "column": 33,
        "text": '"We took out every wheel and put back all but two," the sign says.',
        "evidence": [{"id": "3.evidence.1", "by": ["verbatim", "words"]}],
    } == last
    assert {
        "id": "3.evidence.1",
        "section": "repair",
        "speaker": "Tom Oakes",
        "text": "We took out every wheel and put back all but two of them.",
    } in report["sources"]


def test_the_sources_are_those_that_are_named() -> None:
    """No more and no fewer than the sentences rest on."""
    report = to_json(ARTICLE, provenance(ARTICLE, TIDE_CLOCK))
    text = json.dumps(report["sentences"])
    sources = json.loads(json.dumps(report["sources"]))

    assert sources
    assert all(json.dumps({"id": source["id"]})[:-1] in text for source in sources)


_PIECES = (
    *(item.text for section in TIDE_CLOCK.sections for item in section.evidence),
    *("The chain is long.", "Salt water had", "eaten the second wheel.", '"', "\n\n", ". ", "**"),
    *("## The Long Repair\n\n", "## How the Float Moves the Hand\n\n", "Ada Merrow", "14 kg"),
)
articles = st.lists(st.sampled_from(_PIECES), max_size=12).map(" ".join).map("# T\n\n{}".format)


@settings(max_examples=80, deadline=None)
@given(articles)
def test_what_a_sentence_rests_on_is_used(article: str) -> None:
    """The ledger knows every item of its own section that a sentence quotes or retells."""
    card = score(article, TIDE_CLOCK)
    statuses = {entry.source.id: entry.status for entry in card.entries}
    for sentence in trace(card.passages, TIDE_CLOCK):
        for ground in sentence.grounds:
            is_own = ground.source.section in {sentence.section, None}
            if is_own and ground.source.is_evidence and {"verbatim", "words"} & {*ground.how}:
                assert statuses[ground.source.id] in {"used", "twice"}


@settings(max_examples=60, deadline=None)
@given(st.one_of(nasty_markdown, articles), outlines)
def test_any_text_can_be_traced(text: str, outline: Outline) -> None:
    """Sentences stand in order, inside the text, and do not touch each other."""
    sentences = provenance(text, outline)
    edges = [edge for item in sentences for edge in (item.start, item.end)]

    assert edges == sorted(edges)
    assert all(0 <= edge <= len(text) for edge in edges)
    assert len(sentences) == len(json.loads(json.dumps(to_json(text, sentences)))["sentences"])
