"""Words, names and figures that nobody has seen, so that copying them cannot be done by heart."""

from __future__ import annotations

from random import Random

from models.demo.lexicon import lines

_ONSETS = (
    "b bl br c ch cl cr d dr f fl fr g gl gr h j k kl kr l m n p pl pr qu r s sc sh sk sl sm sn "
    "sp st str sw t th tr v w wh y z"
).split()
_VOWELS = "a e i o u ai au ea ee ie oa oo ou y é ö".split()
_VOWEL_WEIGHTS = (9, 10, 8, 8, 5, 2, 1, 2, 2, 1, 1, 2, 2, 1, 0.2, 0.2)
_CODAS = (
    "b ck d f g l ld ll lm m mp n nd ng nk nt p r rd rk rm rn rt s sh sk ss st t th x z".split()
)
_ENDINGS = (
    "al ance ant ation er ery est ful ian ic ing ish ism ist ity ive ment ness or ous".split()
)
_MONTHS = (
    "January February March April May June July August September October November December"
).split()
_INITIALS = "ABCDEFGHIJKLMNOPRSTUVWYZ"
_TITLES = ("Dr ", "Prof ", "Dr. ", "Prof. ", "Sir ", "Mrs. ", "Lt. ", "Capt ", "Sister ")
_NAME_ENDS = (" Jr.", " III", ", PhD", ", MD", " Jr", " Sr.")
_PARTICLES = ("van", "van der", "von", "de", "de la", "di", "al", "bin", "le", "ten")
_NAME_STARTS = ("Mc", "O'", "O’", "Mac", "D'", "al-", "Fitz", "St. ")
_CODE_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def word(draw: Random) -> str:
    """Invent a word in small letters."""
    syllables = draw.choices((1, 2, 3), (3, 5, 2))[0]
    parts = []
    for _ in range(syllables):
        onset = draw.choice(_ONSETS) if draw.random() < 0.85 else ""
        coda = draw.choice(_CODAS) if draw.random() < 0.5 else ""
        parts.append(onset + draw.choices(_VOWELS, _VOWEL_WEIGHTS)[0] + coda)
    if draw.random() < 0.25:
        parts.append(draw.choice(_ENDINGS))
    return "".join(parts)


def proper_name(draw: Random) -> str:
    """Invent a name: Capitalised, sometimes with a hyphen or a capital inside."""
    name = word(draw).capitalize()
    kind = draw.random()
    if kind < 0.08:
        return f"{name}-{word(draw).capitalize()}"
    if kind < 0.14:
        return name + word(draw).capitalize()
    return name


def person(draw: Random) -> str:
    """Name a person, known names and invented ones mixed; some have initials or a title."""
    kind = draw.random()
    first = draw.choice(lines("first_names")) if draw.random() < 0.7 else proper_name(draw)
    if kind < 0.12:
        first = initials(draw)
    elif kind < 0.2:
        first = f"{first} {draw.choice(_INITIALS)}."
    elif kind < 0.23:
        first = f"{draw.choice(_INITIALS)}. {first}"
    title = draw.choice(_TITLES) if draw.random() < 0.08 else ""
    end = draw.choice(_NAME_ENDS) if draw.random() < 0.03 else ""
    return f"{title}{first} {surname(draw)}{end}"


def surname(draw: Random) -> str:
    """Give the last name of a person, now and then with a particle or a prefix."""
    name = draw.choice(lines("surnames")) if draw.random() < 0.6 else proper_name(draw)
    kind = draw.random()
    if kind < 0.05:
        return f"{draw.choice(_PARTICLES)} {name}"
    if kind < 0.09:
        return draw.choice(_NAME_STARTS) + name
    return f"{name}-{proper_name(draw)}" if kind < 0.12 else name


def initials(draw: Random) -> str:
    """Give one to three initials; the same letter may come twice."""
    letters = draw.choices(_INITIALS, k=draw.choices((1, 2, 3), (3, 6, 1))[0])
    if draw.random() < 0.2:
        letters = letters[:1] * len(letters)
    joint = draw.choice((". ", ". ", ". ", "."))
    return joint.join(letters) + "."


def last_name(name: str) -> str:
    """Give the last name of a person's name, without what may stand behind it."""
    return _without_end(name).split()[-1]


def namesake(draw: Random, name: str) -> str:
    """Name somebody else with the last name of a person, or with all of the name but that."""
    first = _without_end(name).split()[:-1]
    while True:
        if draw.random() < 0.5:
            other = " ".join((*first, surname(draw)))
        elif draw.random() < 0.3:
            other = f"{initials(draw)} {last_name(name)}"
        else:
            other = f"{draw.choice(lines('first_names'))} {last_name(name)}"
        if other != name:
            return other


def _without_end(name: str) -> str:
    for end in _NAME_ENDS:
        name = name.removesuffix(end)
    return name


def place(draw: Random) -> str:
    """Name a place."""
    return draw.choice(lines("places")) if draw.random() < 0.7 else proper_name(draw)


def organization(draw: Random) -> str:
    """Name an organisation."""
    pattern = draw.choice(lines("organizations"))
    owner = draw.choice(lines("surnames")) if draw.random() < 0.5 else proper_name(draw)
    noun = draw.choice(lines("nouns")).title()
    return pattern.format(place=place(draw), surname=owner, noun=noun)


def acronym(draw: Random) -> str:
    """Give an acronym, now and then one with a small letter or a digit."""
    if draw.random() < 0.5:
        return draw.choice(lines("acronyms"))
    letters = "".join(draw.choices("ABCDEFGHIKLMNOPRSTUVWX", k=draw.randint(2, 5)))
    kind = draw.random()
    if kind < 0.15:
        return f"{letters}-{draw.randint(1, 99)}"
    return f"{letters[0]}o{letters[1:]}" if kind < 0.25 else letters


def product(draw: Random) -> str:
    """Name a product, a model or a version, such as "o4-mini", "Falcon 9" or "gpt-oss-120b"."""
    kind = draw.randrange(6)
    letters = "".join(draw.choices(_CODE_LETTERS, k=draw.randint(1, 3)))
    if kind == 0:
        return f"{letters}{draw.randint(1, 9)}-{word(draw)}"
    if kind == 1:
        return f"{letters}-{word(draw)}-{draw.randint(1, 400)}{draw.choice('bBkmx')}"
    if kind == 2:
        return f"{proper_name(draw)} {draw.randint(1, 12)}"
    if kind == 3:
        return f"{proper_name(draw)} {draw.randint(1, 9)}.{draw.randint(0, 9)}"
    if kind == 4:
        return f"{acronym(draw)}-{draw.randint(1, 9)}"
    return f"{word(draw)}-{word(draw)}"


def number(draw: Random) -> str:
    """Give a number without a unit."""
    kind = draw.randrange(6)
    if kind == 0:
        return str(draw.randint(2, 99))
    if kind == 1:
        return f"{draw.randint(1, 999)},{draw.randint(0, 999):03d}"
    if kind == 2:
        return f"{draw.randint(0, 99)}.{draw.randint(0, 99)}"
    if kind == 3:
        low = draw.randint(1, 90)
        return f"{low}{draw.choice('-–')}{low + draw.randint(1, 90)}"
    if kind == 4:
        return draw.choice(
            "two three four five six seven eight nine ten twelve twenty forty".split()
        )
    return str(draw.randint(100, 9999))


def quantity(draw: Random) -> str:
    """Give a number with its unit, or an amount of money."""
    if draw.random() < 0.15:
        return f"{draw.choice('$€£')}{number(draw)}{draw.choice(('', ' million', 'm', 'bn'))}"
    return number(draw) + draw.choice(lines("units"))


def date(draw: Random) -> str:
    """Give a year, a month or a day."""
    year = draw.randint(1450, 2031)
    kind = draw.random()
    if kind < 0.6:
        return str(year)
    month = draw.choice(_MONTHS)
    if kind < 0.8:
        return f"{month} {year}"
    return f"{draw.randint(1, 28)} {month} {year}"
