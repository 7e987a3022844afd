"""What an outline says of its world: statements, questions, titles, labels."""

from __future__ import annotations

from models.demo import inventing
from models.demo.lexicon import lines
from models.demo.oddities import address
from models.demo.phrases import Phrases

_ITEM_LETTERS = "KEQ"
"""Plans name key points, evidence and quotations by these, right behind a semicolon."""
_MARKS = ".,;:!?()-–—"
_RULES_IN_CAPITALS = frozenset("a an the of on in to and or for with by at as from".split())


class World(Phrases):
    """Whole statements and what stands above them; every method draws a new one."""

    def _spliced(self) -> str:
        """Join the beginning of one connecting sentence with the end of another.

        What is to be copied then reads like what is known by heart, and goes on differently.
        """
        draw = self.draw
        books = ("fillers_body", "fillers_introduction", "fillers_conclusion")
        first, second = (draw.choice(lines(draw.choice(books))).rstrip(".").split() for _ in "12")
        cut = draw.randint(2, max(2, len(first) - 3))
        middle = draw.choice((self.noun_phrase(), self.name(), self.clause(), ""))
        return " ".join((*first[:cut], middle, *second[-cut:])).replace("  ", " ")

    def _prose(self) -> str:
        """Give a sentence that people wrote for people, some of its words strange ones.

        Its order of words, unlike that of the rules here, is nobody's to foresee. Words that
        become strange keep the marks behind them.
        """
        draw = self.draw
        words = draw.choice(lines("prose")).split()
        share = draw.choice((0.05, 0.15, 0.35))
        for place, word in enumerate(words):
            core = word.strip(_MARKS)
            if core and self.chance(share):
                strange = self._strange_word()
                words[place] = word.replace(
                    core, capitalise(strange) if core.istitle() else strange
                )
        return " ".join(words)

    def _behind_semicolon(self) -> str:
        """Give a clause; it often begins with a capital that is a mark of items as well."""
        if self.chance(0.5):
            return self.clause()
        name = self.draw.choice(_ITEM_LETTERS) + self._strange_word()
        return f"{name} {self.predicate()}"

    def verb_form(self) -> str:
        """Give a verb in any form, so that a text may begin with any of them as a capital."""
        verb = self._verb()
        return self.draw.choice((verb.base, verb.base, verb.third, verb.past, verb.gerund))

    def _parallel(self) -> str:
        """Give a clause that says nearly the same words twice."""
        draw, kind, other = self.draw, self.noun(), self.noun()
        verb, preposition = self._verb(), draw.choice(("of", "for", "in", "from"))
        ends = draw.choice((("one", "the other"), ("the first", "the next"), ("each", "all")))
        return (
            f"the {kind} {preposition} {ends[0]} {other} {verb.third} the {self.noun()} "
            f"{preposition} {ends[1]} {other}"
        )

    def _alike(self) -> str:
        """Give a clause in which nearly the same words stand twice."""
        if self.chance(2 / 3):
            return self._parallel()
        return f"{self.noun_phrase()} {self._verb().third} {self._twins()}"

    def _twins(self) -> str:
        """Give two things with the same words around what tells them apart.

        Copied carelessly, the second leads back into the first, and round and round.
        """
        draw, joint = self.draw, self.draw.choice(("on", "with", "in", "at", "for"))
        noun, first, second = self.noun(), self.term(), self.term()
        if self.chance(0.5):
            first = f"{first} {inventing.acronym(draw)}"
        pair = (inventing.quantity(draw), inventing.quantity(draw))
        middle = draw.choice((" or ", " and ", ", "))
        one, other = (
            f"{name} ({self.noun()} {joint} {amount} {noun})"
            for name, amount in zip((first, second), pair, strict=True)
        )
        return one + middle + other

    def sentence(self, *, short: bool = False) -> str:
        """Give a full statement without its full stop, beginning with a capital or a figure.

        The stranger the world, the fewer known sentences, and the more that say nearly the same
        words twice: more than a third of all where all words are strange.
        """
        draw = self.draw
        manner = draw.random()
        if manner < 0.13 * (1 - self.strangeness):
            return self._spliced()
        if manner < 0.29 * (1 - self.strangeness):
            return self._prose()
        if manner < 0.37:
            return capitalise(self._alike())
        if manner < 0.4:
            return self.question()
        if manner < 0.45:
            return capitalise(f"{self.verb_form()} {self.noun_phrase()} {self._adverbial()}")
        body = self.clause()
        return capitalise(body if short else self._lengthened(body))

    def _lengthened(self, body: str) -> str:
        """Add something to a clause, about half of the time."""
        draw = self.draw
        kind = draw.random()
        if kind < 0.2:
            body += f" {draw.choice(lines('connectors'))} {self.clause()}"
        elif kind < 0.3:
            joint = draw.choice((",", " -", " –", ";", ";"))
            following = self._behind_semicolon() if joint == ";" else self.clause()
            body += f"{joint} {following}"
        elif kind < 0.36:
            body = f"{self._adverbial()}, {body}"
        elif kind < 0.42:
            body += f" (e.g. {self.noun_phrase()})"
        elif kind < 0.47:
            body += f": {self.listing()}"
        elif kind < 0.53:
            body += f". {capitalise(self.clause())}"
        return body

    def question(self) -> str:
        """Give a question, with its mark."""
        draw, verb = self.draw, self._verb()
        kind = draw.randrange(6)
        if kind == 0:
            opening = draw.choice(
                ("why does", "how did", "when will", "where can", "should", "does")
            )
            body = f"{opening} {self.noun_phrase()} {verb.base} {self.noun_phrase()}"
        elif kind == 1:
            body = f"what {draw.choice(('is', 'was', 'about'))} {self.noun_phrase()}"
        elif kind == 2:
            body = f"{draw.choice(('is', 'was'))} {self.noun_phrase()} {self.adjective()}"
        elif kind == 3:
            body = f"{draw.choice(('who', 'what'))} {self.predicate()}"
        elif kind == 4:
            body = f"what if {self.clause()}"
        else:
            body = f"which {self.noun()} {verb.third} {self.noun_phrase()} {self._adverbial()}"
        return capitalise(body.rstrip(".,;:")) + "?"

    def topic_phrase(self) -> str:
        """Give a key point that is no statement: a noun phrase mostly, a question, an address."""
        draw = self.draw
        if self.chance(0.06):
            return self.question()
        if self.chance(0.03):
            return self.source_on_the_web()
        kind = draw.random()
        if kind < 0.22:
            body = self.listing()
        elif kind < 0.25:
            body = self._twins()
        elif kind < 0.5:
            body = f"{self.noun_phrase()} and {self.noun_phrase()}"
        elif kind < 0.7:
            body = f"{self._verb().gerund} {self.noun_phrase()} {self._adverbial()}"
        elif kind < 0.85:
            body = f"{self.noun_phrase()}, {self._verb().gerund} {self.noun_phrase()}"
        else:
            body = f"{self.noun_phrase()}: {self.listing()}"
        if self.chance(0.15):
            body += f" ({self.listing(self.noun)})"
        return capitalise(body)

    def source_on_the_web(self) -> str:
        """Give an address, by itself or with a word before or behind it."""
        where = address(self.draw)
        return self.draw.choice(
            (
                where,
                where,
                f"See {where}",
                f"{capitalise(self.noun_phrase())}: {where}",
                f"{capitalise(self.noun_phrase())} ({where})",
                f"{where} {self.predicate()}",
            )
        )

    def detail(self) -> str:
        """Give what stands behind a label: a statement or two, or a phrase."""
        kind = self.draw.random()
        if kind < 0.08:
            return f"{stopped(self.sentence())} {self.sentence()}"
        if kind < 0.6:
            return self.sentence()
        phrase = self.topic_phrase()
        return phrase if kind < 0.9 else phrase[0].lower() + phrase[1:]

    def label(self) -> str:
        """Give a label of one to five words, mostly in title case."""
        draw = self.draw
        kind = draw.random()
        if kind < 0.3:
            body = self.noun()
        elif kind < 0.5:
            body = f"{self.adjective()} {self._head()}"
        elif kind < 0.65:
            body = f"{self.noun()} {draw.choice(('&', 'and', 'vs.'))} {self.noun()}"
        elif kind < 0.75:
            body = f"the {self.noun()}"
        elif kind < 0.79:
            quoted = draw.choice((self.noun, self.adjective, self.verb_form, self._strange_word))
            body = f'"{quoted().capitalize()}" {self.noun()}'
        elif kind < 0.84:
            body = f"{self.verb_form()} {self.noun()}"
        elif kind < 0.9:
            body = f"{self.noun()} for {self.noun_phrase(plain=True)}"
        else:
            body = self.term()
        return title_case(body) if self.chance(0.7) else capitalise(body)

    def title(self) -> str:
        """Give a title of an article or a section; some are questions, some have a number."""
        draw = self.draw
        if self.chance(0.06):
            return self.question()
        if self.chance(0.04):
            return f"{draw.randint(1, 9)}. {capitalise(self.noun_phrase())}"
        kind = draw.random()
        if kind < 0.3:
            body = f"{self._verb().gerund} {self.noun_phrase()}"
        elif kind < 0.55:
            body = f"{self.noun_phrase()}: {self._verb().gerund} {self.noun_phrase()}"
        elif kind < 0.7:
            body = f"{self.noun_phrase()} of {self.noun_phrase(plain=True)}"
        elif kind < 0.8:
            verb = draw.choice(("does", "did", "means"))
            body = f"what {self.term()} {verb} to {self.noun_phrase()}"
        elif kind < 0.9:
            body = f"{self.noun()}, {self.noun()}, {self.noun()}"
        else:
            body = f"{self.term()} in {inventing.place(draw)}"
        return title_case(body) if self.chance(0.75) else capitalise(body)

    def labelled(self, text: str) -> str:
        """Put a label and a colon before a text."""
        return f"{self.label()}: {capitalise(text)}"


def capitalise(text: str) -> str:
    """Make the first letter a capital and leave the rest."""
    return text[:1].upper() + text[1:]


def balanced(text: str) -> str:
    """Take out round brackets inside others, brackets and straight marks without a partner."""
    kept, opened = list(text), -1
    is_inside = False
    for place, character in enumerate(text):
        if character == "(" and opened >= 0:
            kept[place], is_inside = "", True
        elif character == "(":
            opened = place
        elif character == ")" and (is_inside or opened < 0):
            kept[place], is_inside = "", False
        elif character == ")":
            opened = -1
    if opened >= 0:
        kept[opened] = ""
    if text.count('"') % 2:
        kept[text.rindex('"')] = ""
    return "".join(kept).strip()


def stopped(text: str) -> str:
    """End a text with a full stop, unless it ends like a sentence already."""
    return text if text.rstrip("\"”'’)").endswith((".", "!", "?", "…")) else text + "."


def title_case(text: str) -> str:
    """Write a title in title case, small words small."""
    words = text.split(" ")
    return capitalise(
        " ".join(
            word if word in _RULES_IN_CAPITALS or not word[:1].islower() else capitalise(word)
            for word in words
        )
    )
