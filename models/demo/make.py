"""Makes the demo model from nothing: tokenizer, training text, training, GGUF.

    python -m models.demo.make [--hours 3] [--device cuda] [--work FOLDER] [--out FILE.gguf]

Two stages: outlines as they come, then mostly outlines with much material, whose prompts and texts
are long. Stopped at any moment, the same command goes on. With a fixed number of hours it measures
how fast this machine learns and takes as much text as fits, at most the 66 million tokens of the
first two stages of the model that ships. Needs `pip install torch==2.13.0 tokenizers gguf` besides
the program itself.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import torch

from models.demo.batches import batch_plans, make_batch
from models.demo.export import Precision, export
from models.demo.merges import learn_tokenizer, texts_of
from models.demo.network import Config
from models.demo.packing import pack
from models.demo.samples import Mixture, draw_articles
from models.demo.shards import Shard
from models.demo.tokenizer import Tokenizer
from models.demo.training import Course, Settings, Training, load_checkpoint, load_network, train

_TOKENIZER_ARTICLES = 1200
_TRIAL_ARTICLES, _TRIAL_STEPS = 60, 10
_HELD_OUT_ARTICLES, _HELD_OUT_SEED = 64, 500
_SHARE_FOR_TRAINING = 0.9
# Small steps, about one and a half articles each, so that a few hours have many of them. On two
# cores they cost no more a token: 1,959 tokens a second, and 1,825 in steps of 10,000, as
# `models.demo.training --tokens-a-step` prints.
# The peak rate and the courses below were chosen by hand, in trials of some minutes.
_TOKENS_A_STEP, _PEAK_RATE = 4000, 1.5e-3


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of the training: how much, and the share of its articles that have much material.

    The learning rate rises over `warm_up_tokens` and falls over `decay_share` of the stage.
    """

    name: str
    full_tokens: int
    dense: float
    tokens_an_article: int
    warm_up_tokens: int
    decay_share: float


STAGES = (
    Stage(
        name="plain",
        full_tokens=44_000_000,
        dense=0.0,
        tokens_an_article=2750,
        warm_up_tokens=300_000,
        decay_share=0.0,
    ),
    Stage(
        name="dense",
        full_tokens=22_000_000,
        dense=0.6,
        tokens_an_article=4100,
        warm_up_tokens=100_000,
        decay_share=1.0,
    ),
)
FULL_TOKENS = sum(stage.full_tokens for stage in STAGES)


@dataclass(frozen=True, slots=True)
class Recipe:
    """Where everything goes, and what is decided beforehand."""

    work: Path
    out: Path
    hours: float
    device: torch.device
    workers: int
    seed: int = 1

    @property
    def tokenizer(self) -> Path:
        """The file of the tokenizer."""
        return self.work / "tokenizer.json"

    def checkpoint(self, stage: Stage) -> Path:
        """Give the file of a stage's checkpoint."""
        return self.work / f"{stage.name}.pt"


def make(recipe: Recipe) -> None:
    """Take each step that has no result yet."""
    recipe.work.mkdir(parents=True, exist_ok=True)
    recipe.out.parent.mkdir(parents=True, exist_ok=True)
    if not recipe.tokenizer.exists():
        _say("Learning the tokenizer.")
        samples = islice(draw_articles(recipe.seed), _TOKENIZER_ARTICLES)
        learn_tokenizer(texts_of(samples)).save(recipe.tokenizer)
    share = _share(recipe)
    for number, stage in enumerate(STAGES):
        _say(f"Stage {number + 1} of {len(STAGES)}: {stage.name}.")
        _train(recipe, number, int(stage.full_tokens * share))
    network = load_network(recipe.checkpoint(STAGES[-1]))
    export(network, Tokenizer.load(recipe.tokenizer), recipe.out, Precision())
    _say(f"{recipe.out}: {recipe.out.stat().st_size / 1e6:.2f} MB")


def _train(recipe: Recipe, number: int, tokens: int) -> None:
    """Carry out a stage, or what is left of it; it starts with the weights of the one before."""
    stage, seed = STAGES[number], recipe.seed + number
    shard = _shard(recipe, stage, tokens // stage.tokens_an_article + 1, seed)
    held_out = _shard(recipe, stage, _HELD_OUT_ARTICLES, _HELD_OUT_SEED + number)
    config = Config(vocabulary=shard.vocabulary)
    training = Training(config, _settings(recipe, stage, tokens), recipe.device)
    checkpoint = recipe.checkpoint(stage)
    if checkpoint.exists():
        training.restore(checkpoint)
    elif number:
        weights = load_checkpoint(recipe.checkpoint(STAGES[number - 1]))["network"]
        training.network.load_state_dict(weights)
    if training.is_done:
        return
    if recipe.device.type == "cuda":
        training.network.compile_layers()
    train(training, shard, Course(checkpoint, held_out=held_out))


def _settings(recipe: Recipe, stage: Stage, tokens: int) -> Settings:
    return Settings(
        tokens,
        recipe.seed,
        optimizer="muon",
        peak_rate=_PEAK_RATE,
        warm_up_tokens=stage.warm_up_tokens,
        decay_share=stage.decay_share,
        tokens_a_step=_TOKENS_A_STEP,
    )


def _shard(recipe: Recipe, stage: Stage, articles: int, seed: int) -> Shard:
    """Read a shard, made first where it is not there."""
    path = recipe.work / f"{stage.name}-{seed}-{articles}.npz"
    if not path.exists():
        _say(f"Writing {articles:,} articles of training text.")
        tokenizer, workers = recipe.tokenizer, recipe.workers
        pack(tokenizer, articles, seed, workers, Mixture(stage.dense)).save(path)
    return Shard.load(path)


def _share(recipe: Recipe) -> float:
    """Decide which share of the full text fits into the hours; once decided it stays."""
    plan = recipe.work / "share.json"
    if not plan.exists():
        seconds = sum(
            stage.full_tokens / _speed(recipe, number) for number, stage in enumerate(STAGES)
        )
        share = min(1.0, recipe.hours * 3600 * _SHARE_FOR_TRAINING / seconds)
        _say(f"All {FULL_TOKENS / 1e6:.0f} M tokens would take {seconds / 3600:.1f} hours here.")
        _say(f"{FULL_TOKENS * share / 1e6:.1f} M tokens fit into {recipe.hours:g}.")
        plan.write_text(json.dumps({"share": share}) + "\n", "utf-8")
    return float(json.loads(plan.read_text("utf-8"))["share"])


def _speed(recipe: Recipe, number: int) -> float:
    """Measure tokens a second in a few steps of a stage, the first left out."""
    stage = STAGES[number]
    shard = _shard(recipe, stage, _TRIAL_ARTICLES, _HELD_OUT_SEED + number)
    settings = _settings(recipe, stage, FULL_TOKENS)
    training = Training(Config(vocabulary=shard.vocabulary), settings, recipe.device)
    if recipe.device.type == "cuda":
        training.network.compile_layers()
    plans = batch_plans(shard, recipe.seed, settings.tokens_a_step)
    started, before = time.monotonic(), 0
    for step, plan in enumerate(islice(plans, _TRIAL_STEPS)):
        training.step(make_batch(shard, plan, recipe.device)).item()
        if step == 0:
            started, before = time.monotonic(), training.tokens
    speed = (training.tokens - before) / (time.monotonic() - started)
    _say(f"{stage.name}: {speed:,.0f} tokens a second.")
    return speed


def _say(line: str) -> None:
    print(line, flush=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the model that the command line asks for."""
    parser = argparse.ArgumentParser(description="Make the demo model from nothing.")
    parser.add_argument("--work", type=Path, default=Path("build/demo"))
    parser.add_argument("--out", type=Path, help="[default: made.gguf in --work]")
    parser.add_argument("--hours", type=float, default=3.0)
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--workers", type=int, default=2, help="processes that write text")
    options = parser.parse_args(arguments)
    make(
        Recipe(
            options.work,
            options.out or options.work / "made.gguf",
            options.hours,
            torch.device(options.device),
            options.workers,
        )
    )


if __name__ == "__main__":
    main()
