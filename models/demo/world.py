"""What an outline says of its world: statements, titles, labels, sayings, all of its phrases."""

from __future__ import annotations

from models.demo import inventing
from models.demo.lexicon import lines
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

    def _verb_form(self) -> str:
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
        words twice: a third of all where all words are strange.
        """
        draw = self.draw
        manner = draw.random()
        if manner < 0.16 * (1 - self.strangeness):
            return self._spliced()
        if manner < 0.26 * (1 - self.strangeness):
            return self._prose()
        if manner < 0.34:
            return capitalise(self._alike())
        if manner < 0.42:
            return capitalise(f"{self._verb_form()} {self.noun_phrase()} {self._adverbial()}")
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

    def topic_phrase(self) -> str:
        """Give a key point that is no sentence: a noun phrase, sometimes with more behind it."""
        draw = self.draw
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

    def detail(self) -> str:
        """Give what stands behind a label: a statement or a phrase."""
        kind = self.draw.random()
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
            quoted = draw.choice((self.noun, self.adjective, self._verb_form, self._strange_word))
            body = f'"{quoted().capitalize()}" {self.noun()}'
        elif kind < 0.84:
            body = f"{self._verb_form()} {self.noun()}"
        elif kind < 0.9:
            body = f"{self.noun()} for {self.noun_phrase(plain=True)}"
        else:
            body = self.term()
        return title_case(body) if self.chance(0.7) else capitalise(body)

    def title(self) -> str:
        """Give a title of an article or a section."""
        draw = self.draw
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

    def with_marks(self, text: str) -> str:
        """Put one to three words of a text between double quotation marks, as in scare quotes."""
        if set(text) & set('"“”'):
            return text
        draw, words = self.draw, text.split()
        start = draw.randrange(len(words))
        stop = min(len(words), start + draw.randint(1, 3))
        inner = " ".join(words[start:stop])
        if set(inner) & set("'‘’()") or not (inner[0].isalnum() and inner[-1].isalnum()):
            return text
        marks = draw.choice(('""', '""', "“”"))
        words[start:stop] = [f"{marks[0]}{inner}{marks[1]}"]
        return " ".join(words)

    def ending_in_marks(self, text: str) -> str:
        """Let a text end in words between double quotation marks.

        Where it ends is then not told by its last marks, which are those of a quotation too.
        """
        if set(text) & set('"“”'):
            return text
        words = self.draw.choice((self.noun_phrase, self.term, self.predicate, self.noun))()
        joint = self.draw.choice((" as", " as", ":", ", or", ", called", " in"))
        end = self.draw.choice(('."', '."', '."', '"', '".', '!"'))
        return text.rstrip(".,;:") + f'{joint} "{words.rstrip(".,;:")}{end}'

    def labelled(self, text: str) -> str:
        """Put a label and a colon before a text."""
        return f"{self.label()}: {capitalise(text)}"

    def saying(self) -> str:
        """Give words that somebody said, without marks around them and without a full stop."""
        body = self._said()
        if self.chance(0.07):
            body = self.labelled(body)
        if self.chance(0.1):
            inner = self.noun_phrase(plain=True)
            body += " " + self.draw.choice(("‘{}’", "“{}”", "'{}'")).format(inner)
        if self.chance(0.12) and len(body) > 20:
            body = body[0].lower() + body[1:]
        return body

    def _said(self) -> str:
        draw = self.draw
        kind = draw.random()
        if kind < 0.22:
            return self.sentence(short=self.chance(0.5))
        if kind < 0.32:
            more = f" and {self._verb_form()} {self.noun_phrase()}" if self.chance(0.5) else ""
            return capitalise(f"{self._verb_form()} {self.noun_phrase()}{more}")
        if kind < 0.4:
            pronoun = draw.choice(("We", "I", "They", "You"))
            modal = draw.choice(("can", "never", "should", "had to", "did not", "want to"))
            return f"{pronoun} {modal} {self._verb().base} {self.noun_phrase()} {self._adverbial()}"
        if kind < 0.5:
            return f"{capitalise(self._verb().base)} {self.noun_phrase()}, {self.clause()}"
        if kind < 0.6:
            return f"It {draw.choice(('is', 'was'))} {self.noun_phrase()} that {self.predicate()}"
        if kind < 0.87:
            joint = draw.choice((" — ", " – ", "... ", " -- ", ", and ", ", and ", ". ", ". "))
            following = self.clause()
            return (
                self.sentence(short=True)
                + joint
                + (capitalise(following) if joint == ". " else following)
            )
        if kind < 0.94:
            return self.topic_phrase()
        return f"the {self.adjective()} {self._head()}"


def capitalise(text: str) -> str:
    """Make the first letter a capital and leave the rest."""
    return text[:1].upper() + text[1:]


def title_case(text: str) -> str:
    """Write a title in title case, small words small."""
    words = text.split(" ")
    return capitalise(
        " ".join(
            word if word in _RULES_IN_CAPITALS or not word[:1].islower() else capitalise(word)
            for word in words
        )
    )
