"""Training text as numbers: articles, their sections, and which tokens are to be learnt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from models.demo.samples import ArticleSample, SectionSample
from models.demo.tokenizer import Tokenizer

LONGEST_TEXT = 2048
"""The most tokens of a prefix and a section together; longer sections are left out."""

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
    def pack(cls, articles: Iterable[ArticleSample], tokenizer: Tokenizer) -> Self:
        """Tokenise articles; sections that are too long are left out, and articles without any."""
        texts: list[tuple[list[int], list[bool]]] = []
        prefix_lengths, section_counts, section_lengths = [], [], []
        for article in articles:
            prefix = tokenizer.encode_segments(article.prefix)
            packed = [_pack_section(section, tokenizer) for section in article.sections]
            sections = [text for text in packed if len(prefix) + len(text[0]) <= LONGEST_TEXT]
            if sections:
                texts += [(prefix, [False] * len(prefix)), *sections]
                prefix_lengths.append(len(prefix))
                section_counts.append(len(sections))
                section_lengths += [len(ids) for ids, _ in sections]
        return cls(
            np.array([id_ for ids, _ in texts for id_ in ids], np.uint16),
            np.array([flag for _, flags in texts for flag in flags], np.bool_),
            np.array(prefix_lengths, np.int64),
            np.array(section_counts, np.int64),
            np.array(section_lengths, np.int64),
            tokenizer.size,
        )

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


def _pack_section(section: SectionSample, tokenizer: Tokenizer) -> tuple[list[int], list[bool]]:
    """Tokenise a section; its first token cannot be learnt, as it follows no other."""
    ids = tokenizer.encode_segments(section.prompt)
    flags = [False] * len(ids)
    for segment, is_learnt in section.answer:
        more = tokenizer.encode_segments([segment])
        ids += more
        flags += [is_learnt] * len(more)
    if flags[0]:
        raise ValueError("The answer to an empty prompt cannot be learnt.")
    return ids, flags
