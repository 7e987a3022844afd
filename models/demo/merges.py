"""Learns the merges of the demo model's tokenizer from its own training text.

    python -m models.demo.merges [--articles N] [--seed N] [--size N] OUT.json

The demo model writes by copying, and copying is easiest when a span has the same ids wherever it
stands. So merges are learnt in finer words than gpt-4o's: a lower-case word with the space before
it, or a capital with the small letters behind it. No token glues a space, a digit, a quotation
mark, a bracket, or other punctuation to anything; two newlines and the bytes of one character are
the only other merges. No merge can cross the borders of these words afterwards, because none was
learnt that does.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from tokenizers import Tokenizer as Learner
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import WhitespaceSplit
from tokenizers.trainers import BpeTrainer

from gptoss_writer.harmony.messages import Control
from models.demo.samples import ArticleSample, draw_articles
from models.demo.tokenizer import CONTROL_TOKENS, Tokenizer, byte_alphabet, spell

VOCABULARY_SIZE = 4096
_ARTICLES = 3000
_FINE_WORDS = re.compile(r" ?[a-z]+|[A-Z][a-z]*|\n\n|[^\x00-\x7f]")


def learn_tokenizer(texts: Iterable[str], size: int = VOCABULARY_SIZE) -> Tokenizer:
    """Learn a vocabulary of at most `size` tokens; less text may give fewer."""
    bytes_and_merges = size - len(CONTROL_TOKENS)
    learner = Learner(BPE())
    # GPT-2's alphabet has no white space, so white space may part the words of a line.
    learner.pre_tokenizer = WhitespaceSplit()
    trainer = BpeTrainer(
        vocab_size=bytes_and_merges,
        initial_alphabet=list(byte_alphabet().values()),
        show_progress=False,
    )
    lines = (" ".join(map(spell, _FINE_WORDS.findall(text))) for text in texts)
    learner.train_from_iterator(lines, trainer)
    return Tokenizer(_merges_of(learner))


def texts_of(articles: Iterable[ArticleSample]) -> Iterator[str]:
    """Give every text of samples, prompts and answers alike."""
    for article in articles:
        segments = [*article.prefix]
        for section in article.sections:
            segments += section.prompt
            segments += (segment for segment, _ in section.answer)
        yield from (segment for segment in segments if not isinstance(segment, Control))


def _merges_of(learner: Learner) -> list[tuple[str, str]]:
    """Read the merges out of a trained tokenizer; its own file is the only public place."""
    merges = json.loads(learner.to_str())["model"]["merges"]
    return [(first, second) for first, second in merges]


def main(arguments: Sequence[str] | None = None) -> None:
    """Learn the vocabulary that the command line asks for."""
    parser = argparse.ArgumentParser(description="Learn the demo model's tokenizer.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--articles", type=int, default=_ARTICLES)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--size", type=int, default=VOCABULARY_SIZE)
    options = parser.parse_args(arguments)
    samples = islice(draw_articles(options.seed), options.articles)
    tokenizer = learn_tokenizer(texts_of(samples), options.size)
    tokenizer.save(options.out)
    print(f"{options.out}: {tokenizer.size:,} tokens")


if __name__ == "__main__":
    main()
