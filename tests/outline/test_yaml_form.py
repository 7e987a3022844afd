"""The YAML form: what was typed is what is meant, and what could surprise is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from gptoss_writer.errors import Diagnostic, OutlineError
from gptoss_writer.outline.models import Fact, KeyPoint, Outline, Quotation
from gptoss_writer.outline.reading import read_outline

MINIMAL = "title: Tides\nsections:\n  - title: Shores\n    words: 50\n"


def _outline(folder: Path, text: str) -> Outline:
    path = folder / "outline.yaml"
    path.write_text(text, encoding="utf-8")
    return read_outline(path).outline


def _diagnostics(folder: Path, text: str) -> tuple[Diagnostic, ...]:
    with pytest.raises(OutlineError) as caught:
        _outline(folder, text)
    return caught.value.diagnostics


def _places(folder: Path, text: str) -> list[tuple[str, int, int]]:
    return [(found.code, found.line, found.column) for found in _diagnostics(folder, text)]


@pytest.mark.parametrize(
    "typed",
    ["NO", "on", "12:30:45", "2025-08-05", "010", "1e3", "0x1F", "Null", "=", "1_000", ".5"],
)
def test_words_are_not_turned_into_other_values(tmp_path: Path, typed: str) -> None:
    """What YAML 1.1 takes for booleans, dates, times and odd numbers stays the text typed."""
    text = MINIMAL.replace("Tides", typed) + f"    notes: {typed}\ntags: [{typed}]\n"
    outline = _outline(tmp_path, text)

    assert (typed, typed, (typed,)) == (outline.title, outline.sections[0].notes, outline.tags)


def test_a_key_called_on_is_a_key(tmp_path: Path) -> None:
    """`on:` is an unknown key of that name, not a boolean."""
    found = _diagnostics(tmp_path, MINIMAL + "on: x\n")

    assert ["unknown key `on`"] == [diagnostic.message for diagnostic in found]


@pytest.mark.parametrize("nothing", ["", "~", "null"])
def test_nothing_means_absent(tmp_path: Path, nothing: str) -> None:
    """An empty value, a tilde and null leave a key at its default; in quotes they are text."""
    text = MINIMAL + f"    id: {nothing}\n    notes: {nothing}\nstrategy: {nothing}\n"
    outline = _outline(tmp_path, text)

    assert ("shores", None) == (outline.sections[0].id, outline.sections[0].notes)
    assert "~" == _outline(tmp_path, MINIMAL + "    notes: '~'\n").sections[0].notes


def test_numbers_and_booleans_are_read_by_their_key(tmp_path: Path) -> None:
    """A key that wants a number or a yes or no reads it from the text."""
    text = MINIMAL.replace("50", "050") + "published: yes\nreading_minutes: 7.5\n"
    outline = _outline(tmp_path, text + "words_per_minute: ['200', 250]\n")

    assert (50, True, 7.5) == (
        outline.sections[0].words,
        outline.published,
        outline.reading_minutes,
    )
    assert (200, 250) == outline.words_per_minute


def test_evidence_and_key_points_in_all_their_forms(tmp_path: Path) -> None:
    """A plain string, a mapping, and a quotation each become their own kind of value."""
    text = MINIMAL + (
        "    key_points: [Plain, {label: L}, {label: L, detail: D}]\n"
        "    evidence:\n"
        "      - Plain\n"
        "      - {fact: F, source: S, url: 'https://example.org/a'}\n"
        "      - {quote: Q, speaker: P, required: true}\n"
    )
    section = _outline(tmp_path, text).sections[0]

    assert (
        KeyPoint(detail="Plain"),
        KeyPoint(label="L"),
        KeyPoint(label="L", detail="D"),
    ) == section.key_points
    assert (
        Fact(fact="Plain"),
        Fact(fact="F", source="S", url="https://example.org/a"),
        Quotation(quote="Q", speaker="P", required=True),
    ) == section.evidence


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("title: &a Tides\n", "OL013", 1, 8),
        ("title: *a\n", "OL013", 1, 8),
        ("a: &a [1]\nb: &b [*a, *a]\nc: [*b, *b]\n", "OL013", 1, 4),
        ("a: &a [*a]\n", "OL013", 1, 4),
        ("title: !!python/object/apply:os.system [ls]\n", "OL014", 1, 8),
        ("title: !!str Tides\n", "OL014", 1, 8),
        ("title: !x!y Tides\n", "OL014", 1, 8),
        ("title: a\ntitle: b\n", "OL015", 2, 1),
        ("a: " + "[" * 30_000, "OL016", 1, 35),
        ("a: " + "[\n" * 30_000, "OL016", 32, 1),
        ("a:\n" + "- " * 30_000, "OL016", 2, 63),
        ("{a: " * 30_000, "OL016", 1, 129),
        ("? " * 30_000, "OL020", 1, 3),
        (MINIMAL + "---\n" + MINIMAL, "OL017", 5, 1),
        ("- title: Tides\n", "OL018", 1, 1),
        ("Tides\n", "OL018", 1, 1),
        ("a: [" + "1, " * 40_000, "OL019", 1, 44_990),
        ("? [a, b]\n: c\n", "OL020", 1, 3),
        ("~: c\n", "OL020", 1, 1),
        ('title: "\\e[31mred"\n', "OL008", 1, 8),
        ('title: "\\0"\n', "OL008", 1, 8),
        ('title: "\\ud83d"\n', "OL008", 1, 8),
        ('title: "\\u202e"\n', "OL008", 1, 8),
        ('"a\\e": 1\n', "OL008", 1, 1),
        ('title: "\\UFFFFFFFF"\n', "OL010", 1, 11),
        ("title: Tides\n\tdescription: x\n", "OL011", 2, 1),
        ("%YAML 2.0\n---\ntitle: a\n", "OL010", 1, 1),
    ],
)
def test_traps_are_refused(tmp_path: Path, text: str, code: str, line: int, column: int) -> None:
    """Each trap of YAML is refused where it stands."""
    assert (code, line, column) in _places(tmp_path, text)


def test_too_many_sections_are_one_mistake(tmp_path: Path) -> None:
    """Two thousand sections give one message, not two thousand."""
    text = "title: T\nsections:\n" + "- {title: a, words: 1}\n" * 2000

    assert [("OL110", 203, 3)] == _places(tmp_path, text)


def test_many_sections_may_share_a_title(tmp_path: Path) -> None:
    """Two hundred equal titles get two hundred ids."""
    text = "title: T\nsections:\n" + "- {title: a, words: 1}\n" * 200

    assert 200 == len({section.id for section in _outline(tmp_path, text).sections})


def test_very_many_mistakes_are_counted(tmp_path: Path) -> None:
    """The first hundred mistakes are listed, and the message tells how many there are."""
    with pytest.raises(OutlineError) as caught:
        _outline(tmp_path, MINIMAL + "".join(f"k{number}: v\n" for number in range(300)))

    assert 100 == len(caught.value.diagnostics)
    assert f"{tmp_path}/outline.yaml has 300 problems; the first 100 are listed" == str(
        caught.value
    )


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    """Those of reading, of single values and of the whole come together, by line."""
    text = (
        "titel: Tides\n"
        "tags: sea\n"
        "sections:\n"
        "  - {id: a, title: Shores, words: many}\n"
        "  - {id: a, title: Bays, words: 50, role: introduction}\n"
        "    \n"
        "  - words: 0\n"
        "    words: 1\n"
        "    notes: &n x\n"
    )
    expected = [
        ("OL101", 1, 1),
        ("OL103", 2, 7),
        ("OL104", 4, 35),
        ("OL107", 5, 10),
        ("OL108", 5, 43),
        ("OL102", 7, 5),
        ("OL105", 7, 12),
        ("OL015", 8, 5),
        ("OL013", 9, 12),
    ]

    assert expected == _places(tmp_path, text)


@pytest.mark.parametrize(
    ("item", "messages"),
    [
        ("{qoute: x}", ["unknown key `qoute`; did you mean `quote`?"]),
        ("{quote: x, speakers: y}", ["unknown key `speakers`; did you mean `speaker`?"]),
        ("{quote: x, fact: y}", ["one item cannot be both a `quote` and a `fact`"]),
        (
            "{fact: x, speaker: y}",
            ["`speaker` belongs to a quotation, but this item has no `quote`"],
        ),
        ("{source: x}", ["this item of evidence has neither `fact` nor `quote`"]),
        ("The bay: it is wide", ["unknown key `The bay`"]),
        ("", ["item 1 of evidence: nothing stands where text or a mapping belongs"]),
        ("[x]", ["item 1 of evidence: a list stands where text or a mapping belongs"]),
        ("''", ["item 1 of evidence is empty"]),
        ("{quote: ''}", ["quote is empty"]),
    ],
)
def test_mistakes_in_evidence_are_told_once(tmp_path: Path, item: str, messages: list[str]) -> None:
    """A mistake in an item of evidence gives one message, though Pydantic may give several."""
    found = _diagnostics(tmp_path, MINIMAL + f"    evidence:\n      - {item}\n")

    assert messages == [diagnostic.message for diagnostic in found]
    assert {6} == {diagnostic.line for diagnostic in found}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("published: perhaps", "published: 'perhaps' is neither true nor false"),
        ("total_words: 1,700", "total_words: '1,700' is not a whole number"),
        ("reading_minutes: soon", "reading_minutes: 'soon' is not a number"),
        ("reading_minutes: inf", "reading_minutes: 'inf' is not a number"),
        ("reading_minutes: 0", "reading_minutes: 0 is too small; it must be more than 0"),
        (
            "words_per_minute: [200]",
            "words_per_minute: two whole numbers belong here, the slowest and the fastest",
        ),
        (
            "words_per_minute: 200",
            "words_per_minute: two whole numbers belong here, the slowest and the fastest",
        ),
        ("strategy: bold", "strategy: text stands where a mapping belongs"),
        ("description: [a]", "description: a list stands where text belongs"),
        ("description: ''", "description is empty"),
        (f"description: {'a' * 501}", "description has 501 characters; the most is 500"),
        ("elements: {quotes: [x]}", "item 1 of quotes: text stands where a mapping belongs"),
        ("elements: {quotes: [{speaker: x}]}", "this quotation has no `quote`"),
        ("tags: [a, [b]]", "item 2 of tags: a list stands where text belongs"),
    ],
)
def test_mistakes_in_plain_words(tmp_path: Path, line: str, message: str) -> None:
    """What Pydantic finds is said as an editor would say it."""
    found = _diagnostics(tmp_path, MINIMAL + line + "\n")

    assert [message] == [diagnostic.message for diagnostic in found]
