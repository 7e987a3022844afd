"""What is exported is what was trained: llama.cpp computes the same, through our own checks."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest

from gptoss_writer.engine.llama.header import check_model
from gptoss_writer.harmony.messages import Channel
from models.demo.packing import pack_articles
from models.demo.shards import Shard
from models.demo.tokenizer import Tokenizer
from tests.models.fake_samples import draw_fake_articles
from tests.support.turns import engine_of, events_of, text_of, turn

pytest.importorskip("torch", reason="the recipe's own dependency is not installed")

import torch

from models.demo.export import EXACT, Precision, export
from models.demo.network import Config, Network
from models.demo.parity import compare, whole_texts
from models.demo.training import Course, Settings, Training, load_network, save_network, train
from models.demo.vocabulary import load_tokenizer
from models.demo.weights import main as weights_main
from models.demo.weights import mean, read_gguf

CPU = torch.device("cpu")
COARSE = Precision(experts="MXFP4")
# As in the shipped model, the heads together are wider than the stream.
SMALL = Config(
    layers=3,
    width=64,
    heads=6,
    heads_kv=2,
    head_length=32,
    experts=4,
    expert_width=32,
)


@pytest.fixture(scope="module")
def shard(small_tokenizer: Tokenizer) -> Shard:
    """Pack some made-up articles."""
    return pack_articles(islice(draw_fake_articles(1), 60), small_tokenizer)


@pytest.fixture(scope="module")
def trained(
    small_tokenizer: Tokenizer, shard: Shard, tmp_path_factory: pytest.TempPathFactory
) -> Network:
    """Train a small network for a few seconds."""
    torch.set_num_threads(1)
    config = replace(SMALL, vocabulary=small_tokenizer.size)
    settings = Settings(8_000, warm_up_tokens=1000, tokens_a_step=1000, start="random")
    training = Training(config, settings, CPU)
    course = Course(tmp_path_factory.mktemp("training") / "demo.pt")
    train(training, shard, course)
    return load_network(course.checkpoint)


def noisy(network: Network) -> Network:
    """Make a network of the same size whose every weight matters."""
    torch.manual_seed(0)
    other = Network(network.config)
    with torch.no_grad():
        for weight in other.parameters():
            weight.add_(0.2 * torch.randn_like(weight))
    return other


@pytest.mark.parametrize("is_trained", [True, False])
def test_llama_cpp_computes_what_pytorch_computes(
    trained: Network, small_tokenizer: Tokenizer, shard: Shard, tmp_path: Path, *, is_trained: bool
) -> None:
    """In float32 the logits are the same up to rounding, whatever the weights are."""
    network = trained if is_trained else noisy(trained)
    export(network, small_tokenizer, tmp_path / "exact.gguf", EXACT)

    parity = compare(network, tmp_path / "exact.gguf", whole_texts(shard, 3))
    assert 1 == parity.same_choice
    assert 1e-3 > parity.largest_difference


@pytest.mark.parametrize("experts", ["MXFP4", "Q8_0"])
def test_a_rounded_model_chooses_nearly_the_same(
    trained: Network, small_tokenizer: Tokenizer, shard: Shard, tmp_path: Path, experts: str
) -> None:
    """A small file still says what the trained network says."""
    export(trained, small_tokenizer, tmp_path / "small.gguf", Precision(experts))

    parity = compare(trained, tmp_path / "small.gguf", whole_texts(shard, 3))
    assert 0.8 < parity.same_choice


def test_a_tokenizer_is_found_in_its_own_file_and_in_a_models(
    trained: Network, small_tokenizer: Tokenizer, tmp_path: Path
) -> None:
    """A model can be trained on with nothing but its GGUF."""
    small_tokenizer.save(tmp_path / "tokenizer.json")
    export(trained, small_tokenizer, tmp_path / "demo.gguf", Precision())

    for name in ("tokenizer.json", "demo.gguf"):
        assert small_tokenizer.tokens == load_tokenizer(tmp_path / name).tokens


def test_an_exported_model_passes_our_own_check(
    trained: Network, small_tokenizer: Tokenizer, tmp_path: Path
) -> None:
    """The header says what the model is, and the check of gpt-oss finds nothing wrong."""
    export(trained, small_tokenizer, tmp_path / "demo.gguf", Precision())

    header = check_model(tmp_path / "demo.gguf")
    assert "gpt-oss demo" == header.name
    assert small_tokenizer.size == header.vocabulary_size
    assert small_tokenizer.tokens.index("<|return|>") == header.token_ids["<|return|>"]
    assert "apache-2.0" == header.metadata["general.license"]
    assert [] == list(tmp_path.glob("*.part"))


def test_the_engine_writes_with_an_exported_model(
    trained: Network, small_tokenizer: Tokenizer, tmp_path: Path
) -> None:
    """Our engine loads the file and lets it write."""
    export(trained, small_tokenizer, tmp_path / "demo.gguf", Precision())

    with engine_of(tmp_path / "demo.gguf") as engine:
        assert text_of(events_of(engine, turn("Write.")), Channel.FINAL)


def test_a_foreign_tokenizer_is_refused(small_tokenizer: Tokenizer, tmp_path: Path) -> None:
    """A network goes with the tokenizer that it was trained with."""
    network = Network(replace(SMALL, vocabulary=small_tokenizer.size + 1))

    with pytest.raises(ValueError, match="they do not belong together"):
        export(network, small_tokenizer, tmp_path / "demo.gguf", EXACT)


def test_weights_come_back_from_the_file(
    trained: Network, small_tokenizer: Tokenizer, tmp_path: Path
) -> None:
    """An exact file gives the very weights back, a smaller one nearly, in a network that fits."""
    network = noisy(trained)
    for precision, nearness in ((EXACT, 0.0), (Precision(), 0.005), (COARSE, 0.25)):
        export(network, small_tokenizer, tmp_path / "demo.gguf", precision)

        read = read_gguf(tmp_path / "demo.gguf")

        assert network.config == read.config
        for weight, again in zip(network.parameters(), read.parameters(), strict=True):
            assert (weight - again).abs().max() <= nearness * weight.abs().max()


def test_a_mean_of_weights_is_a_checkpoint(
    trained: Network, small_tokenizer: Tokenizer, tmp_path: Path
) -> None:
    """Each counts with its share, be it a file or a checkpoint; shares must be 1 together."""
    first, second = trained, noisy(trained)
    export(first, small_tokenizer, tmp_path / "a.gguf", EXACT)
    save_network(second, tmp_path / "b.pt")

    weights_main(
        [str(tmp_path / "c.pt"), f"0.25:{tmp_path / 'a.gguf'}", f"0.75:{tmp_path / 'b.pt'}"]
    )

    parts = zip(first.parameters(), second.parameters(), strict=True)
    for mixed, (one, other) in zip(
        load_network(tmp_path / "c.pt").parameters(), parts, strict=True
    ):
        torch.testing.assert_close(mixed, 0.25 * one + 0.75 * other)
    with pytest.raises(ValueError, match="must be 1 together"):
        mean([(0.25, first), (0.5, second)])
