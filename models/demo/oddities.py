"""What outlines have besides words: addresses, code, formulas, words in other alphabets.

Only what an article may have: no marks of HTML, no bare underscores, no long addresses.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from models.demo import inventing
from models.demo.lexicon import lines

_DOMAINS = "com org net edu gov io dev co.uk de fr eu info".split()
_FILE_ENDS = "py md txt csv json yaml toml pdf html log c rs gguf".split()
_LANGUAGES = "C++ C# F# Node.js Vue.js Objective-C TCP/IP I/O R&D Q&A A/B 24/7 50/50".split()
_ALPHABETS = (
    "àáâãäåæçèéêëìíîïñòóôõöøùúûüýšžčćđłńśźżąęőűğışțăāēīōūħŋþð",
    "αβγδεζηθικλμνξοπρστυφχψωάέήίόύώ",
    "абвгдежзийклмнопрстуфхцчшщъыьэюяієї",
    "אבגדהוזחטיכלמנסעפצקרשת",
    "一二三四五六七八九十人大小中国日本語文字山川水火木金土",
    "あいうえおかきくけこさしすせそアイウエオカキクケコ",
)
_ALPHABET_WEIGHTS = (30, 3, 3, 1, 1, 1)
_SUBSCRIPTS, _SUPERSCRIPTS = "₀₁₂₃₄₅₆₇₈₉", "²³¹⁰⁴⁵⁶⁷⁸⁹"
_ELEMENTS = "H C N O S Fe Na Cl Cu Pb Zn K Ca Mg Al Si".split()
_FIGURES = ("1/2", "¾", "3/4", "½", "2:1", "No. 7", "19th", "§ 12", "37 °C", "IV", "90s")
_LONGEST = 38
"""A guard lets no word be longer than 40 characters."""
_SIGNS = "= ≤ ≥ ≈ + − × ÷ ± →".split()


def oddity(draw: Random) -> str:
    """Give something of one word or a few that is no ordinary word."""
    make = draw.choices(list(_MAKERS), list(_MAKERS.values()))[0]
    return make(draw)


def odd_word(draw: Random) -> str:
    """Give a word that may stand wherever a word stands, and be part of another."""
    return _plain_code(draw) if draw.random() < 0.4 else foreign(draw)


def address(draw: Random) -> str:
    """Give an address on the web, an address for mail or the path of a file, none of them long."""
    while len(text := _address(draw)) > _LONGEST:
        pass
    return text


def _address(draw: Random) -> str:
    kind = draw.random()
    host = f"{_name(draw)}.{draw.choice(_DOMAINS)}"
    if kind < 0.15:
        return f"{_name(draw)}{draw.choice(('', '.', '-'))}{draw.choice('abjkmst')}@{host}"
    if kind < 0.3:
        return f"{_path(draw)}.{draw.choice(_FILE_ENDS)}"
    if kind < 0.4:
        return f"www.{host}" if draw.random() < 0.5 else host
    start = draw.choice(("https://", "https://", "http://", "https://www."))
    if draw.random() < 0.2:
        return start + host
    end = draw.choice(("", "", "", f"?q={inventing.number(draw)}", f"#{_name(draw)}", "/"))
    return f"{start}{host}/{_path(draw)}{end}"


def code(draw: Random) -> str:
    """Give what a programmer writes: a name, a call, an option, a version.

    With backticks where it could otherwise be read as marks of Markdown.
    """
    if draw.random() < 0.5:
        return _plain_code(draw)
    one, other = inventing.word(draw), inventing.word(draw)
    marked = (
        f"{one}()",
        f"{one}.{other}({draw.randint(0, 9)})",
        f"{one}_{other}",
        f"{one.upper()}_{other.upper()}",
        f"--{one}-{other}",
        f"--{one}",
        f"-{draw.choice('abcdefnqrstvx')}",
        f"{one}[{draw.randint(0, 9)}]",
        _plain_code(draw),
    )
    return f"`{draw.choice(marked)}`"


def _plain_code(draw: Random) -> str:
    one, other = inventing.word(draw), inventing.word(draw)
    names = (f"{one}{other.capitalize()}", f"{one.capitalize()}{other.capitalize()}")
    version = f"v{draw.randint(0, 9)}.{draw.randint(0, 20)}.{draw.randint(0, 9)}"
    return draw.choice((*names, version, draw.choice(_LANGUAGES)))


def foreign(draw: Random) -> str:
    """Give a word with letters that English has not, or wholly in another alphabet."""
    letters = draw.choices(_ALPHABETS, _ALPHABET_WEIGHTS)[0]
    if letters is not _ALPHABETS[0]:
        return "".join(draw.choices(letters, k=draw.randint(2, 7)))
    word = list(inventing.word(draw))
    for _ in range(draw.randint(1, 2)):
        word[draw.randrange(len(word))] = draw.choice(letters)
    text = "".join(word)
    return text.capitalize() if draw.random() < 0.4 else text


def formula(draw: Random) -> str:
    """Give a formula of chemistry or of arithmetic, or a figure in an unusual form."""
    kind = draw.randrange(6)
    figure = str(draw.randint(2, 99))
    if kind == 0:
        parts = draw.choices(_ELEMENTS, k=draw.randint(2, 3))
        digits = "23456" if draw.random() < 0.5 else _SUBSCRIPTS[2:7]
        return "".join(
            part + (draw.choice(digits) if draw.random() < 0.5 else "") for part in parts
        )
    if kind == 1:
        return f"{draw.choice('nxyEmTPk')} {draw.choice(_SIGNS)} {figure}"
    if kind == 2:
        return f"{draw.choice('nxyabc')}{draw.choice(_SUPERSCRIPTS)}"
    if kind == 3:
        return f"{draw.randint(0, 23)}:{draw.randint(0, 59):02d}"
    if kind == 4:
        return f"{draw.randint(1990, 2031)}-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}"
    return draw.choice(_FIGURES)


def emphasis(draw: Random) -> str:
    """Give a word with marks of Markdown, or with capitals."""
    one, other = inventing.word(draw), draw.choice(lines("nouns"))
    return draw.choice(
        (
            f"*{one}*",
            f"**{other}**",
            f"*{other} {one}*",
            other.upper(),
            f"{one}/{other}",
            other.title(),
        )
    )


def _name(draw: Random) -> str:
    word = draw.choice(lines("nouns")) if draw.random() < 0.4 else inventing.word(draw)
    word = word.replace(" ", "-")
    return f"{word}-{inventing.word(draw)}" if draw.random() < 0.3 else word


def _path(draw: Random) -> str:
    steps = [_name(draw) for _ in range(draw.choices((1, 2, 3), (4, 3, 1))[0])]
    if draw.random() < 0.3:
        steps[-1] += f"-{draw.randint(1, 2030)}"
    return draw.choice(("/", "/", "/", "-")).join(steps)


_MAKERS: dict[Callable[[Random], str], int] = {
    address: 2,
    code: 5,
    foreign: 4,
    formula: 3,
    emphasis: 1,
}
