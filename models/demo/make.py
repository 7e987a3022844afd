"""Makes the demo model from nothing: tokenizer, training text, training, GGUF.

    python -m models.demo.make [--share 1 | --hours 3] [--device cuda] [--work FOLDER]

Three stages: outlines as they come; then two in which a large part of them have much material, and
so long prompts and texts. Stopped at any moment, the same command goes on. With a number of hours
it measures how fast this machine learns and takes as much text as fits; with `--share 1` it takes
all of it. Needs `pip install torch==2.13.0 tokenizers gguf`
besides the program itself.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context
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

_TOKENIZER_ARTICLES = 1500
_TRIAL_ARTICLES, _TRIAL_STEPS = 60, 10
_HELD_OUT_ARTICLES, _HELD_OUT_SEED = 64, 500
_SHARE_FOR_TRAINING = 0.9
_CHECKPOINT_SECONDS = 60
_ROUNDS = 2
"""How often a text is learnt from."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Tokens a step, and the peak of the learning rate."""

    tokens_a_step: int
    peak_rate: float


# A CPU takes small steps, of about one article each, so that a few hours have many of them: on two
# cores they cost no more a token (1,959 tokens a second, and 1,825 in steps of 10,000). An H200
# takes 35 ms for a step of 10,000 tokens and for one of 32,000. The rates were chosen by hand.
PACES = {"cpu": Pace(4000, 1.5e-3), "cuda": Pace(48_000, 3e-3)}


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of the training: how many tokens, and of what.

    The learning rate rises over `warm_up_share` of the stage and falls over `decay_share` of it.
    """

    name: str
    full_tokens: int
    mixture: Mixture
    tokens_an_article: int
    warm_up_share: float
    decay_share: float


_MIXED = Mixture(dense=0.4, plans=0.5, seldom=0.25)
STAGES = (
    Stage(
        name="plain",
        full_tokens=120_000_000,
        mixture=Mixture(seldom=0.25),
        tokens_an_article=3760,
        warm_up_share=0.07,
        decay_share=0.0,
    ),
    Stage(
        name="mixed",
        full_tokens=140_000_000,
        mixture=_MIXED,
        tokens_an_article=4790,
        warm_up_share=0.03,
        decay_share=0.0,
    ),
    Stage(
        name="last",
        full_tokens=140_000_000,
        mixture=_MIXED,
        tokens_an_article=4790,
        warm_up_share=0.03,
        decay_share=1.0,
    ),
)
FULL_TOKENS = sum(stage.full_tokens for stage in STAGES)


@dataclass(frozen=True, slots=True)
class Recipe:
    """Where everything goes, and what is decided beforehand."""

    work: Path
    out: Path
    device: torch.device
    workers: int
    hours: float = 3.0
    share: float | None = None
    """Of all text; None takes as much as fits into the hours."""
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
        samples = islice(draw_articles(recipe.seed, _MIXED), _TOKENIZER_ARTICLES)
        learn_tokenizer(texts_of(samples)).save(recipe.tokenizer)
    share = _share(recipe)
    with closing(_texts(recipe, share)) as texts:
        for number, text in enumerate(texts):
            _say(f"Stage {number + 1} of {len(STAGES)}: {STAGES[number].name}.")
            _train(recipe, number, int(STAGES[number].full_tokens * share), text)
    network = load_network(recipe.checkpoint(STAGES[-1]))
    export(network, Tokenizer.load(recipe.tokenizer), recipe.out, Precision())
    _say(f"{recipe.out}: {recipe.out.stat().st_size / 1e6:.2f} MB")


def _texts(recipe: Recipe, share: float) -> Generator[Shard]:
    """Yield the text of each stage.

    Where a GPU learns, the next stage's text is written meanwhile: a CPU has better things to do.
    """
    for number in range(len(STAGES)):
        text = _text(recipe, share, number)
        with _meanwhile(recipe, share, number + 1):
            yield text


@contextmanager
def _meanwhile(recipe: Recipe, share: float, number: int) -> Iterator[None]:
    """Write a stage's text in a process of its own, where cores are idle and there is one."""
    if recipe.device.type != "cuda" or number == len(STAGES):
        yield
        return
    process = get_context("spawn").Process(target=_text, args=(recipe, share, number))
    process.start()
    try:
        yield
        process.join()
    finally:
        process.terminate()
        process.join()


def _text(recipe: Recipe, share: float, number: int) -> Shard:
    """Give what a stage learns from."""
    stage = STAGES[number]
    articles = int(stage.full_tokens * share) // _ROUNDS // stage.tokens_an_article + 1
    return _shard(recipe, stage, articles, recipe.seed + number)


def _train(recipe: Recipe, number: int, tokens: int, text: Shard) -> None:
    """Carry out a stage, or what is left of it; it starts with the weights of the one before."""
    stage = STAGES[number]
    held_out = _shard(recipe, stage, _HELD_OUT_ARTICLES, _HELD_OUT_SEED + number)
    config = Config(vocabulary=text.vocabulary)
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
    train(training, text, Course(checkpoint, _CHECKPOINT_SECONDS, held_out=held_out))


def _settings(recipe: Recipe, stage: Stage, tokens: int) -> Settings:
    pace = PACES[recipe.device.type]
    return Settings(
        tokens,
        recipe.seed,
        optimizer="muon",
        peak_rate=pace.peak_rate,
        warm_up_tokens=int(stage.warm_up_share * tokens),
        decay_share=stage.decay_share,
        tokens_a_step=pace.tokens_a_step,
    )


def _shard(recipe: Recipe, stage: Stage, articles: int, seed: int) -> Shard:
    """Read a shard, made first where it is not there."""
    path = recipe.work / f"{stage.name}-{seed}-{articles}.npz"
    if not path.exists():
        _say(f"Writing {articles:,} articles of training text.")
        tokenizer, workers = recipe.tokenizer, recipe.workers
        pack(tokenizer, articles, seed, workers, stage.mixture).save(path)
    return Shard.load(path)


def _share(recipe: Recipe) -> float:
    """Give the share of the full text, the one asked for or what fits; once decided it stays."""
    plan = recipe.work / "share.json"
    if not plan.exists():
        share = recipe.share if recipe.share is not None else _fitting_share(recipe)
        plan.write_text(json.dumps({"share": share}) + "\n", "utf-8")
    return float(json.loads(plan.read_text("utf-8"))["share"])


def _fitting_share(recipe: Recipe) -> float:
    seconds = sum(stage.full_tokens / _speed(recipe, number) for number, stage in enumerate(STAGES))
    share = min(1.0, recipe.hours * 3600 * _SHARE_FOR_TRAINING / seconds)
    _say(f"All {FULL_TOKENS / 1e6:.0f} M tokens would take {seconds / 3600:.1f} hours here.")
    _say(f"{FULL_TOKENS * share / 1e6:.1f} M tokens fit into {recipe.hours:g}.")
    return share


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
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--hours", type=float, default=3.0, help="take what fits [default: 3]")
    size.add_argument("--share", type=_share_of_text, help="of all text, above 0 and at most 1")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--workers", type=int, default=2, help="processes that write text")
    options = parser.parse_args(arguments)
    make(
        Recipe(
            options.work,
            options.out or options.work / "made.gguf",
            torch.device(options.device),
            options.workers,
            options.hours,
            options.share,
        )
    )


def _share_of_text(text: str) -> float:
    share = float(text)
    if not 0 < share <= 1:
        raise ValueError(text)
    return share


if __name__ == "__main__":
    main()
