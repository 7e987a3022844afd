"""Trains the demo model on shards of token ids, with checkpoints from which it goes on exactly.

    python -m models.demo.training --tokens 40e6 [--device cuda] --out DEMO.pt SHARD.npz ...

Started again with the same words, it goes on from the checkpoint. With `--weights OTHER.pt` the
weights of an earlier training are its start.
"""

from __future__ import annotations

import argparse
import time
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, fields, replace
from itertools import islice
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch

from models.demo.batches import Places, batch_plans, make_batch
from models.demo.network import Batch, Config, Network
from models.demo.optimizers import OptimizerName, Schedule, make_optimizers
from models.demo.precision import has_fast_bfloat16
from models.demo.shards import Shard
from models.demo.starting import construct

_BATCHES_AHEAD = 4
_ARTICLES_CHECKED = 64
_SECONDS_A_LINE = 15.0


StartName = Literal["constructed", "random"]


@dataclass(frozen=True, slots=True)
class Settings:
    """What decides the result of a training, beside its text."""

    tokens: int
    seed: int = 1
    optimizer: OptimizerName = "adamw"
    peak_rate: float = 2e-3
    weight_decay: float = 0.05
    warm_up_tokens: int = 600_000
    decay_share: float = 0.6
    balance_weight: float = 0.01
    tokens_a_step: int = 10_000
    clip: float = 1.0
    start: StartName = "constructed"


class Training:
    """A network on its way: its weights, its optimizers, and how far it has come."""

    def __init__(self, config: Config, settings: Settings, device: torch.device) -> None:
        torch.manual_seed(settings.seed)
        self.settings = settings
        self.device = device
        network = Network(config)
        if settings.start == "constructed":
            construct(network)
        self.network = network.to(device)
        self.optimizers = make_optimizers(self.network, settings.optimizer, settings.weight_decay)
        self.schedule = Schedule(
            settings.peak_rate, settings.tokens, settings.warm_up_tokens, settings.decay_share
        )
        self.steps = 0
        self.tokens = 0
        self._precision = torch.bfloat16 if has_fast_bfloat16(device) else torch.float32

    @property
    def is_done(self) -> bool:
        """Whether all tokens were seen."""
        return self.tokens >= self.settings.tokens

    def step(self, batch: Batch) -> torch.Tensor:
        """Learn from one batch; gives the loss, still on the device."""
        rate = self.schedule.rate(self.tokens)
        with self._autocast():
            verdict = self.network(batch)
            total = verdict.loss + self.settings.balance_weight * verdict.balance
        total.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), self.settings.clip)
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = rate
            optimizer.step()
            optimizer.zero_grad()
        self.steps += 1
        self.tokens += batch.tokens
        return verdict.loss.detach()

    def check(self, shard: Shard) -> tuple[float, float]:
        """Give the mean loss and the share of tokens foretold on text that was not learnt.

        Gradients are left on, although nobody asks for them: without them all would be compiled
        again.
        """
        losses, hits, count = 0.0, 0.0, 0
        for start in range(0, min(shard.articles, _ARTICLES_CHECKED), 4):
            articles = np.arange(start, min(shard.articles, start + 4))
            batch = make_batch(shard, articles, self.device)
            with self._autocast():
                verdict = self.network(batch)
            learnt = len(batch.targets)
            losses += verdict.loss.item() * learnt
            hits += (verdict.logits.argmax(-1) == batch.targets).sum().item()
            count += learnt
        return losses / count, hits / count

    def save(self, path: Path) -> None:
        """Write a checkpoint, whole or not at all."""
        more = {
            "settings": asdict(self.settings),
            "steps": self.steps,
            "tokens": self.tokens,
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
        }
        _save(self.network, path, more)

    def restore(self, path: Path) -> None:
        """Go on from a checkpoint of the same training."""
        state = load_checkpoint(path, self.device)
        for name, mine in (("config", self.network.config), ("settings", self.settings)):
            if state.get(name) != asdict(mine):
                found = f"{name}: {state[name]}" if name in state else "it has weights alone"
                raise SystemExit(
                    f"{path} is of another training ({found}). Choose another --out, or repeat "
                    "the arguments it was made with."
                )
        self.steps, self.tokens = state["steps"], state["tokens"]
        self.network.load_state_dict(state["network"])
        for optimizer, saved in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)

    def _autocast(self) -> torch.autocast:
        is_used = self._precision is torch.bfloat16
        return torch.autocast(self.device.type, torch.bfloat16, enabled=is_used)


def load_checkpoint(path: Path, device: torch.device | None = None) -> dict[str, Any]:
    """Read a checkpoint; nothing in it is executed."""
    return dict(torch.load(path, map_location=device or "cpu", weights_only=True))


def load_network(path: Path) -> Network:
    """Read the network of a checkpoint."""
    state = load_checkpoint(path)
    network = Network(Config(**state["config"]))
    network.load_state_dict(state["network"])
    return network


def save_network(network: Network, path: Path) -> None:
    """Write a checkpoint of weights alone, whole or not at all."""
    _save(network, path, {})


def _save(network: Network, path: Path, more: dict[str, Any]) -> None:
    aside = path.with_name(path.name + ".part")
    torch.save({"config": asdict(network.config), "network": network.state_dict(), **more}, aside)
    aside.replace(path)


@dataclass(frozen=True, slots=True)
class Course:
    """How a training is carried out, which does not change what comes of it."""

    checkpoint: Path
    checkpoint_seconds: float = 300.0
    stop_after_seconds: float = float("inf")
    held_out: Shard | None = None


def train(training: Training, shard: Shard, course: Course) -> bool:
    """Train until all tokens were seen, or the time is over; tells whether it is done."""
    settings = training.settings
    plans = batch_plans(shard, settings.seed, settings.tokens_a_step)
    batches = _ahead(islice(plans, training.steps, None), shard, training.device)
    progress = _Progress(training)
    started = saved = time.monotonic()
    while not training.is_done:
        progress.add(training.step(next(batches)))
        now = time.monotonic()
        if now - saved > course.checkpoint_seconds:
            training.save(course.checkpoint)
            saved = now
        if now - started > course.stop_after_seconds:
            break
    training.save(course.checkpoint)
    progress.show()
    if course.held_out is not None:
        loss, accuracy = training.check(course.held_out)
        print(f"held out: loss {loss:.4f}, {accuracy:.2%} of the tokens foretold", flush=True)
    return training.is_done


def _ahead(plans: Iterator[Places], shard: Shard, device: torch.device) -> Iterator[Batch]:
    """Make batches in a thread, some ahead of their use."""

    def make(plan: Places) -> Batch:
        return make_batch(shard, plan, device)

    with ThreadPoolExecutor(1) as pool:
        waiting = deque(pool.submit(make, plan) for plan in islice(plans, _BATCHES_AHEAD))
        for plan in plans:
            yield waiting.popleft().result()
            waiting.append(pool.submit(make, plan))


class _Progress:
    """A line now and then; losses are fetched from the device only for it."""

    def __init__(self, training: Training) -> None:
        self._training = training
        self._started = self._shown = time.monotonic()
        self._tokens_at_start = self._tokens_shown = training.tokens
        self._losses: list[torch.Tensor] = []

    def add(self, loss: torch.Tensor) -> None:
        self._losses.append(loss)
        if time.monotonic() - self._shown > _SECONDS_A_LINE:
            self.show()

    def show(self) -> None:
        if not self._losses:
            return
        loss = torch.stack(self._losses).mean().item()
        self._losses.clear()
        now, training = time.monotonic(), self._training
        speed = (training.tokens - self._tokens_shown) / (now - self._shown)
        mean_speed = (training.tokens - self._tokens_at_start) / (now - self._started)
        left = max(0.0, training.settings.tokens - training.tokens) / mean_speed
        print(
            f"step {training.steps:,}, {training.tokens / 1e6:.2f} of "
            f"{training.settings.tokens / 1e6:.1f} M tokens, loss {loss:.4f}, "
            f"{speed:,.0f} tokens/s, {left / 60:.1f} min left",
            flush=True,
        )
        self._shown, self._tokens_shown = now, training.tokens


def main(arguments: Sequence[str] | None = None) -> None:
    """Train as the command line asks."""
    options = _parser().parse_args(arguments)
    if options.threads:
        torch.set_num_threads(options.threads)
    shard = Shard.join([Shard.load(path) for path in options.shards])
    settings = Settings(
        int(options.tokens),
        options.seed,
        options.optimizer,
        peak_rate=options.rate,
        warm_up_tokens=int(options.warm_up),
        decay_share=options.decay_share,
        tokens_a_step=options.tokens_a_step,
        start=options.start,
    )
    config = replace(Config(vocabulary=shard.vocabulary), **dict(options.shape))
    training = Training(config, settings, torch.device(options.device))
    if options.out.exists():
        training.restore(options.out)
    elif options.weights:
        training.network.load_state_dict(load_checkpoint(options.weights)["network"])
    if options.compile or (options.compile is None and options.device == "cuda"):
        training.network.compile_layers()
    course = Course(
        options.out,
        options.checkpoint_minutes * 60,
        options.minutes * 60,
        Shard.load(options.check) if options.check else None,
    )
    weights = sum(weight.numel() for weight in training.network.parameters())
    print(f"{weights:,} weights, {len(shard.ids):,} tokens of text, {settings}", flush=True)
    train(training, shard, course)


def _parser() -> argparse.ArgumentParser:
    default = Settings(tokens=0)
    parser = argparse.ArgumentParser(description="Train the demo model.")
    parser.add_argument("shards", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, required=True, help="the checkpoint")
    parser.add_argument("--weights", type=Path, help="a checkpoint whose weights are the start")
    parser.add_argument("--check", type=Path, help="a shard that is not learnt from")
    parser.add_argument("--tokens", type=float, required=True)
    parser.add_argument("--tokens-a-step", type=int, default=default.tokens_a_step)
    parser.add_argument("--seed", type=int, default=default.seed)
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--threads", type=int, help="of the CPU")
    parser.add_argument("--optimizer", choices=("adamw", "muon"), default=default.optimizer)
    parser.add_argument("--start", choices=("constructed", "random"), default=default.start)
    parser.add_argument("--rate", type=float, default=default.peak_rate)
    parser.add_argument("--warm-up", type=float, default=default.warm_up_tokens, help="tokens")
    parser.add_argument("--decay-share", type=float, default=default.decay_share)
    parser.add_argument(
        *("--shape", "-s"),
        type=_number_of_shape,
        action="append",
        default=[],
        metavar="NAME=N",
        help="another number of the network, such as layers=4; may be repeated",
    )
    parser.add_argument("--compile", action=argparse.BooleanOptionalAction, help="on CUDA: yes")
    parser.add_argument("--checkpoint-minutes", type=float, default=5)
    parser.add_argument("--minutes", type=float, default=float("inf"), help="stop after so many")
    return parser


def _number_of_shape(text: str) -> tuple[str, int]:
    name, _, number = text.partition("=")
    if name not in {field.name for field in fields(Config)}:
        raise ValueError(name)
    return name, int(number)


if __name__ == "__main__":
    main()
