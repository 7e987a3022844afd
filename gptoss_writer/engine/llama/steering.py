"""Writes a text under a constraint: the native chain draws, and we step in only where it must not.

The fast path is llama.cpp's own: its chain draws a token and the constraint looks at the bytes. On
a rejection another one is drawn among the real logits, at the same temperature and with the same
cuts; where little is acceptable (inside a quotation) the byte trie of the vocabulary is walked
along it. Where a sentence runs past the ceiling, or says again what the text has said word for
word, the KV cache goes back to its beginning; where a run of words comes twice in a row, to where
the second one could best have gone on otherwise.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass
from math import inf

from gptoss_writer.draft import Steering
from gptoss_writer.engine.interface import (
    GenerationEvent,
    GenerationRequest,
    Retraction,
    StopReason,
    TokenEvent,
)
from gptoss_writer.engine.llama.context import Context
from gptoss_writer.engine.llama.logits import Logits
from gptoss_writer.engine.llama.repeating import repeated_run
from gptoss_writer.engine.llama.vocabulary import Vocabulary
from gptoss_writer.harmony.messages import Channel
from gptoss_writer.sampling.interface import Constraint, Ending, Mark, Verdict
from gptoss_writer.text import fold

MOST_RESAMPLED = 3
"""How often one sentence is written again before it is closed for the model."""

MOST_REDRAWN = 1.1
"""How many tokens may be drawn again in all, for each token that the text has at that time.

Three tries at a sentence of usual length stay below it. A model whose sentences never end writes
its text once more, which may come out a little longer, and costs about twice its plain text.
"""

_REPEATED_WORDS = 6
"""A sentence of so many words is written otherwise where the text has it already."""

_END_BIAS = 2.0  # logits, for each time the sentence was written again
_CONTINUATION_BYTES = range(0x80, 0xC0)  # of UTF-8; no character begins with them
_GOES_ON = frozenset("'’-")  # a word does, behind these


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the text to come back to: how many tokens it has, and the constraint's state."""

    tokens: int
    mark: Mark


@dataclass(frozen=True, slots=True)
class Written:
    """What was written, and how."""

    text: str
    drawn: int
    stop: StopReason
    steering: Steering


class SteeredText:
    """One text under a constraint, from an opened channel to its end.

    The context stands behind the channel's header, with the logits of its last token ready. `draw`
    is the native chain; it may give any token of text, or `stop_id`.
    """

    def __init__(
        self,
        context: Context,
        vocabulary: Vocabulary,
        request: GenerationRequest,
        constraint: Constraint,
        draw: Callable[[], int],
        stop_id: int,
    ) -> None:
        self._context = context
        self._vocabulary = vocabulary
        self._piece = vocabulary.piece
        self._request = request
        self._constraint = constraint
        self._draw = draw
        self._stop_id = stop_id
        self._logits = Logits(context, vocabulary, request.sampling)
        self._start = context.position
        self._header: Sequence[int] = ()
        self._tokens: list[int] = []
        self._texts: list[str] = []
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._steering = Steering()
        self._drawn = 0
        self._taken_back = 0
        self._sentence = Place(0, constraint.mark())
        self._trail: list[Mark] = []  # behind each token of the sentence
        self._fits = False
        self._preferences: dict[int, float] = {}
        self._again = 0
        self._said: set[str] = set()
        self._barred: dict[int, set[int]] = {}  # by the number of tokens before

    def write(self, header: Sequence[int]) -> Generator[GenerationEvent, None, Written]:
        """Yield the tokens of the text, and what was taken back of them.

        `header` are the tokens that were evaluated last, together.
        """
        self._header = header
        constraint, limit = self._constraint, self._request.limits.final
        while True:
            is_end = constraint.is_sentence_end
            ending = constraint.ending() if is_end else Ending.FORBIDDEN
            token = self._next(ending) if len(self._tokens) < limit else None
            if is_end and self._says_again(token):
                yield self._take_back()
                continue
            if token == self._stop_id or (is_end and self._is_end(ending, token)):
                stop: StopReason = "return"
                break
            if token is None or not self._fits:
                outcome = yield from self._overrun(can_resample=len(self._tokens) < limit)
                if outcome is not None:
                    stop = outcome
                    break
                continue
            if is_end:
                self._note_sentence(token)
            yield self._take(token)
            if self._request.cancellation.is_cancelled:
                stop = "cancelled"
                break
            self._context.extend_one(token)
            run = 0 if constraint.is_narrow else repeated_run(*self._of_sentence())
            if run and self._may_resample():
                yield self._leave_run(run)
        return Written("".join(self._texts), self._drawn, stop, self._steering)

    def _is_end(self, ending: Ending, token: int | None) -> bool:
        """Tell whether the text ends with this sentence, seen from what would come next."""
        if ending is Ending.FORBIDDEN:
            return False
        if token is None:
            return True
        return ending is Ending.FORCED and self._constraint.ends_before(self._piece(token))

    def _next(self, ending: Ending) -> int | None:
        """Draw the next token, and note whether it fits: it may begin a word too many.

        None: whatever may come next would.
        """
        self._drawn += 1
        if self._again and ending is Ending.FORBIDDEN and self._constraint.is_in_band:
            return self._draw_otherwise(bias=self._again * _END_BIAS)
        token = self._draw()
        if token in self._barred.get(len(self._tokens), ()):
            return self._draw_otherwise()
        if token == self._stop_id:
            if ending is not Ending.FORBIDDEN:
                return token
            self._steering += Steering(refused_ends=1)
            self._constraint.refuse_end()
            return self._draw_otherwise()
        verdict = self._constraint.accepts(self._piece(token))
        self._fits = verdict is Verdict.ACCEPT
        if verdict is not Verdict.REJECT:
            return token
        self._steering += Steering(rejected=1)
        return self._draw_otherwise()

    def _draw_otherwise(self, bias: float = 0.0) -> int | None:
        """Draw among what is not rejected, with ends of sentences favoured by `bias`."""
        logits, constraint = self._logits, self._constraint
        logits.read()
        if bias:
            self._preferences[len(self._tokens)] = logits.end_preference()
            logits.favour_ends(bias)
        token = None
        if not constraint.is_narrow:
            token = self._first(logits.likely())
        if token is None and not constraint.is_narrow:
            best = self._first(logits.ranked())
            token = None if best is None else self._first(logits.peers(best))
        if token is None:
            self._fits = True
            allowed = list(constraint.allowed(self._vocabulary.trie.walk))
            barred = self._barred.get(len(self._tokens), ())
            return logits.draw([other for other in allowed if other not in barred] or allowed)
        return token

    def _first(self, tokens: Iterable[int]) -> int | None:
        """Give the first token that is not rejected."""
        accepts, piece = self._constraint.accepts, self._piece
        barred = self._barred.get(len(self._tokens), ())
        for token in tokens:
            if token in barred:
                continue
            verdict = accepts(piece(token))
            if verdict is not Verdict.REJECT:
                self._fits = verdict is Verdict.ACCEPT
                return token
        return None

    def _note_sentence(self, token: int) -> None:
        """Remember where a sentence ended, once it is seen that another one begins."""
        constraint = self._constraint
        if not constraint.ends_before(self._piece(token)):
            return
        if len(self._tokens) > self._sentence.tokens:
            self._again = 0
            self._said.add(self._last_sentence())
            self._barred = {}
        self._sentence = Place(len(self._tokens), constraint.mark())
        self._trail = []

    def _of_sentence(self) -> tuple[list[int], list[str]]:
        """Give the sentence's tokens and what they say."""
        start = self._sentence.tokens
        return self._tokens[start:], self._texts[start:]

    def _last_sentence(self) -> str:
        return fold("".join(self._texts[self._sentence.tokens :]))

    def _says_again(self, token: int | None) -> bool:
        """Tell whether the sentence that ends here stands in the text already, word for word.

        `token` is what would come next: whether a sentence ends here shows only then.
        """
        if not self._said or (
            token not in (None, self._stop_id)
            and not self._constraint.ends_before(self._piece(token or 0))
        ):
            return False
        sentence = self._last_sentence()
        is_long = len(sentence.split()) >= _REPEATED_WORDS
        return is_long and sentence in self._said and self._may_resample()

    def _take_back(self) -> Retraction:
        """Go back to the beginning of the sentence, and bar one way into it.

        First what made its third word, then its second, then its first: "Ann went home" may have
        been meant as "Ann says".
        """
        texts = self._texts[self._sentence.tokens :]
        words = [place for place, text in enumerate(texts) if place == 0 or text.startswith(" ")]
        place = self._sentence.tokens + words[min(len(words), MOST_RESAMPLED - self._again) - 1]
        self._barred.setdefault(place, set()).add(self._tokens[place])
        self._constraint.rollback(self._sentence.mark)
        return self._go_back(self._sentence)

    def _leave_run(self, length: int) -> Retraction:
        """Go back into a run that came again, to where another token was likeliest.

        The token that stood there is barred. The logits of the run are gone, so it is evaluated
        once more for them.
        """
        end = len(self._tokens)
        run = self._tokens[end - length :]
        self._rewind(end - length)
        places = []
        for number, token in enumerate(run, start=end - length):
            if self._begins_word(number):
                self._logits.read()
                places.append((self._logits.regret(token), number))
            self._context.extend_one(token)
        if not places:
            return self._take_back()
        _, place = min(places)
        self._barred.setdefault(place, set()).add(self._tokens[place])
        mark = self._trail[place - self._sentence.tokens - 1]
        self._constraint.rollback(mark)
        return self._go_back(Place(place, mark))

    def _begins_word(self, number: int) -> bool:
        """Tell whether a word or mark begins with a token that is not the first of the text."""
        before, text = self._texts[number - 1][-1:], self._texts[number]
        if not text.strip() or self._piece(self._tokens[number])[0] in _CONTINUATION_BYTES:
            return False
        return not (before.isalnum() and text[0].isalnum())

    def _go_back(self, place: Place) -> Retraction:
        """Drop the text behind a place of the sentence, to be written again."""
        self._again += 1
        self._steering += Steering(resampled=1)
        retraction = self._retract(place)
        self._rewind(place.tokens)
        return retraction

    def _rewind(self, tokens: int) -> None:
        """Go back in the KV cache to where the text had so many tokens."""
        last = self._tokens[tokens - 1 : tokens] or self._header
        self._context.rewind(self._start + tokens, last)

    def _take(self, token: int) -> TokenEvent:
        """Put a token into the text."""
        piece = self._piece(token)
        self._constraint.advance(piece)
        text = self._decoder.decode(piece)
        self._tokens.append(token)
        self._texts.append(text)
        self._trail.append(self._constraint.mark())
        return TokenEvent(Channel.FINAL, text, self._drawn)

    def _overrun(
        self, *, can_resample: bool
    ) -> Generator[GenerationEvent, None, StopReason | None]:
        """Come back from a sentence that does not fit; give the reason to stop, None to go on."""
        constraint = self._constraint
        sentence = self._sentence
        constraint.rollback(sentence.mark)
        if constraint.ending() is not Ending.FORBIDDEN:
            yield self._retract(sentence)
            return "return"
        if can_resample and self._may_resample():
            yield self._go_back(sentence)
            return None
        return (yield from self._close(is_word_whole=can_resample))

    def _may_resample(self) -> bool:
        """Tell whether the sentence may be written once more."""
        more = len(self._tokens) - self._sentence.tokens
        has_room = self._taken_back + more <= MOST_REDRAWN * len(self._tokens)
        return has_room and self._again < MOST_RESAMPLED

    def _close(self, *, is_word_whole: bool) -> Generator[GenerationEvent, None, StopReason]:
        """Close the last sentence ourselves, in the band, where the model finds it least odd.

        Where it went on with a small letter behind what could be an end, that will do.
        `is_word_whole`: nothing can have been missing of the last word.
        """
        constraint = self._constraint
        closings = []
        for tokens, mark in enumerate(self._trail, start=self._sentence.tokens + 1):
            place = Place(tokens, mark)
            constraint.rollback(mark)
            closing = constraint.closing()
            if closing is not None:
                is_cut = self._is_in_word(place, is_word_whole=is_word_whole)
                preference = self._preferences.get(place.tokens, -inf)
                oddness = (is_cut, bool(closing), -preference, constraint.distance())
                closings.append((oddness, place, closing))
        if not closings:
            return "length"
        _, place, closing = min(closings, key=lambda item: item[0])
        constraint.rollback(place.mark)
        yield self._retract(place)
        for token in self._vocabulary.encode_text(closing):
            yield self._take(token)
        self._steering += Steering(forced_ends=int(bool(closing)))
        return "return"

    def _is_in_word(self, place: Place, *, is_word_whole: bool) -> bool:
        following = next(filter(None, self._texts[place.tokens :]), "")
        if not following:
            return not is_word_whole
        return following[0].isalnum() or following[0] in _GOES_ON

    def _retract(self, place: Place) -> Retraction:
        """Drop the text behind a place; the KV cache is left to the caller."""
        characters = sum(map(len, self._texts[place.tokens :]))
        self._taken_back += len(self._tokens) - place.tokens
        del self._tokens[place.tokens :], self._texts[place.tokens :]
        self._decoder.reset()
        del self._trail[max(0, place.tokens - self._sentence.tokens) :]
        self._preferences = {}
        return Retraction(Channel.FINAL, characters)
