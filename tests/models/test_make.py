"""The recipe as a whole: its stages, the text of each, and what is decided beforehand."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest

from models.demo.tokenizer import Tokenizer

pytest.importorskip("tokenizers", reason="the recipe's own dependency is not installed")
pytest.importorskip("torch", reason="the recipe's own dependency is not installed")
pytest.importorskip("gguf", reason="the recipe's own dependency is not installed")

import torch

from models.demo import make
from models.demo.make import STAGES, Recipe
from models.demo.optimizers import Schedule

SHARE = 3e-6


def recipe(folder: Path, tokenizer: Tokenizer, device: str, share: float = SHARE) -> Recipe:
    """Give a recipe for a few articles, whose tokenizer is there already."""
    made = Recipe(folder, folder / "made.gguf", torch.device(device), workers=1, share=share)
    tokenizer.save(made.tokenizer)
    return made


@pytest.mark.parametrize("device", ["cpu", "cuda"])
def test_each_stage_has_a_text_of_its_own(
    tmp_path: Path, small_tokenizer: Tokenizer, device: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One after the other, the next one written meanwhile where a GPU learns."""
    monkeypatch.setattr(make, "_ROUNDS", 1)
    counts = []
    for number, text in enumerate(make._texts(recipe(tmp_path, small_tokenizer, device), SHARE)):
        counts.append(text.articles)
        written = {path.name.split("-")[0] for path in tmp_path.glob("*.npz")}
        assert {stage.name for stage in STAGES[: number + 1]} <= written
        if device == "cpu":
            assert {stage.name for stage in STAGES[: number + 1]} == written

    assert [1, 1, 1] == counts


def test_a_run_that_is_left_leaves_nothing_running(
    tmp_path: Path, small_tokenizer: Tokenizer
) -> None:
    """The process that writes the next text ends with the run."""
    texts = make._texts(recipe(tmp_path, small_tokenizer, "cuda"), SHARE)
    next(texts)
    texts.close()

    assert [] == multiprocessing.active_children()


@pytest.mark.parametrize("share", [1.0, 0.05, 0.001])
def test_the_rate_reaches_its_peak_in_every_stage(
    tmp_path: Path, small_tokenizer: Tokenizer, share: float
) -> None:
    """However little text fits, most of a stage is not its warm-up."""
    for stage in STAGES:
        tokens = int(stage.full_tokens * share)
        settings = make._settings(recipe(tmp_path, small_tokenizer, "cpu"), stage, tokens)
        schedule = Schedule(
            settings.peak_rate, tokens, settings.warm_up_tokens, settings.decay_share
        )
        assert schedule.rate(tokens // 10) > 0.85 * settings.peak_rate


def test_what_was_decided_once_stays(tmp_path: Path, small_tokenizer: Tokenizer) -> None:
    """A second run with another share goes on with the first one's."""
    assert 0.5 == make._share(recipe(tmp_path, small_tokenizer, "cpu", share=0.5))
    assert 0.5 == make._share(recipe(tmp_path, small_tokenizer, "cpu", share=0.1))


@pytest.mark.parametrize("share", ["0", "1.5", "-1", "much"])
def test_a_share_is_a_part(share: str, tmp_path: Path) -> None:
    """Nothing, and more than all, are no shares."""
    with pytest.raises(SystemExit):
        make.main(["--work", str(tmp_path), "--share", share])
