"""What the people of an outline say, and words between quotation marks."""

from __future__ import annotations

from models.demo import inventing
from models.demo.lexicon import lines
from models.demo.world import World, capitalise

_INNER_MARKS, _INNER_MARKS_AGAIN = 0.2, 0.25
_PAIRS_OF_MARKS = (("“", "”"), ('"', '"'), ('"', '"'), ("‘", "’"), ("‘", "’"), ("'", "'"))
_ENDS = ".,;:?!"
_NEVER_QUOTED = str.maketrans("_", "-", "*`")


class Speech(World):
    """A world whose people are quoted; every method draws a new text, or changes one."""

    def with_marks(self, text: str) -> str:
        """Put one to three words of a text between double quotation marks, as in scare quotes."""
        if set(text) & set('"“”'):
            return text
        draw, words = self.draw, text.split()
        start = draw.randrange(len(words))
        stop = min(len(words), start + draw.randint(1, 3))
        inner = " ".join(words[start:stop])
        if set(inner) & set("'‘’()*`_") or not (inner[0].isalnum() and inner[-1].isalnum()):
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
        return text.rstrip(".,;:") + f'{joint} "{quotable(words.rstrip(".,;:"))}{end}'

    def saying(self) -> str:
        """Give words that somebody said, without marks around them and without a full stop."""
        body = self._said()
        if self.chance(0.12):
            joint = self.draw.choice((". ", ". ", "; ", "? ", "! "))
            body = body.rstrip(".,;:?!") + joint + self._said()
        if self.chance(0.07):
            body = self.labelled(body)
        for share in (_INNER_MARKS, _INNER_MARKS_AGAIN):
            if not self.chance(share):
                break
            body = self.with_inner_marks(body)
        if self.chance(0.03):
            body = self._edited(body)
        if self.chance(0.12) and len(body) > 20:
            body = body[0].lower() + body[1:]
        return body

    def with_inner_marks(self, text: str) -> str:
        """Put a run of words of a saying between marks of any kind: what somebody else said."""
        draw, words = self.draw, text.split()
        start = draw.randrange(len(words))
        stop = min(len(words), start + draw.choice((1, 1, 2, 3, 4, 6, 9)))
        if self.chance(0.15):
            stop = len(words)
        opening, closing = draw.choice(_PAIRS_OF_MARKS)
        end = draw.choice(("", "", "", "", ",", ".", "?", "!"))
        core = words[stop - 1].rstrip(_ENDS)
        behind = words[stop - 1][len(core) :] if core else ""
        words[stop - 1] = (core or words[stop - 1]) + end + closing + behind
        words[start] = opening + words[start]
        return " ".join(words)

    def _edited(self, text: str) -> str:
        """Show where an editor put a word, left some out, or kept a mistake."""
        draw, words = self.draw, text.split()
        place = draw.randrange(len(words))
        if self.chance(0.3):
            words[place] = f"[{words[place].strip('.,;:?![]') or 'they'}]"
        else:
            words.insert(place, draw.choice(("…", "[…]", "...", "[sic]", "(…)")))
        return " ".join(words)

    def _said(self) -> str:
        draw = self.draw
        kind = draw.random()
        if kind < 0.22:
            return self.sentence(short=self.chance(0.5))
        if kind < 0.32:
            more = f" and {self.verb_form()} {self.noun_phrase()}" if self.chance(0.5) else ""
            return capitalise(f"{self.verb_form()} {self.noun_phrase()}{more}")
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

    def speaker(self) -> str:
        """Name who is quoted: somebody known, somebody new, an organisation, or with a role."""
        draw = self.draw
        kind = draw.random()
        if kind < 0.5:
            return draw.choice(self.people)
        if kind < 0.65:
            return inventing.person(draw)
        if kind < 0.8:
            return draw.choice(self.organizations)
        return f"{draw.choice(self.people)}, {draw.choice(lines('roles'))}"

    def source(self) -> str:
        """Name what a fact or a quotation is from."""
        draw = self.draw
        kind = draw.random()
        if kind < 0.4:
            return self.title()
        if kind < 0.7:
            return f"{inventing.organization(draw)}, {draw.randint(1890, 2027)}"
        return draw.choice(self.organizations)


def quotable(text: str) -> str:
    """Take out the marks of Markdown, with which nothing can be quoted."""
    return text.translate(_NEVER_QUOTED)
