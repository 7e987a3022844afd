"""Writes the sections of a draft again for `verify --rerun`, with the model that wrote them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from gptoss_writer.cli.desk import Desk
from gptoss_writer.cli.interrupts import interruptible
from gptoss_writer.cli.opening import place_of_model
from gptoss_writer.cli.places import read_settings
from gptoss_writer.cli.terminal import Terminal
from gptoss_writer.engine.choose import EngineOptions, open_engine
from gptoss_writer.engine.interface import Cancellation
from gptoss_writer.engine.preflight import WeightsMode
from gptoss_writer.events import silent
from gptoss_writer.prompt.templates import load_templates
from gptoss_writer.receipt.rerunning import Again, Compared, Rerun, sort_out, what_may_differ
from gptoss_writer.receipt.versions import bindings_version


def run_again(desk: Desk, model: str | None, terminal: Terminal) -> tuple[Compared, ...]:
    """Write every section again that can be, and compare; in the order of the article.

    Nothing of the draft is changed. Raises `ModelError` where the model is not there, and what an
    engine raises.
    """
    again, others = sort_out(desk.draft, desk.outline)
    done = list(others)
    if again:
        done += _written_again(desk, again, model, terminal)
    return tuple(sorted(done, key=lambda item: desk.order.index(item.section_id)))


def _written_again(
    desk: Desk, again: tuple[Again, ...], model: str | None, terminal: Terminal
) -> Iterator[Compared]:
    """Open the model once for each way in which it was loaded then."""
    used, folder = desk.draft.settings.model, desk.draft.settings.prompts
    settings = read_settings({"model": model})
    path = place_of_model(settings, used.path if used else "", terminal)
    templates = load_templates(Path(folder) if folder else None)
    bindings, cancellation = bindings_version(), Cancellation()
    with (
        tempfile.TemporaryDirectory(prefix="gptoss-writer-verify-") as place,
        interruptible(cancellation),
    ):
        rerun = Rerun(desk.draft, desk.outline, templates, Path(place))
        for loading in dict.fromkeys(item.loading for item in again):
            threads, weights = loading
            mode: WeightsMode = "repack" if weights == "repack" else "mmap"
            options = EngineOptions(threads=threads, weights=mode)
            with closing(open_engine(path, options)) as engine:
                for item in again:
                    if item.loading != loading:
                        continue
                    terminal.say(f"Writing section {item.record.section_id} again.")
                    compared = rerun.compare(item, engine, cancellation, silent)
                    if compared.verdict == "different":
                        why = "; or ".join(what_may_differ(item, bindings))
                        reason = f"{compared.reason} That may be: {why}."
                        compared = replace(compared, reason=reason)
                    yield compared
