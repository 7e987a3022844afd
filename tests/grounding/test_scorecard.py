"""A whole article held against its outline."""

from __future__ import annotations

import json

import pytest

from gptoss_writer.grounding.report import to_json
from gptoss_writer.grounding.scorecard import check_section, score
from tests.support.articles import FIXTURES, TIDE_CLOCK, told

ARTICLE = (FIXTURES / "tide-clock.md").read_text(encoding="utf-8")
CARD = score(ARTICLE, TIDE_CLOCK)


def test_every_finding() -> None:
    """The findings of the article, with place, section, severity, message and evidence."""
    expected = (FIXTURES / "tide-clock.findings.txt").read_text(encoding="utf-8").splitlines()
    found = [told(finding) for finding in CARD.findings]

    assert expected == found


def test_every_figure() -> None:
    """The figures of the article and of its sections."""
    lengths = [(score.length.budget.words, score.length.words) for score in CARD.sections]

    assert [(40, 43), (60, 73), (60, 69), (40, 0)] == lengths
    assert ["", "2. How the float moves the hand", "The long repair", None] == [
        score.heading for score in CARD.sections
    ]
    assert [8, 12, 19, None] == [score.line for score in CARD.sections]
    assert (205, 200, True) == (CARD.whole.words, CARD.whole.budget.words, CARD.whole.is_in_band)
    assert (1, 71.3) == (CARD.in_band, round(CARD.mean_s_l, 1))
    assert ["Opening hours"] == [part.title for part in CARD.unknown]
    assert (0.5, 0.0) == (CARD.verbatim_rate, CARD.recall)
    assert ["2.evidence.1", "expert.1"] == [source.id for source in CARD.missing]
    assert (2, 1) == (CARD.count("leak"), CARD.count("quotation-absent"))


def test_offsets_lead_to_the_text() -> None:
    """Every finding stands at its line and column, and its excerpt is the text there."""
    lines = ARTICLE.split("\n")
    for finding in CARD.findings:
        typed = ARTICLE[finding.start : finding.end]

        assert lines[finding.line - 1][finding.column - 1 :].startswith(typed.split("\n")[0])
        assert finding.excerpt in " ".join(typed.split())


def test_an_article_without_headings_says_so() -> None:
    """Where nothing could be matched, the reason is told."""
    found = {item.message for item in score("# The Clock\n\nText.", TIDE_CLOCK).findings}

    assert (
        'The section "The Long Repair" is missing. The article has no headings below its title.'
        in found
    )


def test_the_tolerance_is_the_callers() -> None:
    """A wider band keeps more sections."""
    card = score(ARTICLE, TIDE_CLOCK, tolerance=0.2)

    assert ["opening", "repair"] == [
        score.section.id for score in card.sections if score.length.is_in_band
    ]
    assert ["float"] == [item.section for item in card.findings if item.code == "length"]


def test_an_article_without_a_fault() -> None:
    """Where everything is used and nothing is invented there are no findings."""
    article = (
        "# The Tide Clock of Port Ellery\n\nIn Port Ellery there is a clock that shows the tide and"
        " not the time of day. It was Ada Merrow who built the clock for the harbour in 1871, and"
        " the town has looked up at it ever since, morning and evening.\n\n"
        "## How the Float Moves the Hand\n\nA float made of copper rises and falls with the water"
        " under the street. “The float hangs twelve feet below the street, and it has never once"
        " been wrong,” wrote Merrow. It weighs 14 kg and pulls a chain of 220 links. A train of"
        " gears, all of them brass, slows the chain, so that a hand moves as gently as the sea.\n\n"
        "## The Long Repair\n\nSince March 1987 the clock had stood still, in silence. Salt water"
        " had eaten the second wheel from the inside out. The council found the money and paid"
        " 18,000 pounds for the repair of what the town was proud of. “We took out every wheel and"
        " put back all but two of them,” said Tom Oakes.\n\n"
        "## What the Tide Still Tells\n\nPeople who pass the clock look at the water now: it"
        " teaches them to. “A town that forgets its tide forgets its harbour,” says Ines Vale, and"
        " anybody who has stood there at low water knows what she means by it.\n"
    )
    card = score(article, TIDE_CLOCK)

    assert [] == [told(finding) for finding in card.findings]
    assert (1.0, 1.0, 1.0, 4) == (card.verbatim_rate, card.recall, card.coverage, card.in_band)


@pytest.mark.parametrize(
    ("section", "text", "expected"),
    [
        (
            "float",
            (
                "A copper float rises with the water. Brass gears slow the train of the chain. “The"
                " float hangs twelve feet below the street, and it has never once been wrong.”"
            ),
            [],
        ),
        (
            "float",
            'Tom Oakes said "it has never once been wrong" of 99 <|end|> links.',
            [
                "1:1 float warning key-point-missing",
                "1:1 float warning key-point-missing",
                "1:1 float error quotation-missing",
                "1:17 float error attribution-speaker",
                "1:50 float warning number-unsupported",
                "1:53 float error leak-control-token",
            ],
        ),
        (
            "closing",
            "The clock teaches people to look at the water.",
            [],
        ),
    ],
)
def test_a_section_alone(section: str, text: str, expected: list[str]) -> None:
    """The writer's check of one section tells all that can be told without the others."""
    found = TIDE_CLOCK.section(section)
    assert found is not None
    findings = check_section(found, text, TIDE_CLOCK)

    assert expected == [told(finding).partition(": ")[0] for finding in findings]


def test_the_report_is_json() -> None:
    """The report survives JSON, and says of the article what the scorecard says."""
    report = json.loads(json.dumps(to_json(CARD)))

    assert {
        *("schema", "title", "length", "sections", "unknown", "quotations", "evidence"),
        *("key_points", "facts", "repetition", "leaks", "findings"),
    } == set(report)
    assert {
        "words": 205,
        "budget": 200,
        "ratio": 1.025,
        "in_band": True,
        "mean_s_l": 71.32,
        "mean_ls": 56.42,
        "sections_in_band": 1,
        "sections": 4,
    } == report["length"]
    assert [{"heading": "Opening hours", "line": 26, "words": 20}] == report["unknown"]
    assert {"numbers": 1, "dates": 2, "names": 1} == report["facts"]
    assert {
        "number": 3,
        "id": "repair",
        "title": "The Long Repair",
        "heading": "The long repair",
        "line": 19,
        "words": 69,
        "budget": 60,
        "floor": 54,
        "ceiling": 66,
        "ratio": 1.15,
        "s_l": 95.0,
        "ls": 74.08,
        "in_band": False,
        "quotations": {"verbatim": 2, "near": 0, "absent": 1, "scare": 1},
        "evidence": {"used": 1, "unused": 0, "twice": 2, "elsewhere": 0},
        "key_points": [
            {
                "number": 1,
                "text": "Silence: The clock had stood still since March 1987.",
                "share": 1.0,
                "covered": True,
            },
            {
                "number": 2,
                "text": "Money: The town paid for the repair.",
                "share": 0.3333,
                "covered": False,
            },
        ],
    } == report["sections"][2]
    assert len(CARD.findings) == len(report["findings"])
    assert {
        "code": "scare-quote",
        "severity": "warning",
        "message": "These words are in quotation marks, but not in the outline.",
        "section": "repair",
        "start": 1089,
        "end": 1100,
        "line": 24,
        "column": 27,
        "excerpt": "tide police",
        "evidence": None,
        "evidence_text": None,
    } in report["findings"]
