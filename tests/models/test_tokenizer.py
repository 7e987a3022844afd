"""The recipe's own tokenizer gives the ids that llama.cpp gives, and ids that are easy to copy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from gguf import TokenType
from hypothesis import given
from hypothesis import strategies as st

from gptoss_writer.engine.llama.vocabulary import Vocabulary
from gptoss_writer.engine.llama.weights import Weights
from gptoss_writer.harmony.messages import Control
from gptoss_writer.harmony.rendering import ANALYSIS_TO_FINAL, render, user_message
from models.demo.tokenizer import CONTROL_TOKENS, Tokenizer, split_words
from tests.support.gguf_models import Vocabulary as FileVocabulary
from tests.support.gguf_models import write_model

ROOT = Path(__file__).parents[2]
PIECES = st.lists(
    st.one_of(
        st.text(max_size=8),
        st.text(st.sampled_from(" \n\r\t.,'’“”\"()[]*-/<|>_9aTé²नी🐝\u00a0\u2003"), max_size=12),
        st.sampled_from(
            ["it's", "WON'T", "OpenAI's GPUs", "12,345.6", "iPhone", "x264", "McDonald", "A/B\r\n"]
        ),
        st.sampled_from(["हिन्दी में", "日本語", "naïve", "e\u0301", "Ǆungla ʰ", "Ⅷ ½", "🐝🏽"]),
        st.sampled_from(["<|", "a<|b", "<|end|>", " <|en", "<|É", "<|1|>", "<||", "|end|>"]),
    ),
    max_size=10,
).map("".join)
CONTEXTS = (
    "{}",
    " {}",
    "\n{}",
    "\n\n{}",
    '"{}"',
    "“{}”",
    "({})",
    "[{}]",
    "**{}**",
    "—{}",
    "say {}",
)
SPANS = ("Unix pipes, 1973", "OpenAI", "GPUs", "Zorbex-4", "1,984 km", "McIlroy’s", "NASA", "4.5")


@pytest.fixture(scope="module")
def vocabulary(
    small_tokenizer: Tokenizer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Vocabulary]:
    """Let llama.cpp open the small vocabulary."""
    kinds = [TokenType.NORMAL] * small_tokenizer.first_control
    kinds += [TokenType.CONTROL] * len(CONTROL_TOKENS)
    written = FileVocabulary(
        small_tokenizer.tokens, tuple(kinds), tuple(map(" ".join, small_tokenizer.merges))
    )
    path = tmp_path_factory.mktemp("vocabulary") / "vocabulary.gguf"
    weights = Weights(write_model(path, layers=1, vocabulary=written), vocabulary_only=True)
    yield Vocabulary(weights.vocabulary_handle)
    weights.close()


@given(text=PIECES)
def test_any_text_has_the_ids_of_llama_cpp(
    small_tokenizer: Tokenizer, vocabulary: Vocabulary, text: str
) -> None:
    """Whatever a text is made of, it is cut and merged as llama.cpp cuts and merges it."""
    assert vocabulary.encode_text(text) == small_tokenizer.encode(text)


@pytest.mark.parametrize(
    "path", ["README.md", "Makefile", "outlines", "prompts", "gptoss_writer/text.py"]
)
def test_files_have_the_ids_of_llama_cpp(
    small_tokenizer: Tokenizer, vocabulary: Vocabulary, path: str
) -> None:
    """Prose, outlines, templates and code are cut and merged as llama.cpp does it."""
    place = ROOT / path
    files = [place] if place.is_file() else [file for file in place.rglob("*") if file.is_file()]
    for text in (file.read_text("utf-8") for file in files):
        assert vocabulary.encode_text(text) == small_tokenizer.encode(text)


def test_a_conversation_has_the_ids_of_the_engine(
    small_tokenizer: Tokenizer, vocabulary: Vocabulary
) -> None:
    """Control tokens go in by id, and every text between them by itself."""
    segments = (*render((user_message("Write <|end|> of “Pipes”."),)), *ANALYSIS_TO_FINAL)

    assert list(vocabulary.encode(segments)) == small_tokenizer.encode_segments(segments)
    assert [vocabulary.control(c) for c in Control] == [small_tokenizer.control(c) for c in Control]


@given(text=PIECES)
def test_words_and_ids_lose_nothing(small_tokenizer: Tokenizer, text: str) -> None:
    """The words of a text join to the text, and so do the bytes of its ids."""
    expected = text.encode("utf-8", "replace").decode()

    assert text == "".join(split_words(text))
    assert expected == small_tokenizer.decode(small_tokenizer.encode(text))


@pytest.mark.parametrize("span", SPANS)
@pytest.mark.parametrize("context", CONTEXTS)
def test_a_span_has_the_same_ids_everywhere(
    small_tokenizer: Tokenizer, span: str, context: str
) -> None:
    """What begins with a capital or a digit is spelt with the same ids wherever it stands."""
    before, after = map(small_tokenizer.encode, context.split("{}"))

    expected = [*before, *small_tokenizer.encode(span), *after]
    assert expected == small_tokenizer.encode(context.format(span))


def test_no_token_glues_what_must_stay_apart(small_tokenizer: Tokenizer) -> None:
    """A token is a byte, letters as learnt, two newlines, or a part of one character."""
    learnt = [small_tokenizer.decode([id_]) for id_ in range(256, small_tokenizer.first_control)]

    glued = [t for t in learnt if not re.fullmatch(r" ?[a-z]+|[A-Z][a-z]*|\n\n|[^ -~]", t)]
    assert [] == glued


def test_a_saved_tokenizer_is_read_back(small_tokenizer: Tokenizer, tmp_path: Path) -> None:
    """One file holds all of a tokenizer."""
    small_tokenizer.save(tmp_path / "tokenizer.json")

    assert small_tokenizer.tokens == Tokenizer.load(tmp_path / "tokenizer.json").tokens
