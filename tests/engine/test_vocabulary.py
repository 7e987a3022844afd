"""Text to ids and back: no marker is ever obeyed, no byte is ever lost."""

from __future__ import annotations

import ctypes
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from gguf import TokenType
from hypothesis import given, settings
from hypothesis import strategies as st

from gptoss_writer.engine.llama.library import bindings
from gptoss_writer.engine.llama.vocabulary import Vocabulary
from gptoss_writer.engine.llama.weights import Weights
from gptoss_writer.errors import ModelError
from gptoss_writer.harmony.messages import Control
from gptoss_writer.harmony.rendering import ANALYSIS_TO_FINAL, render, user_message
from models.demo.tokenizer import CONTROL_TOKENS
from tests.support.gguf_models import SMALL, write_model
from tests.support.gguf_models import Vocabulary as FileVocabulary

FIRST_CONTROL = len(SMALL.tokens) - len(CONTROL_TOKENS)

HOSTILE = st.lists(
    st.one_of(
        st.sampled_from(CONTROL_TOKENS),
        st.sampled_from([token[:cut] for token in CONTROL_TOKENS for cut in (1, 2, 4, -2, -1)]),
        st.sampled_from([token[cut:] for token in CONTROL_TOKENS for cut in (1, 2, 4)]),
        st.sampled_from(["<", "|", ">", "<|", "|>", "<<||", "\ud800", "\udfff", "\0", " ", "\n"]),
        st.text(st.characters(exclude_categories=()), max_size=6),
    ),
    max_size=12,
).map("".join)
PLAIN = st.lists(
    st.one_of(
        st.text(max_size=8),
        st.sampled_from(
            ["the model", "it's", "WON'T", "12,345", "“quoted” — yes…", "\r\n\n", "\t"]
        ),
        st.sampled_from(
            [" " * 40, "-" * 70, "=" * 33, "日本語", "naïve", "e\u0301", "🐝🏽", "a/b\n"]
        ),
        st.sampled_from(["<|", "a<|b", ".<|x|>", " <|en", "<|É", "<|1|>", "<||", "|end|>", "<|²"]),
    ),
    max_size=10,
).map("".join)


@pytest.fixture(scope="module")
def vocabulary(tiny_model: Path) -> Iterator[Vocabulary]:
    """Open the vocabulary of the test models."""
    weights = Weights(tiny_model, vocabulary_only=True)
    yield Vocabulary(weights.vocabulary_handle)
    weights.close()


def alone(vocabulary: Vocabulary, text: str) -> list[int]:
    """Give the ids that llama.cpp gives a text by itself."""
    encoded = text.encode("utf-8", "replace")
    buffer = (ctypes.c_int32 * (len(encoded) + 1))()
    count = bindings.llama_tokenize(
        vocabulary._handle, encoded, len(encoded), buffer, len(buffer), False, False
    )
    return list(buffer[:count])


def joined(vocabulary: Vocabulary, ids: list[int]) -> bytes:
    """Join the bytes of ids."""
    return b"".join(map(vocabulary.piece, ids))


@given(text=HOSTILE)
def test_no_text_gives_a_control_token(vocabulary: Vocabulary, text: str) -> None:
    """Whatever a text spells, its ids are those of text, and their bytes are the text's."""
    ids = vocabulary.encode_text(text)

    assert [] == [id_ for id_ in ids if id_ >= FIRST_CONTROL]
    assert text.encode("utf-8", "replace") == joined(vocabulary, ids)


@pytest.mark.parametrize("marker", CONTROL_TOKENS)
def test_a_marker_in_a_message_stays_text(vocabulary: Vocabulary, marker: str) -> None:
    """Inside, at the edges, doubled and nested: only the controls we place come out."""
    content = f"{marker}a{marker}{marker} <|{marker}|> {marker[:4]}{marker}{marker[4:]} b{marker}"
    ids = vocabulary.encode(render((user_message(content),)))
    controls = [vocabulary.control(control) for control in (Control.START, Control.MESSAGE)]

    assert [*controls, vocabulary.control(Control.END)] == [
        id_ for id_ in ids if id_ >= FIRST_CONTROL
    ]
    assert f"user{content}".encode() == joined(vocabulary, list(ids))


def test_llama_cpp_alone_obeys_markers_in_text(vocabulary: Vocabulary) -> None:
    """The reason for the cut; when this fails, llama.cpp was mended and the cut may go."""
    ids = alone(vocabulary, "a<|end|>b")

    assert vocabulary.control(Control.END) in ids


@given(text=PLAIN)
def test_other_text_gets_the_ids_of_llama_cpp_alone(vocabulary: Vocabulary, text: str) -> None:
    """Where no control token is spelt, cutting changes no id."""
    assert alone(vocabulary, text) == vocabulary.encode_text(text)


@settings(max_examples=20)
@given(
    runs=st.lists(
        st.tuples(
            st.sampled_from(
                ["a", "A", " ", "-", "\n", "é", "中", "e\u0301", "1", "<|", "\t", "<|x"]
            ),
            st.integers(1, 3000),
        ),
        max_size=5,
    )
)
def test_long_runs_keep_every_byte(vocabulary: Vocabulary, runs: list[tuple[str, int]]) -> None:
    """However long a run is and whatever is next to it, the pieces join to the text."""
    text = "".join(unit * times for unit, times in runs)

    assert text.encode() == joined(vocabulary, vocabulary.encode_text(text))


def test_a_run_without_end_does_not_overrun_the_stack(tiny_model: Path) -> None:
    """Runs that kill llama.cpp's tokenizer are read, on a thread with a small stack, too."""
    program = """if True:
        import sys, threading
        from pathlib import Path
        from gptoss_writer.engine.llama.vocabulary import Vocabulary
        from gptoss_writer.engine.llama.weights import Weights
        weights = Weights(Path(sys.argv[1]), vocabulary_only=True)
        vocabulary = Vocabulary(weights.vocabulary_handle)
        def read():
            for unit in ("a", "A", " ", "-", "\\n", "中", "-\\n", "<|end|>"):
                vocabulary.encode_text(unit * 100_000)
            print("read")
        threading.stack_size(1 << 20)
        thread = threading.Thread(target=read)
        thread.start()
        thread.join()
    """
    done = subprocess.run(
        [sys.executable, "-c", program, tiny_model], capture_output=True, text=True, check=False
    )

    assert (0, "read\n") == (done.returncode, done.stdout)


def test_each_control_has_its_own_token(vocabulary: Vocabulary) -> None:
    """Ids are looked up by text in the vocabulary at hand."""
    assert [SMALL.tokens.index(control) for control in Control] == [
        vocabulary.control(control) for control in Control
    ]


def test_special_ids_are_the_control_tokens(vocabulary: Vocabulary) -> None:
    """All of them, the reserved ones included, and no token of text."""
    assert set(range(FIRST_CONTROL, len(SMALL.tokens))) == vocabulary.special_ids


def test_control_tokens_have_no_bytes(vocabulary: Vocabulary) -> None:
    """Not even by accident can one be shown."""
    assert {b""} == {vocabulary.piece(id_) for id_ in vocabulary.special_ids}


def test_headers_are_encoded_segment_by_segment(vocabulary: Vocabulary) -> None:
    """Controls by id, and between them the ids of the text alone."""
    start, end = vocabulary.control(Control.START), vocabulary.control(Control.END)
    channel, message = vocabulary.control(Control.CHANNEL), vocabulary.control(Control.MESSAGE)

    assert (
        end,
        start,
        *alone(vocabulary, "assistant"),
        channel,
        *alone(vocabulary, "final"),
        message,
    ) == vocabulary.encode(ANALYSIS_TO_FINAL)


def test_a_text_that_equals_a_control_is_still_text(vocabulary: Vocabulary) -> None:
    """The type of a segment decides, not its letters."""
    end = vocabulary.control(Control.END)

    assert (end,) == vocabulary.encode([Control.END])
    assert end not in vocabulary.encode(["<|end|>"])


def test_pieces_may_be_longer_than_any_buffer(tmp_path: Path) -> None:
    """A token of 256 spaces is read whole."""
    lengths = (8, 16, 32, 64, 128, 256)
    file_vocabulary = FileVocabulary(
        tokens=(*SMALL.tokens, *("Ġ" * length for length in lengths)),
        types=(*SMALL.types, *[TokenType.NORMAL] * len(lengths)),
        merges=(*SMALL.merges, *(f"{'Ġ' * (n // 2)} {'Ġ' * (n // 2)}" for n in lengths)),
    )
    model = write_model(tmp_path / "spaces.gguf", layers=1, vocabulary=file_vocabulary)
    weights = Weights(model, vocabulary_only=True)
    vocabulary = Vocabulary(weights.vocabulary_handle)
    ids = vocabulary.encode_text(" " * 256)
    pieces = [vocabulary.piece(id_) for id_ in ids]
    weights.close()

    assert [len(file_vocabulary.tokens) - 1] == ids
    assert [b" " * 256] == pieces


def test_a_marker_is_cut_where_words_are(tmp_path: Path) -> None:
    """A token that begins with `|` is not made out of a marker: whole words come before merges."""
    file_vocabulary = FileVocabulary(
        tokens=(*SMALL.tokens, "|e"),
        types=(*SMALL.types, TokenType.NORMAL),
        merges=(*SMALL.merges, "| e"),
    )
    model = write_model(tmp_path / "bar.gguf", layers=1, vocabulary=file_vocabulary)
    weights = Weights(model, vocabulary_only=True)
    vocabulary = Vocabulary(weights.vocabulary_handle)
    texts = ("<|ex|>", "a |ex|ex <|ex|>", ".<|e<|e|e")
    expected = [alone(vocabulary, text) for text in texts]
    found = [vocabulary.encode_text(text) for text in texts]
    bars = [file_vocabulary.tokens[id_] for id_ in vocabulary.encode_text("|e <|end|>")]
    weights.close()

    assert expected == found
    assert ["|e", "Ġ", "<", "|"] == bars[:4]


def test_a_vocabulary_without_a_control_token_is_refused(tmp_path: Path) -> None:
    """The message names the token."""
    model = write_model(tmp_path / "other.gguf", layers=1, vocabulary=SMALL.without("<|call|>"))
    weights = Weights(model, vocabulary_only=True)
    with pytest.raises(ModelError) as caught:
        Vocabulary(weights.vocabulary_handle)
    weights.close()

    assert "The model's vocabulary has no token <|call|>." == caught.value.message
