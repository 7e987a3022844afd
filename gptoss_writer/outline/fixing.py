"""Mends what can be mended without a decision of the writer, and never a word of the text.

Each repair is made in the text of the file, so that comments and layout stay; then the file is
read again, and the repair counts only where the outline has the same words as before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from gptoss_writer.errors import Diagnostic, OutlineError
from gptoss_writer.outline.balancing import balanced
from gptoss_writer.outline.edits import Edit, Editor, apply_edits
from gptoss_writer.outline.linting import RULES
from gptoss_writer.outline.matching import best_section
from gptoss_writer.outline.quotations import find_quotations
from gptoss_writer.outline.reading import OutlineFile, parse_outline
from gptoss_writer.outline.rules.marks import mixed_pairs
from gptoss_writer.outline.rules.quotations import unassigned_quotations
from gptoss_writer.outline.rules.rule import Linted
from gptoss_writer.outline.source import Loc, Span
from gptoss_writer.text import fold


@dataclass(frozen=True, slots=True)
class Fixed:
    """The text of a file with its repairs, and what they are, one line each."""

    text: str
    repairs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Repair:
    """What a repair does, and how."""

    what: str
    edits: tuple[Edit, ...]


def fix(file: OutlineFile, ignore: Iterable[str] = ()) -> Fixed:
    """Mend a file: budgets, quotations, quotation marks, ids; codes that are ignored stay.

    Nothing is written. What cannot be mended safely is left as it is.
    """
    ignored = {code.upper() for code in (*ignore, *file.outline.lint.ignore)}
    rules = {rule.explanation.code: rule for rule in RULES}
    repairs: list[str] = []
    for code, find in _FIXERS.items():
        for _ in range(0 if code in ignored else _MOST_REPAIRS):
            if not any(rules[code].check(Linted(file))):
                break
            after = _first_that_holds(file, find(Linted(file), Editor(Linted(file).source)))
            if after is None:
                break
            repairs.append(f"{code}: {after[0]}")
            file = after[1]
    return Fixed(file.text, tuple(repairs))


_MOST_REPAIRS = 200
_BY_LINE = frozenset(("OL222", "OL223"))
"""Codes of which one remark can be mended and another one not."""


def mendable(file: OutlineFile, found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Give diagnostics of a file, fixable only where `fix` has a repair for their place.

    A rule says that its remarks can be mended; what a writer has typed may leave no safe way.
    """
    listed = tuple(found)
    linted = Linted(file)
    editor = Editor(linted.source)
    lines: dict[str, set[int]] = {}
    for code in {item.code for item in listed if item.is_fixable}:
        edits = [edit for repair in _FIXERS[code](linted, editor) for edit in repair.edits]
        if code in _BY_LINE:
            lines[code] = {line for edit in edits for line in editor.lines_taken(edit)}
        else:
            lines[code] = {item.line for item in listed} if edits else set()
    return tuple(
        replace(item, is_fixable=item.is_fixable and item.line in lines[item.code])
        for item in listed
    )


def _first_that_holds(
    file: OutlineFile, repairs: Iterator[_Repair]
) -> tuple[str, OutlineFile] | None:
    """Give the first repair after which the outline says the same, with the file as it is then."""
    for repair in repairs:
        text = apply_edits(file.text, repair.edits)
        if text == file.text:
            continue
        try:
            after = parse_outline(file.path, text)
        except OutlineError:
            continue
        if _says(after) == _says(file) and len(after.warnings) <= len(file.warnings):
            return repair.what, after
    return None


def _says(file: OutlineFile) -> Counter[str]:
    """Count the texts of an outline, wherever they stand; ids and kinds of marks do not matter."""
    kept = (text for loc, text in Linted(file).texts if loc[-1:] not in (("id",), ("role",)))
    return Counter(fold(text) for text in kept)


# -- one function for each code


def _budgets(linted: Linted, editor: Editor) -> Iterator[_Repair]:
    """Scale the budgets to the stated total."""
    outline, spans = linted.outline, linted.file.spans
    locs: list[Loc] = [("sections", index, "words") for index in range(len(outline.sections))]
    is_plain = all(loc in spans and (*loc[:-1], "band") not in spans for loc in locs)
    if outline.total_words is None or not is_plain:
        return
    ranges = [section.band or (section.words, section.words) for section in outline.sections]
    scaled = balanced(ranges, outline.total_words)
    edits = []
    for loc, (low, high) in zip(locs, scaled, strict=True):
        for place in (loc, (*loc, 1)):
            if place in spans:
                span = spans[place]
                typed = editor.source.line(span.line)[span.column - 1 :][: span.width]
                edits.append(editor.replace(span, _as_typed(typed, low, high)))
    yield _Repair(f"scaled the budgets to {outline.total_words:,} words", tuple(edits))


def _as_typed(typed: str, low: int, high: int) -> str:
    form = "{:,}" if "," in typed else "{}"
    mark = typed[0] if typed[:1] in ('"', "'") else ""
    text = form.format(low) if low == high else f"{form.format(low)}-{form.format(high)}"
    return f"{mark}{text}{mark}"


def _marks(linted: Linted, editor: Editor) -> Iterator[_Repair]:
    """Make both marks of a quotation curly where they are not of a kind."""
    edits: list[Edit] = []
    for span, text in _mixed(linted):
        words = text.removeprefix("\\")[1:]
        inner = words[:-1].removesuffix("\\")
        edits.append(editor.replace(span, f"“{inner}”"))
    what = "made quotation marks of a kind"
    if edits:
        yield _Repair(what, tuple(edits))
    if len(edits) > 1:  # where one of them cannot be, the others can
        yield from (_Repair(what, (edit,)) for edit in edits)


def _mixed(linted: Linted) -> Iterator[tuple[Span, str]]:
    """Give the quotations with mixed marks, as they are typed."""
    if linted.file.form == "markdown":
        for number in sorted({span.line for span in linted.file.spans.values()}):
            line = linted.source.line(number)
            for begin, end in mixed_pairs(line, find_quotations(line)):
                text = line[begin : end + 1]
                yield Span(number, begin + 1, len(text)), text
        return
    for loc, text in linted.texts:
        for begin, end in mixed_pairs(text, find_quotations(text)):
            words = text[begin : end + 1]
            for typed in _typed_forms(words):
                if span := linted.place_of(loc, typed):
                    yield span, typed
                    break


def _typed_forms(words: str) -> tuple[str, ...]:
    """Give the ways in which YAML may spell words that hold quotation marks."""
    return (words.replace('"', '\\"'), words.replace("'", "''"), words)


def _ids(linted: Linted, editor: Editor) -> Iterator[_Repair]:
    """Write the derived ids into the file."""
    edits = []
    for index, section in enumerate(linted.outline.sections):
        span = linted.file.spans["sections", index]
        if ("sections", index, "id") in linted.file.spans:
            continue
        line = editor.source.line(span.line)
        if line[span.column - 1 : span.column] == "{":
            is_json = (
                line[span.column :].lstrip().startswith('"') or not line[span.column :].strip()
            )
            pair = f'"id": "{section.id}", ' if is_json else f"id: {section.id}, "
            edits.append(editor.insert(span.line, span.column + 1, pair))
        else:
            pair = f"id: {section.id}\n{' ' * (span.column - 1)}"
            edits.append(editor.insert(span.line, span.column, pair))
    if edits:
        count = "the id of a section" if len(edits) == 1 else f"the ids of {len(edits)} sections"
        yield _Repair(f"wrote {count}", tuple(edits))


def _quotations(linted: Linted, editor: Editor) -> Iterator[_Repair]:
    """Move an article-wide quotation into the section that it fits best."""
    for index in unassigned_quotations(linted):
        best = best_section(linted.outline, linted.outline.elements.quotes[index])
        if best is None:
            continue
        number = linted.outline.number(best.id)
        move = _move_yaml if linted.file.form == "yaml" else _move_markdown
        if edits := move(linted, editor, index, number - 1):
            who = linted.outline.elements.quotes[index].speaker
            what = f"a quotation of {who}" if who else "a quotation"
            yield _Repair(f"moved {what} into section {number}", edits)


def _move_yaml(linted: Linted, editor: Editor, index: int, section: int) -> tuple[Edit, ...]:
    """Cut a block list item out, and put it behind the section's evidence, indented as that is."""
    spans, source = linted.file.spans, editor.source
    item = spans["elements", "quotes", index]
    dash = source.line(item.line)[: item.column - 1]
    if dash.strip() != "-":
        return ()
    last = editor.line_end_of_block(item.line, item.column)
    indent = len(dash) - len(dash.lstrip())
    first = item.line
    while source.line(first - 1).lstrip().startswith("#"):  # what is said of it goes with it
        first -= 1
    lines = [
        source.line(number)[indent:] if number >= item.line else source.line(number).lstrip()
        for number in range(first, last + 1)
    ]
    if len(linted.outline.elements.quotes) == 1:
        first = linted.file.key("elements", "quotes").line
        others = [loc for loc in spans if loc[:1] == ("elements",) and len(loc) == 2]  # noqa: PLR2004 - keys of elements
        if others == [("elements", "quotes")]:
            first = linted.file.key("elements").line
    evidence = linted.outline.sections[section].evidence
    if evidence:
        behind = spans["sections", section, "evidence", len(evidence) - 1]
        before = source.line(behind.line)[: behind.column - 1]
        if before.strip() != "-":
            return ()
        depth = len(before) - len(before.lstrip())
        after = editor.line_end_of_block(behind.line, behind.column)
        added = [" " * depth + line for line in lines]
    else:
        own = spans["sections", section]
        if source.line(own.line)[own.column - 1 : own.column] == "{":
            return ()
        after = editor.line_end_of_block(own.line, own.column)
        pad = " " * (own.column - 1)
        added = [f"{pad}evidence:", *(f"{pad}  {line}" for line in lines)]
    return (editor.remove_lines(first, last), editor.insert_lines(after, added))


def _move_markdown(linted: Linted, editor: Editor, index: int, section: int) -> tuple[Edit, ...]:
    """Move a bullet below the section's last evidence."""
    spans, source = linted.file.spans, editor.source
    count = len(linted.outline.sections[section].evidence)
    line = source.line(spans["elements", "quotes", index].line)
    shared = [
        loc for loc, span in spans.items() if span.line == spans["elements", "quotes", index].line
    ]
    if not count or len([loc for loc in shared if loc[:2] == ("elements", "quotes")]) > 1:
        return ()
    behind = spans["sections", section, "evidence", count - 1].line
    above = source.line(behind)
    indent = len(above) - len(above.lstrip())
    is_label = ":" in above.split('"')[0].split("“")[0]
    pad = " " * (indent + 4 if is_label else indent)
    number = spans["elements", "quotes", index].line
    return (
        editor.remove_lines(number, number),
        editor.insert_lines(behind, [pad + line.lstrip()]),
    )


_FIXERS: dict[str, Callable[[Linted, Editor], Iterator[_Repair]]] = {
    "OL201": _budgets,
    "OL222": _quotations,
    "OL223": _marks,
    "OL213": _ids,
}
