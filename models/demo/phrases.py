"""The terms, people and figures of one outline's invented world, and phrases about them.

Terms come back in titles, key points, facts and quotations, as they do in real outlines. Without
that a model learns to copy from the only place that has a word, and gets lost where several have.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from models.demo import inventing
from models.demo.lexicon import ENDS, Verb, all_words, lines, split_lines, topics, verbs
from models.demo.oddities import odd_word, oddity

SELDOM = 0.1
"""The share of strange words that have a token which answers otherwise seldom have."""
_TERMS_IN_USE = 9
_THINGS_OFTEN_LISTED = 6


class Phrases:
    """What one outline is about; every method draws a new phrase.

    `strangeness` is the share of words that are strange: 0 gives English, 1 noise with English
    joints. `seldom` is the share of strange words that have a token which answers otherwise seldom
    have. Of the others a few are code or have foreign letters, somewhat less than half are
    invented, some are spliced of two, and the rest are known ones where nobody expects them, or
    else a model guesses a word by its neighbours and writes a likelier one.
    """

    def __init__(self, draw: Random, strangeness: float, seldom: float = SELDOM) -> None:
        self.draw = draw
        self.strangeness = strangeness
        self.seldom = seldom
        topic = draw.choice(topics())
        self.subject = self._strange_word() if self._is_strange() else topic.subject
        count = min(len(topic.terms), _TERMS_IN_USE)
        self.terms = [self._estranged(term) for term in draw.sample(topic.terms, count)]
        self.terms += [inventing.product(draw) for _ in range(draw.randint(0, 3))]
        self.people = self._people()
        self.organizations = [inventing.organization(draw) for _ in range(draw.randint(1, 3))]
        self.favourites = [self.noun_phrase(plain=True) for _ in range(4)]
        self.listed = [self._listed() for _ in range(_THINGS_OFTEN_LISTED)]

    def _people(self) -> list[str]:
        """Name a few people, some of whom are easily taken for another."""
        draw = self.draw
        people = [inventing.person(draw) for _ in range(draw.randint(1, 4))]
        if self.chance(0.3):
            people.append(inventing.namesake(draw, draw.choice(people)))
        return list(dict.fromkeys(people))

    def _listed(self) -> str:
        """Give a short thing that comes in list after list, each time with other neighbours."""
        kind = self.draw.random()
        if kind < 0.4:
            return f"{self.noun()} {self._verb().gerund}"
        if kind < 0.7:
            return f"{self.adjective()} {self.noun()}"
        return self.term() if kind < 0.85 else self._verb().gerund

    def _is_strange(self) -> bool:
        return self.draw.random() < self.strangeness

    def _strange_word(self) -> str:
        if self.chance(self.seldom):
            return self._seldom_word()
        if self.chance(0.06):
            return odd_word(self.draw)
        if self.chance(0.45):
            return inventing.word(self.draw)
        word = self.draw.choice(all_words())
        if self.chance(0.3):  # the beginning of one and the end of another
            other = self.draw.choice(all_words())
            word = word[: self.draw.randint(1, 5)] + other[self.draw.randint(1, 3) :]
        return word

    def _seldom_word(self) -> str:
        """Give a word that has a token which answers otherwise seldom have; most are one token.

        What stands in every prompt, and is never copied, is learnt as never to be written.
        """
        if self.chance(0.7):
            return self.draw.choice(split_lines("seldom_words"))
        return inventing.word(self.draw) + self.draw.choice(split_lines(ENDS))

    def _estranged(self, term: str) -> str:
        return " ".join(
            self._strange_word() if self._is_strange() else part for part in term.split()
        )

    def _word(self, name: str) -> str:
        return self._strange_word() if self._is_strange() else self.draw.choice(lines(name))

    def _verb(self) -> Verb:
        if self._is_strange():
            if self.chance(0.5):
                return Verb(*(self.draw.choice(all_words()) for _ in range(5)))
            base = inventing.word(self.draw)
            return Verb(base, base + "s", base + "ed", base + "ed", base + "ing")
        return self.draw.choice(verbs())

    def chance(self, share: float) -> bool:
        """Say yes in this share of cases."""
        return self.draw.random() < share

    def term(self) -> str:
        """Give one of the outline's own terms."""
        return self.draw.choice(self.terms)

    def noun(self) -> str:
        """Give a noun of any kind."""
        return self._word("nouns")

    def adjective(self) -> str:
        """Give an adjective, now and then one with a hyphen."""
        if self.chance(0.12):
            return f"{self._word('adjectives')}-{self._verb().participle}"
        return self._word("adjectives")

    def _head(self) -> str:
        if self.chance(0.45):
            return self.term()
        if self.chance(0.25):
            return f"{self.noun()} {self.noun()}"
        return self.noun()

    def noun_phrase(self, *, plain: bool = False) -> str:
        """Give a noun phrase, mostly a short one."""
        draw = self.draw
        if not plain and self.chance(0.12):
            return draw.choice(self.favourites)
        kind = draw.random()
        adjectives = [self.adjective() for _ in range(draw.choices((0, 1, 2), (5, 4, 1))[0])]
        if kind < 0.55 or plain:
            opening = draw.choice(
                ("the", "the", "the", "a", "this", "its", "their", "every", "one")
            )
            words = [opening, *adjectives, self._head()]
            if words[0] == "a" and words[1][0] in "aeiou":
                words[0] = "an"
        elif kind < 0.9:
            words = [*adjectives, self._plural(self._head())]
        else:
            words = [self.name()]
        phrase = " ".join(words)
        if self.chance(0.07):
            phrase += f" ({inventing.acronym(draw)})"
        if not plain and self.chance(0.16):
            phrase += f" {draw.choice(('of', 'for', 'in', 'behind', 'of', 'without'))} "
            phrase += self.noun_phrase(plain=True)
        return phrase

    def _plural(self, noun: str) -> str:
        if noun[-1:].isalpha() and not noun[-1].isupper():
            if noun.endswith(("s", "x", "ch", "sh")):
                return noun + "es"
            if noun.endswith("y") and noun[-2:-1] not in "aeiou":
                return noun[:-1] + "ies"
            return noun + "s"
        return noun

    def name(self) -> str:
        """Name somebody or something."""
        draw = self.draw
        kind = draw.random()
        if kind < 0.08:
            return oddity(draw)
        if kind < 0.33:
            return draw.choice(self.people)
        if kind < 0.55:
            return draw.choice(self.organizations)
        if kind < 0.7:
            return inventing.place(draw)
        if kind < 0.85:
            return inventing.acronym(draw)
        owner = inventing.last_name(draw.choice(self.people))
        possessive = draw.choice(("'s", "’s"))
        return f"{owner}{possessive} {self._head()}"

    def listing(self, make: Callable[[], str] | None = None) -> str:
        """List two to four things; in a part of all lists they are things often listed."""
        count = self.draw.choices((2, 3, 4), (4, 5, 2))[0]
        if make is None and self.chance(0.35):
            things = self.draw.sample(self.listed, count)
        else:
            make = make or self.noun_phrase
            things = [make() for _ in range(count)]
        if len(things) == 2:
            return f"{things[0]} {self.draw.choice(('and', 'and', 'or'))} {things[1]}"
        return f"{', '.join(things[:-1])}{self.draw.choice((',', ',', ''))} and {things[-1]}"

    def _adverbial(self) -> str:
        draw = self.draw
        kind = draw.randrange(8)
        if kind == 0:
            return f"in {inventing.date(draw)}"
        if kind == 1:
            return f"in {inventing.place(draw)}"
        if kind == 2:
            return f"{draw.choice(('within', 'after', 'for', 'about'))} {inventing.quantity(draw)}"
        if kind == 3:
            return self._word("adverbs")
        if kind == 4:
            return f"by {self._verb().gerund} {self.noun_phrase()}"
        if kind == 5:
            return f"with {self.noun_phrase()}"
        if kind == 6:
            return f"at {inventing.quantity(draw)}"
        return f"{draw.choice(('under', 'from', 'across', 'near', 'through'))} {self.noun_phrase()}"

    def predicate(self) -> str:
        """Give a finite predicate for a singular subject."""
        draw = self.draw
        verb = self._verb()
        kind = draw.randrange(10)
        if kind < 3:
            return f"{verb.third} {self.noun_phrase()}"
        if kind == 3:
            return f"is {self.adjective()}"
        if kind == 4:
            return f"was {verb.participle} {self._adverbial()}"
        if kind == 5:
            modal = draw.choice(("can", "will", "must", "should", "may", "could"))
            return (
                f"{modal} {verb.base} {self.listing() if self.chance(0.3) else self.noun_phrase()}"
            )
        if kind == 6:
            return f"has {verb.participle} {self.noun_phrase()}"
        if kind == 7:
            return f"{verb.past} {self.noun_phrase()} {self._adverbial()}"
        if kind == 8:
            return f"does not {verb.base} {self.noun_phrase()}"
        return f"is {draw.choice(('about', 'over', 'under', 'only'))} {inventing.quantity(draw)}"

    def clause(self) -> str:
        """Give a clause with a subject and a finite verb, in small letters."""
        draw = self.draw
        kind = draw.random()
        if kind < 0.1:
            head = f"there {draw.choice(('is', 'was', 'are', 'were'))} {self.noun_phrase()}"
            return f"{head} {self._adverbial()}"
        subject = self.noun_phrase()
        body = f"{subject} {self.predicate()}"
        if self.chance(0.25):
            body += f" {self._adverbial()}"
        return body
