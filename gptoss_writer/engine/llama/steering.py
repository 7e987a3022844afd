"""Writes a text under a constraint: the native chain draws, and we step in only where it must not.

The fast path is llama.cpp's own: its chain draws a token and the constraint looks at the bytes; see
`drawing` for what comes in the place of one that is rejected. Where a sentence runs past the
ceiling, or says again what the text has said word for word, the KV cache goes back to its
beginning; where a run of words comes twice in a row, to where the second one could best have gone
on otherwise.

Every sentence is drawn from a seed of its own, made of the text's and of its place. So a text can
be gone on with from any of its sentences, by another process too, and nothing shows.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace

from gptoss_writer.draft import Checkpoint, Steering
from gptoss_writer.engine.interface import (
    GenerationEvent,
    GenerationRequest,
    Retraction,
    StopReason,
    TokenEvent,
)
from gptoss_writer.engine.llama.closing import likeliest_closing
from gptoss_writer.engine.llama.context import Context
from gptoss_writer.engine.llama.drawing import Drawing, Draws
from gptoss_writer.engine.llama.logits import Logits
from gptoss_writer.engine.llama.repeating import repeated_run
from gptoss_writer.engine.llama.steered_text import Place, SteeredText
from gptoss_writer.engine.llama.vocabulary import Vocabulary
from gptoss_writer.harmony.messages import Channel
from gptoss_writer.sampling.interface import Constraint, Ending
from gptoss_writer.sampling.params import derive_seed

MOST_RESAMPLED = 3
"""How often one sentence is written again before it is closed for the model."""

MOST_REDRAWN = 1.1
"""How many tokens may be drawn again in all, for each token that the text has at that time.

Three tries at a sentence of usual length stay below it. A model whose sentences never end writes
its text once more, which may come out a little longer, and costs about twice its plain text.
"""

_SENTENCE_MARKS = (".", "!", "?")


@dataclass(frozen=True, slots=True)
class Written:
    """What was written, and how."""

    text: str
    drawn: int
    stop: StopReason
    steering: Steering


class SteeredWriter:
    """Writes one text under a constraint, from an opened channel to its end.

    The context stands behind the channel's header, with the logits of its last token ready.
    `opened` is the checkpoint of the opened channel, which those of the text are made from.
    """

    def __init__(
        self,
        context: Context,
        vocabulary: Vocabulary,
        request: GenerationRequest,
        constraint: Constraint,
        draws: Draws,
        opened: Checkpoint,
    ) -> None:
        self._context = context
        self._vocabulary = vocabulary
        self._piece = vocabulary.piece
        self._request = request
        self._constraint = constraint
        self._stop_id = draws.stop_id
        self._opened = opened
        self._start = context.position
        self._header: Sequence[int] = ()
        self._text = SteeredText(constraint, vocabulary.piece)
        logits = Logits(context, vocabulary, request.sampling)
        self._drawing = Drawing(self._text, constraint, vocabulary, logits, draws)
        self._drawn = 0
        self._drawn_before = 0

    def write(
        self, header: Sequence[int], checkpoint: Checkpoint | None = None, restored: int = 0
    ) -> Generator[GenerationEvent, None, Written]:
        """Yield the tokens of the text, and what was taken back of them.

        `header` are the tokens that were evaluated together before the text. This goes on from
        `checkpoint`; it must be acceptable to the constraint up to there. The first `restored`
        tokens of it are in the cache.
        """
        self._header = header
        self._start -= restored
        if checkpoint is not None and (yield from self._go_on_from(checkpoint, restored)):
            return self._written("cancelled")
        constraint, limit, text = self._constraint, self._request.limits.final, self._text
        while True:
            is_end = constraint.is_sentence_end
            ending = constraint.ending() if is_end else Ending.FORBIDDEN
            token = self._next(ending, limit)
            if self._says_again(token) if is_end else self._says_again_inside(token):
                yield self._take_back()
                continue
            if token == self._stop_id or (is_end and self._is_end(ending, token)):
                return self._written("return")
            if token is None or not self._drawing.fits:
                outcome = yield from self._overrun(can_resample=len(text) < limit)
                if outcome is not None:
                    return self._written(outcome)
                continue
            if is_end and constraint.ends_before(self._piece(token)):
                yield from self._begin_sentence(token)
            if (yield from self._put(token)):
                return self._written("cancelled")
            run = 0 if constraint.is_narrow else repeated_run(*self._of_sentence())
            if run and self._may_resample():
                yield self._leave_run(run)

    def _written(self, stop: StopReason) -> Written:
        drawn = self._drawn - self._drawn_before
        return Written(str(self._text), drawn, stop, self._drawing.steering)

    def _next(self, ending: Ending, limit: int) -> int | None:
        """Draw the next token; None where whatever may come next would be too much."""
        if len(self._text) >= limit:
            return None
        self._drawn += 1
        return self._drawing.next(ending)

    def _put(self, token: int) -> Generator[GenerationEvent, None, bool]:
        """Put a token behind the text and into the cache; True where the caller asked to stop."""
        yield self._take(token)
        if self._request.cancellation.is_cancelled:
            return True
        self._context.extend_one(token)
        return False

    def _go_on_from(
        self, checkpoint: Checkpoint, restored: int
    ) -> Generator[GenerationEvent, None, bool]:
        """Bring the text up to a checkpoint; True where the caller asked to stop."""
        starts = set(checkpoint.sentences)
        self._drawn_before = restored
        for number, token in enumerate(checkpoint.final):
            if number in starts:
                self._text.note_sentence()
            self._drawn = number + 1
            if number < restored:
                self._text.take(token)
                if self._drawn == restored:
                    yield TokenEvent(Channel.FINAL, str(self._text), restored)
            elif (yield from self._put(token)):
                return True
        if checkpoint.following is None:
            return False
        if checkpoint.refused:
            self._constraint.refuse_end()
        self._text.note_sentence()
        self._text.taken_back = checkpoint.taken_back
        self._drawing.steering = checkpoint.steering
        self._drawn_before = checkpoint.drawn - (len(checkpoint.final) - restored) - 1
        self._drawn = checkpoint.drawn
        self._drawing.begin_sentence(self._seed())
        return (yield from self._put(checkpoint.following))

    def _begin_sentence(self, token: int) -> Generator[GenerationEvent, None, None]:
        """Remember where a sentence ended, now that it is seen that `token` begins another."""
        text = self._text
        is_new = len(text) > text.sentence.tokens
        text.note_sentence()
        if is_new:
            self._drawing.begin_sentence(self._seed())
            yield self._checkpoint(token)

    def _seed(self) -> int:
        """Give the seed of the sentence that begins here."""
        return derive_seed(self._request.sampling.seed, "sentence", len(self._text))

    def _checkpoint(self, following: int) -> Checkpoint:
        text = self._text
        return replace(
            self._opened,
            final=tuple(text.tokens),
            sentences=tuple(text.sentences),
            following=following,
            refused=self._drawing.refused_at == len(text),
            drawn=self._drawn,
            taken_back=text.taken_back,
            steering=self._drawing.steering,
        )

    def _is_end(self, ending: Ending, token: int | None) -> bool:
        """Tell whether the text ends with this sentence, seen from what would come next."""
        if ending is Ending.FORBIDDEN:
            return False
        if token is None:
            return True
        return ending is Ending.FORCED and self._constraint.ends_before(self._piece(token))

    def _of_sentence(self) -> tuple[list[int], list[str]]:
        """Give the sentence's tokens and what they say."""
        start = self._text.sentence.tokens
        return self._text.tokens[start:], self._text.pieces[start:]

    def _says_again(self, token: int | None) -> bool:
        """Tell whether the sentence that ends here stands in the text already, word for word.

        `token` is what would come next: whether a sentence ends here shows only then.
        """
        is_over = token in (None, self._stop_id)
        if not self._text.said or not (
            is_over or self._constraint.ends_before(self._piece(token or 0))
        ):
            return False
        return self._text.is_said(self._text.last_sentence()) and self._may_resample()

    def _says_again_inside(self, token: int | None) -> bool:
        """Tell whether a sentence that stands in an open bracket was said already.

        It is no end of a sentence; but a text that never closes its bracket would else never be
        seen to repeat itself.
        """
        text = self._text
        if token is None or not text.said or not text.pieces[-1].endswith(_SENTENCE_MARKS):
            return False
        following = self._piece(token).decode(errors="ignore")
        if not following.startswith(" ") or self._constraint.is_narrow:
            return False
        return text.is_said(text.inner_sentence()) and self._may_resample()

    def _take_back(self) -> Retraction:
        """Go back to the beginning of the sentence, and bar one way into it.

        First what made its third word, then its second, then its first: "Ann went home" may have
        been meant as "Ann says".
        """
        start = self._text.sentence
        texts = self._text.pieces[start.tokens :]
        words = [place for place, text in enumerate(texts) if place == 0 or text.startswith(" ")]
        place = start.tokens + words[min(len(words), MOST_RESAMPLED - self._drawing.again) - 1]
        self._drawing.bar(place)
        return self._go_back(start)

    def _leave_run(self, length: int) -> Retraction:
        """Go back into a run that came again, to where another token was likeliest.

        The token that stood there is barred. The logits of the run are gone, so it is evaluated
        once more for them.
        """
        end = len(self._text)
        run = self._text.tokens[end - length :]
        self._rewind(end - length)
        places = []
        for number, token in enumerate(run, start=end - length):
            if self._text.begins_word(number):
                places.append((self._drawing.regret(token), number))
            self._context.extend_one(token)
        if not places:
            return self._take_back()
        _, place = min(places)
        self._drawing.bar(place)
        return self._go_back(self._text.place(place))

    def _go_back(self, place: Place) -> Retraction:
        """Drop the text behind a place of the sentence, to be written again."""
        self._drawing.again += 1
        self._drawing.steering += Steering(resampled=1)
        retraction = self._retract(place)
        self._rewind(place.tokens)
        return retraction

    def _rewind(self, tokens: int) -> None:
        """Go back in the KV cache to where the text had so many tokens."""
        last = self._text.tokens[tokens - 1 : tokens] or self._header
        self._context.rewind(self._start + tokens, last)

    def _take(self, token: int) -> TokenEvent:
        """Put a token into the text."""
        return TokenEvent(Channel.FINAL, self._text.take(token), self._drawn)

    def _overrun(
        self, *, can_resample: bool
    ) -> Generator[GenerationEvent, None, StopReason | None]:
        """Come back from a sentence that does not fit; give the reason to stop, None to go on."""
        constraint, sentence = self._constraint, self._text.sentence
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
        more = len(self._text) - self._text.sentence.tokens
        has_room = self._text.taken_back + more <= MOST_REDRAWN * len(self._text)
        return has_room and self._drawing.again < MOST_RESAMPLED

    def _close(self, *, is_word_whole: bool) -> Generator[GenerationEvent, None, StopReason]:
        """Close the last sentence ourselves, in the band, where the model finds it least odd.

        `is_word_whole`: nothing can have been missing of the last word.
        """
        found = likeliest_closing(
            self._text, self._constraint, self._drawing.preferences, is_word_whole=is_word_whole
        )
        if found is None:
            return "length"
        place, closing = found
        yield self._retract(place)
        for token in self._vocabulary.encode_text(closing):
            yield self._take(token)
        self._drawing.steering += Steering(forced_ends=int(bool(closing)))
        return "return"

    def _retract(self, place: Place) -> Retraction:
        """Drop the text behind a place; the KV cache is left to the caller."""
        self._drawing.preferences = {}
        return Retraction(Channel.FINAL, self._text.retract(place))
