"""Training learns, goes on exactly where it stopped, and reads what packing wrote."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from models.demo import packing
from models.demo.packing import LONGEST_TEXT, pack_articles
from models.demo.shards import Shard
from models.demo.tokenizer import Tokenizer
from tests.models.fake_samples import draw_fake_articles

pytest.importorskip("tokenizers", reason="the recipe's own dependency is not installed")
pytest.importorskip("torch", reason="the recipe's own dependency is not installed")

import torch

from models.demo import batches, merges, rows
from models.demo.network import Config
from models.demo.optimizers import OptimizerName, Schedule, orthogonalise
from models.demo.training import Course, Settings, Training, load_network, train

CPU = torch.device("cpu")
SMALL = Config(
    layers=2,
    width=32,
    heads=2,
    heads_kv=1,
    head_length=16,
    experts=4,
    expert_width=32,
    vocabulary=512,
)


@pytest.fixture(scope="module")
def shard(small_tokenizer: Tokenizer) -> Shard:
    """Pack some made-up articles."""
    return pack_articles(islice(draw_fake_articles(1), 60), small_tokenizer)


@pytest.fixture(autouse=True)
def one_thread() -> None:
    """Leave the machine to others."""
    torch.set_num_threads(1)


def settings(tokens: int, optimizer: OptimizerName = "adamw") -> Settings:
    """Train in small steps."""
    return Settings(
        tokens, optimizer=optimizer, warm_up_tokens=1000, tokens_a_step=1000, start="random"
    )


@pytest.mark.parametrize("optimizer", ["adamw", "muon"])
def test_training_learns(shard: Shard, tmp_path: Path, optimizer: OptimizerName) -> None:
    """The loss falls well below that of a guess, with either optimizer."""
    training = Training(SMALL, settings(12_000, optimizer), CPU)
    before, _ = training.check(shard)

    assert train(training, shard, Course(tmp_path / "demo.pt"))
    assert before - 0.2 > training.check(shard)[0]


@pytest.mark.parametrize("optimizer", ["adamw", "muon"])
def test_training_goes_on_exactly(shard: Shard, tmp_path: Path, optimizer: OptimizerName) -> None:
    """A training that was stopped twice ends with the weights of one that was not."""
    asked = settings(12_000, optimizer)
    whole = Training(SMALL, asked, CPU)
    train(whole, shard, Course(tmp_path / "whole.pt"))
    course = Course(tmp_path / "parts.pt", stop_after_seconds=0)
    train(Training(SMALL, asked, CPU), shard, course)
    second = Training(SMALL, asked, CPU)
    second.restore(course.checkpoint)
    train(second, shard, course)
    third = Training(SMALL, asked, CPU)
    third.restore(course.checkpoint)
    train(third, shard, Course(course.checkpoint))

    assert whole.steps == third.steps > second.steps == 2
    expected = whole.network.state_dict()
    torch.testing.assert_close(third.network.state_dict(), expected, rtol=0, atol=0)
    torch.testing.assert_close(load_network(course.checkpoint).state_dict(), expected)


def test_another_training_is_not_gone_on_with(tmp_path: Path) -> None:
    """A checkpoint of other settings is refused with a message."""
    training = Training(SMALL, settings(2000), CPU)
    training.save(tmp_path / "demo.pt")

    with pytest.raises(SystemExit, match=r"is of another training \(settings: .*Choose another"):
        Training(SMALL, settings(3000), CPU).restore(tmp_path / "demo.pt")


def test_a_short_epoch_begins_again(shard: Shard) -> None:
    """There is no end to batches: epochs follow each other in another order."""
    pool = batches.batch_plans(shard, seed=3, tokens_a_batch=100_000)
    first, second = next(pool), next(pool)

    assert sorted(first) == sorted(second) == list(range(shard.articles))


def test_rates_rise_stay_and_fall() -> None:
    """The learning rate goes up, stays, and ends at zero."""
    schedule = Schedule(peak=1.0, tokens=1000, warm_up_tokens=99, decay_share=0.5)

    assert [0.01, 0.5, 1.0, 1.0, 0.5, 0.0] == [
        schedule.rate(seen) for seen in (0, 49, 99, 500, 750, 1000)
    ]


def test_a_rate_that_does_not_fall_stays_level_to_the_end() -> None:
    """A stage that another one follows hands on at its full rate."""
    schedule = Schedule(peak=1.0, tokens=1000, warm_up_tokens=99, decay_share=0.0)

    assert [1.0, 1.0] == [schedule.rate(seen) for seen in (99, 1000)]


@pytest.mark.parametrize("shape", [(3, 20, 8), (3, 8, 20)])
def test_orthogonal_updates_have_singular_values_near_one(shape: tuple[int, ...]) -> None:
    """Muon makes all directions of an update about equally strong."""
    torch.manual_seed(0)

    values = torch.linalg.svdvals(orthogonalise(torch.randn(shape)))
    assert 0.6 < values.min().item() <= values.max().item() < 1.3


def test_packing_does_not_depend_on_workers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A shard is the same from one process or two, and is read back as it was written."""
    monkeypatch.setattr(packing, "ARTICLES_A_TASK", 2)
    tokenizer, out = tmp_path / "tokenizer.json", tmp_path / "shard.npz"
    merges.main([str(tokenizer), "--articles", "20", "--size", "2048"])
    packing.main([str(out), "--tokenizer", str(tokenizer), "--articles", "4", "--workers", "2"])

    written = Shard.load(out)
    expected = packing.pack(tokenizer, articles=4, seed=1, workers=1)
    for name in ("ids", "learnt", "prefix_lengths", "section_counts", "section_lengths"):
        np.testing.assert_array_equal(getattr(expected, name), getattr(written, name))
    assert expected.vocabulary == written.vocabulary


def test_long_sections_are_left_out(small_tokenizer: Tokenizer) -> None:
    """No section of a shard is longer, with its prefix, than the network is trained for."""
    article = next(draw_fake_articles(0))
    long = type(article)((article.prefix[0], "word " * 2100), article.sections)

    shard = pack_articles([long, article], small_tokenizer)
    assert 1 == shard.articles
    assert LONGEST_TEXT >= shard.prefix_lengths.max() + shard.section_lengths.max()


def test_the_learnt_tokens_are_those_of_the_answers(small_tokenizer: Tokenizer) -> None:
    """What is marked in samples is marked in shards, token by token."""
    article = next(draw_fake_articles(0))

    shard = pack_articles([article], small_tokenizer)
    expected = [
        small_tokenizer.encode_segments([segment])
        for section in article.sections
        for segment, is_learnt in section.answer
        if is_learnt
    ]
    assert [id_ for ids in expected for id_ in ids] == shard.ids[shard.learnt].tolist()


def test_rows_of_the_output_learn_alone(shard: Shard, tmp_path: Path) -> None:
    """The loss falls, as the network itself says, and no other weight has moved."""
    before = Training(SMALL, settings(1), CPU)
    before.save(tmp_path / "before.pt")
    shard.save(tmp_path / "shard.npz")
    rows.main(
        [
            str(tmp_path / "shard.npz"),
            *("--weights", str(tmp_path / "before.pt"), "--out", str(tmp_path / "after.pt")),
            *("--rate", "0.01", "--rounds", "3"),
        ]
    )

    after = Training(SMALL, settings(1), CPU)
    after.network.load_state_dict(load_network(tmp_path / "after.pt").state_dict())
    assert before.check(shard)[0] - 0.2 > after.check(shard)[0]
    weights = dict(after.network.named_parameters())
    moved = [
        name
        for name, weight in before.network.named_parameters()
        if not torch.equal(weight, weights[name])
    ]
    assert ["output"] == moved
