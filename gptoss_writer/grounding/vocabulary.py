"""Words that carry no content, words of speech, and word stems: English, and small on purpose."""

from __future__ import annotations

import re
from functools import lru_cache

from gptoss_writer.text import fold

FUNCTION_WORDS = frozenset(
    """a about above across after again against all almost along already also although always am
    among amid an and another any anyone anything are around as at away back be became because been
    before began behind being below besides between beyond both but by came can cannot could despite
    did do does doing done down during each either else even ever every everyone everything except
    few first finally following for from further furthermore generally given had has have having he
    hence her here herself him himself his how however i if in indeed inside instead into is it its
    itself just last lastly least less let like likewise many may maybe me meanwhile might mine more
    moreover most much must my myself near nearly neither never nevertheless next no nobody none nor
    not nothing now of off often on once one only onto or other others otherwise our ours out over
    own per perhaps quite rather really s same second several shall she should similarly since so
    some somebody someone something soon still such t than that the their theirs them themselves
    then there therefore these they third this those though through throughout thus to today
    together tomorrow too toward towards two under unless unlike until up upon us usually very via
    was we well were what whatever when whenever where whereas wherever whether which while who
    whoever whole whom whose why will with within without would yes yesterday yet you your yours
    yourself use used uses using""".split()  # noqa: SIM905 - reads better
)

_INSTRUCTIONS = frozenset(
    """acknowledge address argue begin call close conclude cover define describe discuss emphasise
    emphasize encourage end examine explain explore give highlight illustrate introduce mention name
    note open outline present recap reiterate say set show start state stress summarise summarize
    tell""".split()  # noqa: SIM905 - reads better
)

SPEECH = frozenset(
    """acknowledge acknowledged acknowledges add added adds admit admits admitted announce announced
    announces argue argued argues ask asked asks assert asserted asserts believe believed believes
    call called calls caution cautioned cautions claim claimed claims clarified clarifies comment
    commented comments conclude concluded concludes confirm confirmed confirms declare declared
    declares describe described describes emphasise emphasised emphasises emphasize emphasized
    emphasizes explain explained explains express expressed expresses highlight highlighted
    highlights insist insisted insists mention mentioned mentions note noted notes observe observed
    observes predict predicted predicts proclaim proclaimed put puts quip quipped quips quote quoted
    recall recalled recalls remark remarked remarks replied replies reply report reported reports
    respond responded responds reveal revealed reveals said say saying says state stated states
    stating stress stressed stresses suggest suggested suggests tell tells think thinks thought told
    warn warned warns words write writes wrote noting explaining arguing adding
    according""".split()  # noqa: SIM905 - reads better
)
"""Words with which a sentence gives words to somebody."""

_TOKEN = re.compile(r"[^\W_]+(?:'[^\W\d_]+)?")
_ENDINGS = (
    *("ysing", "yzing", "ysed", "yzed", "yses", "yzes", "ysis", "yse", "yze"),
    *("isations", "izations", "isation", "ization", "ising", "izing", "ised", "ized", "ises"),
    *("izes", "isable", "izable", "ise", "ize", "nesses", "ness", "ments", "ment", "ations"),
    *("ation", "ating", "ated", "ates", "ative", "ate", "ions", "ion", "ings", "ing", "edly"),
    *("ied", "ies", "ed", "ally", "ly", "ical", "ic", "al", "ive", "ible", "able", "ence"),
    *("ance", "ities", "ity", "es", "e", "y"),
)
_SHORTEST_STEM = 4
_PLURAL_FROM = 4


def tokens(text: str) -> list[str]:
    """List the words of a folded text in small letters, hyphens cut, possessives without 's."""
    return [word.removesuffix("'s").removesuffix("s'") for word in _TOKEN.findall(text.casefold())]


def content_words(text: str) -> list[str]:
    """List the stems of the words that carry content, in order."""
    return [
        stem(word)
        for word in tokens(text)
        if word not in FUNCTION_WORDS and "'" not in word and (len(word) > 1 or word.isdigit())
    ]


def key_words(text: str) -> frozenset[str]:
    """Give the stems of a key point, without the verb that tells the writer what to do."""
    first, *rest = fold(text).split(" ", 1)
    if first.strip(":,").casefold() in _INSTRUCTIONS and rest:
        text = rest[0]
    return frozenset(content_words(fold(text)))


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """Cut the endings of an English word in small letters, roughly: "customised" is "custom"."""
    if len(word) >= _PLURAL_FROM and word.endswith("s") and word[-2] not in "sui'":
        word = word[:-1]
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            word = word.removesuffix(ending)
            break
    is_doubled = word[-1:] == word[-2:-1] and word[-1:] not in {"l", "s", "z"}
    return word[:-1] if is_doubled and len(word) > _SHORTEST_STEM else word
