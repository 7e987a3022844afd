"""Text under a guard: sources with every kind of mark, writers without sense, a plain checker."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence

from gptoss_writer.drafting.edges import strip_edges
from gptoss_writer.sampling.budget import BudgetRule
from gptoss_writer.sampling.guard import GuardRules, GuardState, SectionGuard
from gptoss_writer.sampling.interface import Ending, Verdict
from gptoss_writer.sampling.prose import ProseRule
from gptoss_writer.sampling.quotations import Inside, Quotations
from gptoss_writer.sampling.trie import ByteTrie
from gptoss_writer.text import fold

TITLE = "The Pump"

SOURCES = (
    "The competition between water companies is strong, and this won't end.",
    "We didn’t want to — do it; nobody did: not in 1854, not for £1,000 (or 3.5 million)!",
    "He said “essential for public health” in 1855, and 'cholera isn't in the air' before.",
    "*Broad* and [Golden] Square: the handle_of the pump `came off` on <b>8</b> September…",
    "naïve café—über alles, they said: yes! Is it 50% or 0.5? “ﬁnal” reports‐say: no.",
    "Well-known state-of-the-art pumps/handles cost $5 each—or more—in e.g. Soho, No. 40.",
    "A\u00a0hard\u2011working  man's\tword ‘is’ \x07 worth\ufffd „two of them all“ «in all» 5\"",
    "x\u0302 marks the ½ place of ＦＵＬＬ width 🐝 bees and the \ue200cite\ue201 assistantfinal",
    "I—I never saw the water again -- not once in -3 degrees – and I looked for it.",
)

WORDS = (
    *("the", " a", " of", " and", " to", " pump", " The", " It", "Water", " well", "ing", "'t"),
    *(".", ". ", ",", "!", "?", "…", ":", ";", ".\n\n", "\n", "\n\n", " ", "-", "—", " — ", "–"),
    *('"', "“", "”", "„", "«", "»", "＂", ' "', " “", '."', ".”", ',"', '" ', "'", "’", "‘", '("'),
    *("*", "**", " **", " *", "* ", "`", " `", "` ", "(", ")", " (", ").", "[", "]", "](", "_"),
    *("- ", "1. ", "12. ", "2024. ", "\n- ", "\n\n### ", "###", "#", "١. ", "- 1. ", "---", "==="),
    *(" 12", "3.5", "5%", " e.g.", " Dr.", " U.S.", " No.", " etc.", "<", "|", "~", "\\", "&amp;"),
    *("é", "\xa0", "\u2028", "\u200b", "\ufffd", "\ue200", "🐝", "²", "½", "日本", "\u0302", "½"),
    *("assistant", "final", "analysis", "<|end|>", "Word count: 150", "The Pump", "Sure! Here is"),
    *(" the section", ":", "turn0search1", "to=functions", "End of section", "x" * 39),
)
SOURCE_WORDS = tuple(
    piece for source in SOURCES for word in source.split() for piece in (f" {word}", word)
)
PIECES = tuple(
    dict.fromkeys(
        [bytes([byte]) for byte in range(256)]
        + [word.encode() for word in (*WORDS, *SOURCE_WORDS)]
        + ["“".encode()[:2], b" " + "“".encode()[:1], "—".encode()[1:], b"a" + "é".encode()[:1]]
    )
)
_USUAL = [word.encode() for word in WORDS]
TRIE = ByteTrie((piece, token) for token, piece in enumerate(PIECES))


def guard_of(
    target: int = 60,
    *,
    band: tuple[int, int] | None = None,
    sources: Sequence[str] = SOURCES,
    subheadings: bool = True,
) -> SectionGuard:
    """Make a guard; the band is a tenth on both sides where none is given."""
    floor, ceiling = band or (-(-target * 9 // 10), target * 11 // 10)
    return SectionGuard(
        GuardRules(
            Quotations.of(sources),
            BudgetRule(target, floor, ceiling),
            ProseRule(subheadings=subheadings),
            lambda line: strip_edges(line, TITLE).strip() != line.strip(),
        )
    )


def state_of(guard: SectionGuard) -> GuardState:
    """Give all that a guard knows."""
    state = guard.mark()
    assert isinstance(state, GuardState)
    return state


def offered(dice: random.Random, guard: SectionGuard) -> bytes:
    """Think of a piece: noise, or in a quotation mostly what goes on in the sources."""
    quotation = state_of(guard).quotation
    if isinstance(quotation, Inside) and quotation.places and dice.random() < 0.8:
        place = dice.choice(sorted(quotation.places))
        return guard.rules.quotations.quotable.text[place:][: dice.randrange(1, 9)].encode()
    if dice.random() < 0.1:
        return bytes([dice.randrange(256)])
    return dice.choice(PIECES if dice.random() < 0.2 else _USUAL)


def wander(
    dice: random.Random, guard: SectionGuard, steps: int
) -> Iterator[tuple[bytes, GuardState]]:
    """Write without sense under a guard; yield what was written and the state, piece by piece."""
    text = b""
    for _ in range(steps):
        if dice.random() < 0.05:
            guard.refuse_end()
        piece = offered(dice, guard)
        if guard.accepts(piece) is Verdict.ACCEPT:
            guard.advance(piece)
            text += piece
            yield text, state_of(guard)


def write_section(dice: random.Random, guard: SectionGuard, most: int = 20_000) -> str | None:
    """Write noise to an end that the guard allows; None where it only overran.

    Ends as the engine does: where it may, where it must, or by the guard's own closing.
    """
    text = b""
    stuck = 0
    for _ in range(most):
        piece = offered(dice, guard)
        if stuck > 50:
            tokens = list(guard.allowed(TRIE.walk))
            if not tokens:
                return None
            piece = PIECES[dice.choice(tokens)]
        if guard.accepts(piece) is not Verdict.ACCEPT:
            stuck += 1
            continue
        stuck = 0
        guard.advance(piece)
        text += piece
        ending = guard.ending()
        if ending is Ending.FORCED or (ending is Ending.ALLOWED and dice.random() < 0.5):
            return text.decode()
        if dice.random() < 0.3:
            guard.refuse_end()
        closing = guard.closing()
        if closing is not None and dice.random() < 0.3:
            guard.advance(closing.encode())
            return text.decode() + closing
    raise AssertionError(f"no end came: {text[-200:]!r}")


_CODE = re.compile("`[^`]*`")
_MARK = re.compile('["“”„‟«»＂]')


def quotations_in(text: str) -> list[str]:
    """List what stands between double quotation marks; they take turns, outside of code."""
    parts = _MARK.split(_CODE.sub("", text))
    assert len(parts) % 2 == 1, "a quotation is not closed"
    return parts[1::2]


def words_in(quotation: str) -> int:
    """Count words between spaces."""
    return sum(any(map(str.isalnum, word)) for word in quotation.split())


def is_verbatim(quotation: str, sources: Sequence[str] = SOURCES) -> bool:
    """Tell whether a quotation is a piece of a source, one comma or full stop at its end apart."""
    said = _folded(quotation)
    forms = {said, re.sub(r"[.,]$", "", said)}
    return any(form in _folded(source) for form in forms for source in sources)


def _folded(text: str) -> str:
    return re.sub("--+", "-", fold(text)).replace('"', "'")


def takes(guard: SectionGuard, text: str) -> bool:
    """Tell whether a guard lets a text come, character by character."""
    for character in text:
        if guard.accepts(character.encode()) is not Verdict.ACCEPT:
            return False
        guard.advance(character.encode())
    return True
