"""Makes the demo model from nothing: tokenizer, training text, training, GGUF.

    python -m models.demo.make [--hours 3] [--device cuda] [--work FOLDER] [--out FILE.gguf]

Stopped at any moment, the same command goes on. With a fixed number of hours it measures how fast
this machine learns and takes as much text as fits, at most the 44 million tokens of the model that
ships. Needs `pip install torch==2.13.0 tokenizers gguf` besides the program itself.
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
from models.demo.samples import draw_articles
from models.demo.shards import Shard
from models.demo.tokenizer import Tokenizer
from models.demo.training import Course, Settings, Training, load_network, train

FULL_TOKENS = 44_000_000
_TOKENIZER_ARTICLES = 1200
_TOKENS_AN_ARTICLE = 2750
_TRIAL_ARTICLES, _TRIAL_STEPS = 60, 4
_HELD_OUT_ARTICLES, _HELD_OUT_SEED = 250, 500
_SHARE_FOR_TRAINING = 0.9


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

    @property
    def checkpoint(self) -> Path:
        """The file of the training's checkpoint."""
        return self.work / "demo.pt"


def make(recipe: Recipe) -> None:
    """Take each step that has no result yet."""
    recipe.work.mkdir(parents=True, exist_ok=True)
    if not recipe.tokenizer.exists():
        _say("Learning the tokenizer.")
        samples = islice(draw_articles(recipe.seed), _TOKENIZER_ARTICLES)
        learn_tokenizer(texts_of(samples)).save(recipe.tokenizer)
    settings = _settings(recipe, _tokens(recipe))
    shard = _shard(recipe, "train", settings.tokens // _TOKENS_AN_ARTICLE + 1, recipe.seed)
    held_out = _shard(recipe, "held-out", _HELD_OUT_ARTICLES, _HELD_OUT_SEED)
    training = Training(Config(vocabulary=shard.vocabulary), settings, recipe.device)
    if recipe.checkpoint.exists():
        training.restore(recipe.checkpoint)
    if recipe.device.type == "cuda":
        training.network.compile_layers()
    train(training, shard, Course(recipe.checkpoint, held_out=held_out))
    network = load_network(recipe.checkpoint)
    export(network, Tokenizer.load(recipe.tokenizer), recipe.out, Precision())
    _say(f"{recipe.out}: {recipe.out.stat().st_size / 1e6:.2f} MB")


def _settings(recipe: Recipe, tokens: int) -> Settings:
    return Settings(tokens, recipe.seed, "muon")


def _shard(recipe: Recipe, name: str, articles: int, seed: int) -> Shard:
    """Read a shard, made first where it is not there."""
    path = recipe.work / f"{name}-{articles}.npz"
    if not path.exists():
        _say(f"Writing {articles:,} articles of training text.")
        pack(recipe.tokenizer, articles, seed, recipe.workers).save(path)
    return Shard.load(path)


def _tokens(recipe: Recipe) -> int:
    """Decide how much text fits into the hours; once decided it stays."""
    plan = recipe.work / "plan.json"
    if not plan.exists():
        speed = _speed(recipe)
        fitting = int(speed * recipe.hours * 3600 * _SHARE_FOR_TRAINING)
        tokens = min(FULL_TOKENS, fitting)
        _say(f"{speed:,.0f} tokens a second: {tokens / 1e6:.1f} M tokens fit.")
        plan.write_text(json.dumps({"tokens": tokens}) + "\n", "utf-8")
    return int(json.loads(plan.read_text("utf-8"))["tokens"])


def _speed(recipe: Recipe) -> float:
    """Measure tokens a second in a few steps, the first left out."""
    shard = _shard(recipe, "trial", _TRIAL_ARTICLES, _HELD_OUT_SEED + 1)
    settings = _settings(recipe, FULL_TOKENS)
    training = Training(Config(vocabulary=shard.vocabulary), settings, recipe.device)
    if recipe.device.type == "cuda":
        training.network.compile_layers()
    plans = batch_plans(shard, recipe.seed, settings.tokens_a_step)
    started, before = time.monotonic(), 0
    for number, plan in enumerate(islice(plans, _TRIAL_STEPS)):
        training.step(make_batch(shard, plan, recipe.device)).item()
        if number == 0:
            started, before = time.monotonic(), training.tokens
    return (training.tokens - before) / (time.monotonic() - started)


def _say(line: str) -> None:
    print(line, flush=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the model that the command line asks for."""
    parser = argparse.ArgumentParser(description="Make the demo model from nothing.")
    parser.add_argument("--work", type=Path, default=Path("build/demo"))
    parser.add_argument("--out", type=Path, default=Path("models/gpt-oss-demo.gguf"))
    parser.add_argument("--hours", type=float, default=3.0)
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--workers", type=int, default=2, help="processes that write text")
    options = parser.parse_args(arguments)
    make(
        Recipe(
            options.work, options.out, options.hours, torch.device(options.device), options.workers
        )
    )


if __name__ == "__main__":
    main()
