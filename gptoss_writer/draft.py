"""What travels from engine to disk to document: attempts, findings, section drafts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Origin = Literal["model", "hand"]
"""Who wrote a text: the model, or a person in an editor."""

Verdict = Literal["good", "flawed", "interrupted"]
"""What was thought of an attempt when it was written. Which attempt of a section is the accepted
one is not said here: a flawed attempt is accepted where no better one came."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One result on a text: a stable code, and a sentence for the reader and for the retry."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class TokenUsage:
    """Tokens and seconds of one or more attempts; the meaning of each is the engine's `Usage`."""

    prompt: int = 0
    cached: int = 0
    evaluated: int = 0
    analysis: int = 0
    final: int = 0
    seconds: float = 0.0

    def __add__(self, other: TokenUsage) -> TokenUsage:
        """Add up the cost of two attempts."""
        return TokenUsage(
            self.prompt + other.prompt,
            self.cached + other.cached,
            self.evaluated + other.evaluated,
            self.analysis + other.analysis,
            self.final + other.final,
            self.seconds + other.seconds,
        )


@dataclass(frozen=True, slots=True)
class Steering:
    """How often the guard changed what the model would have written.

    `rejected` tokens were drawn and not taken; `refused_ends` are ends that came too early;
    `resampled` sentences ran past the ceiling, or stood in the text already, and were written
    again; `forced_ends` are last sentences that were closed for the model.
    """

    rejected: int = 0
    refused_ends: int = 0
    resampled: int = 0
    forced_ends: int = 0

    def __add__(self, other: Steering) -> Steering:
        """Add up what was done in two texts."""
        return Steering(
            self.rejected + other.rejected,
            self.refused_ends + other.refused_ends,
            self.resampled + other.resampled,
            self.forced_ends + other.forced_ends,
        )


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Where a generation stood when a sentence had ended: all that is needed to go on from there.

    Tokens are ids of the model's vocabulary. `analysis` is the whole reasoning, `is_closed` False
    where it was cut at its limit. `final` is the text up to here, and `sentences` the numbers of
    its tokens at which a sentence begins, the last of them the one that begins now, with the token
    `following` (None: nothing was drawn yet). `refused` tells that the text wanted to end here and
    might not. `drawn`, `taken_back` and `steering` are what the text cost so far.
    """

    analysis: tuple[int, ...]
    is_closed: bool
    final: tuple[int, ...] = ()
    sentences: tuple[int, ...] = (0,)
    following: int | None = None
    refused: bool = False
    drawn: int = 0
    taken_back: int = 0
    steering: Steering = Steering()


@dataclass(frozen=True, slots=True)
class Sampling:
    """With which settings an attempt was drawn; part of its record."""

    effort: str
    seed: int
    temperature: float
    top_p: float
    top_k: int
    min_p: float


@dataclass(frozen=True, slots=True)
class Conditions:
    """Under which conditions a model wrote an attempt: what drawing it again has to rest on.

    `program` and `bindings` are the versions of this program and of llama-cpp-python, the second
    "" where llama.cpp did not write; `model_bytes` is the size of the model's file. `outline` and
    `templates` are fingerprints of all of either. `seed` is the run's and `take` the number of the
    draw; attempts derive their own seeds from both. `tolerance` is a share of the word budget. The
    limits count tokens. `weights` is how they were loaded, "" for a tape. `request` stands for
    everything that the draw was made from, the texts of the sections before it included.
    """

    program: str
    bindings: str = ""
    model_bytes: int = 0
    outline: str = ""
    templates: str = ""
    seed: int = 0
    take: int = 0
    tolerance: float = 0.0
    analysis_tokens: int = 0
    final_tokens: int = 0
    threads: int = 0
    weights: str = ""
    request: str = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at a section: the cleaned text, the reasoning behind it, and how it came about.

    `raw` is what the model wrote before cleaning, kept only where cleaning changed it. `words`
    counts `text`. `model` is the identity's fingerprint, `model_name` the name in its file, both ""
    for a person's text. `steering` is None where no guard was: for a person's text, and for an
    engine that cannot be steered. `made_from` has a value or a hash for each thing that the
    fingerprint covers, so that it can be said what changed since. `conditions` is None for a
    person's text.
    """

    section_id: str
    text: str
    words: int
    origin: Origin = "model"
    verdict: Verdict = "flawed"
    analysis: str = ""
    raw: str = ""
    findings: tuple[Finding, ...] = ()
    usage: TokenUsage = TokenUsage()
    steering: Steering | None = None
    sampling: Sampling | None = None
    model: str = ""
    fingerprint: str = ""
    because: str = ""
    model_name: str = ""
    made_from: Mapping[str, str] = field(default_factory=dict)
    conditions: Conditions | None = None


@dataclass(frozen=True, slots=True)
class SectionProgress:
    """A section whose writing was begun: what a later process needs to go on with it.

    It is at its attempt `attempt`, from 1, of the draw `take`; `earlier` are the numbers that the
    attempts before it have in the history, and `parent` is that of the section's text meanwhile, 0
    for none. `request` is a fingerprint of everything the attempt is made from, so that nothing
    else is gone on with. `words` are those of the text so far; `checkpoint` is None where nothing
    was written yet.
    """

    section_id: str
    attempt: int
    take: int
    request: str
    earlier: tuple[int, ...] = ()
    parent: int = 0
    words: int = 0
    checkpoint: Checkpoint | None = None


@dataclass(frozen=True, slots=True)
class SectionDraft:
    """The accepted text of one section, as the document is made from it."""

    section_id: str
    text: str
    words: int
    origin: Origin = "model"
