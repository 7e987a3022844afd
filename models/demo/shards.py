"""Training text as numbers: articles, their sections, and which tokens are to be learnt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.uint16]
Flags = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Shard:
    """Articles one behind the other: each a prefix, then its sections.

    `ids` and `learnt` are as long as there are tokens, `prefix_lengths` and `section_counts` as
    there are articles, `section_lengths` as there are sections.
    """

    ids: Ids
    learnt: Flags
    prefix_lengths: Counts
    section_counts: Counts
    section_lengths: Counts
    vocabulary: int

    @classmethod
    def join(cls, shards: Sequence[Self]) -> Self:
        """Put shards of one vocabulary behind each other."""
        sizes = {shard.vocabulary for shard in shards}
        if len(sizes) != 1:
            raise ValueError(f"These shards have {len(sizes)} sizes of vocabularies, not one.")
        return cls(
            np.concatenate([shard.ids for shard in shards]),
            np.concatenate([shard.learnt for shard in shards]),
            np.concatenate([shard.prefix_lengths for shard in shards]),
            np.concatenate([shard.section_counts for shard in shards]),
            np.concatenate([shard.section_lengths for shard in shards]),
            sizes.pop(),
        )

    def save(self, path: Path) -> None:
        """Write one compressed file, whole or not at all."""
        aside = path.with_name(path.name + ".part")
        with aside.open("wb") as stream:
            np.savez_compressed(
                stream,
                ids=self.ids,
                learnt=np.packbits(self.learnt),
                prefix_lengths=self.prefix_lengths.astype(np.uint16),
                section_counts=self.section_counts.astype(np.uint8),
                section_lengths=self.section_lengths.astype(np.uint16),
                vocabulary=np.int64(self.vocabulary),
            )
        aside.replace(path)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote."""
        with np.load(path) as file:
            ids = file["ids"]
            return cls(
                ids,
                np.unpackbits(file["learnt"], count=len(ids)).astype(np.bool_),
                file["prefix_lengths"].astype(np.int64),
                file["section_counts"].astype(np.int64),
                file["section_lengths"].astype(np.int64),
                int(file["vocabulary"]),
            )

    @property
    def articles(self) -> int:
        """The number of articles."""
        return len(self.prefix_lengths)
