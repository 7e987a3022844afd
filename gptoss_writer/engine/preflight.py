"""Whether a model fits the memory, decided from figures before any of it is loaded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gptoss_writer.errors import ResourceError
from gptoss_writer.machine.memory import Memory

WeightsMode = Literal["auto", "mmap", "repack"]
WEIGHTS_MODES: tuple[WeightsMode, ...] = ("auto", "mmap", "repack")
Verdict = Literal["fits", "tight", "refused"]

SMALL_MODEL_BYTES = 1_000_000_000
SPARE_BYTES = 1_000_000_000
"""What `auto` leaves to the rest of the system before it copies weights."""


@dataclass(frozen=True, slots=True)
class MemoryNeed:
    """Bytes of memory a run takes at most. `held` of `program` are in use already.

    `weights` are pages of the model's file that are used all the time: the system can take them
    back and read them again, at the price of speed; below `least_weights` a run would be nothing
    but reading. `other_pages` are those of files that hardly matter: weights that were copied, and
    the program's code. The rest is memory of our own: `repacked` copies of weights, `cache` for
    keys and values, `compute` buffers, and the `program` with its vocabulary.
    """

    weights: int
    least_weights: int
    other_pages: int
    repacked: int
    cache: int
    compute: int
    program: int
    held: int

    @property
    def own(self) -> int:
        """What cannot be given back while the model is loaded."""
        return self.repacked + self.cache + self.compute + self.program

    @property
    def total(self) -> int:
        """What the run uses all the time."""
        return self.own + self.weights

    @property
    def peak(self) -> int:
        """The most memory that the process shows where the system takes nothing back."""
        return self.total + self.other_pages

    @property
    def least(self) -> int:
        """What must be available, beyond what is held, for a run that is worth its time."""
        return self.own - self.held + self.least_weights

    def verdict(self, available: int) -> Verdict:
        """Compare with the bytes that are available."""
        if self.total - self.held <= available:
            return "fits"
        return "tight" if self.least <= available else "refused"


@dataclass(frozen=True, slots=True)
class Preflight:
    """What a context of so many tokens needs in both modes, what there is, and what follows.

    `mode` is how the weights will be loaded, `reason` why, as half a sentence.
    """

    context_tokens: int
    mmap: MemoryNeed
    repack: MemoryNeed
    memory: Memory
    mode: Literal["mmap", "repack"]
    reason: str

    @property
    def need(self) -> MemoryNeed:
        """What the chosen mode needs."""
        return self.repack if self.mode == "repack" else self.mmap

    @property
    def verdict(self) -> Verdict:
        """Whether it fits: wholly, with weights read again and again, or not at all."""
        return self.need.verdict(self.memory.available)

    def require_fit(self, path: str) -> None:
        """Raise `ResourceError`, with the figures and what would help, where it does not fit."""
        if self.verdict != "refused":
            return
        least = self.need.least
        bound = f", in a control group of {gigabytes(self.memory.limit)}" * bool(self.memory.limit)
        raise ResourceError(
            f"There is not enough memory for {path}: {gigabytes(least)} are needed at least, and "
            f"{gigabytes(self.memory.available)} are available{bound}.",
            " ".join(self._remedies()),
        )

    def _remedies(self) -> list[str]:
        available, remedies = self.memory.available, []
        if self.mode == "repack" and self.mmap.verdict(available) != "refused":
            remedies.append("Use --weights mmap, which needs less.")
        remedies.append("Close other programs and run the same command again.")
        if self.memory.limit and self.memory.limit < self.memory.total:
            remedies.append("A container can also be given more memory.")
        if self.need.least - self.need.cache <= available:
            remedies.append(
                f"A context of {self.context_tokens:,} tokens takes {gigabytes(self.need.cache)}; "
                "--context sets a smaller one."
            )
        return remedies


def decide(
    asked: WeightsMode, context_tokens: int, mmap: MemoryNeed, repack: MemoryNeed, memory: Memory
) -> Preflight:
    """Choose how the weights are loaded. `auto` repacks where there is plenty of room for it."""
    mode: Literal["mmap", "repack"] = "mmap"
    room = memory.available - SPARE_BYTES
    if asked != "auto":
        mode, reason = asked, f"--weights {asked}"
    elif repack.repacked == 0:
        reason = "this model has no weights that could be repacked"
    elif mmap.weights < SMALL_MODEL_BYTES:
        # Mapped and repacked weights round differently; so a small model writes the same
        # everywhere.
        reason = "a small model is quick either way"
    elif repack.total - repack.held <= room:
        mode, reason = "repack", "faster, and there is room for it"
    else:
        reason = f"repacking would need {gigabytes(repack.total)}"
    return Preflight(context_tokens, mmap, repack, memory, mode, reason)


def gigabytes(size: int) -> str:
    """Write a number of bytes in GB of 10^9 bytes, or in what is less, with three digits or so."""
    if size >= 1e9:  # noqa: PLR2004 - a GB
        return f"{size / 1e9:.1f} GB"
    if size >= 1e5:  # noqa: PLR2004 - a tenth of a MB
        return f"{size / 1e6:.0f} MB" if size >= 1e8 else f"{size / 1e6:.1f} MB"  # noqa: PLR2004 - 100 MB
    return f"{size:,} bytes" if size else "none"
