"""The examination behind `doctor`: machine, model, outline; facts first, then what is wrong."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gptoss_writer.cli.opening import open_model
from gptoss_writer.cli.outlook import outlook_json, outlook_lines
from gptoss_writer.cli.places import current_folder, read_settings
from gptoss_writer.cli.request import WritingCommand
from gptoss_writer.cli.speeds import Duration
from gptoss_writer.cli.terminal import Terminal, one_line, wants_color
from gptoss_writer.cli.writing import Rehearsal, rehearsing
from gptoss_writer.engine.interface import Engine
from gptoss_writer.engine.preflight import Preflight, gigabytes
from gptoss_writer.errors import WriterError
from gptoss_writer.machine.memory import available_memory
from gptoss_writer.machine.processors import default_threads, processor_name
from gptoss_writer.settings import Settings

if TYPE_CHECKING:
    from gptoss_writer.engine.llama.devices import Device

_LABEL_WIDTH = 11
_COMMON_CONTEXT_TOKENS = 8192
"""What is examined where no outline says what it needs."""

Facts = dict[str, Any]


def examine(
    outline: Path | None, flags: Mapping[str, object], terminal: Terminal, *, as_json: bool
) -> int:
    """Print what was found. Raises what would stop a run, after the facts are printed."""
    settings = read_settings(flags)
    facts: Facts = {"machine": _machine(settings)}
    lines = _machine_lines(facts["machine"])
    trouble: WriterError | None = None
    try:
        if outline is None:
            with closing(open_model(settings, "", terminal, no_cache=True)) as engine:
                tokens = settings.context or _COMMON_CONTEXT_TOKENS
                _add_model(facts, lines, engine, engine.preflight(tokens))
        else:
            with rehearsing(WritingCommand(outline, flags, no_cache=True), terminal) as rehearsal:
                _add_outline(facts, lines, rehearsal)
    except WriterError as error:
        trouble = error
        facts["problem"] = {"message": error.message, "hint": error.hint, "code": error.exit_code}
    if as_json:
        terminal.json(facts)
    else:
        terminal.data("\n".join(lines))
    if trouble is not None:
        raise trouble
    return 0


def _machine(settings: Settings) -> Facts:
    from gptoss_writer.engine.llama.devices import devices
    from gptoss_writer.engine.llama.library import build

    memory, llama, size = available_memory(), build(), shutil.get_terminal_size()
    return {
        "memory_bytes": memory.total,
        "available_bytes": memory.available,
        "control_group_limit_bytes": memory.limit or None,
        "swap_free_bytes": memory.swap_free,
        "processor": processor_name(),
        "logical_processors": os.cpu_count(),
        "threads": settings.threads or default_threads(),
        "llama_cpp_python": llama.version,
        "features": list(llama.features),
        "gpus": [_gpu(device) for device in devices() if device.is_gpu],
        "disk_free_bytes": shutil.disk_usage(current_folder()).free,
        "columns": size.columns if sys.stdout is not None and sys.stdout.isatty() else None,
        "color": wants_color(sys.stderr),
    }


def _gpu(device: Device) -> Facts:
    return {
        "name": device.name,
        "description": device.description,
        "free_bytes": device.free,
        "total_bytes": device.total,
    }


def _gpu_lines(gpus: list[Facts]) -> list[str]:
    """Give a line for each GPU; the layers of a model are shared out among them."""
    if not gpus:
        return [_line("GPU", "none that this build of llama.cpp can use")]
    return [
        _line(
            "GPU",
            f"{one_line(gpu['description'] or gpu['name'])}, {gigabytes(gpu['total_bytes'])}, "
            f"{gigabytes(gpu['free_bytes'])} free",
        )
        for gpu in gpus
    ]


def _machine_lines(machine: Facts) -> list[str]:
    limit = machine["control_group_limit_bytes"]
    columns = machine["columns"]
    return [
        _line(
            "Memory",
            f"{gigabytes(machine['memory_bytes'])}, "
            f"{gigabytes(machine['available_bytes'])} available"
            + (f"; the control group allows {gigabytes(limit)}" if limit else ""),
        ),
        _line("Swap", f"{gigabytes(machine['swap_free_bytes'])} free; not counted on"),
        _line("Processor", machine["processor"]),
        _line("Threads", f"{machine['threads']} of {machine['logical_processors']} processors"),
        _line("llama.cpp", f"llama-cpp-python {machine['llama_cpp_python']}"),
        _line("Features", " ".join(machine["features"])),
        *_gpu_lines(machine["gpus"]),
        _line("Disk", f"{gigabytes(machine['disk_free_bytes'])} free in this folder"),
        _line(
            "Terminal",
            (f"{columns} columns" if columns else "stdout is not one")
            + (", colour" if machine["color"] else ", no colour"),
        ),
    ]


def _add_outline(facts: Facts, lines: list[str], rehearsal: Rehearsal) -> None:
    outline, size = rehearsal.outline, rehearsal.prepared.size
    needs = {
        section.section_id: section.suffix_tokens + section.limits.analysis + section.limits.final
        for section in size.sections
    }
    longest = max(needs, key=lambda section_id: needs[section_id])
    words = sum(section.words for section in outline.sections)
    facts["outline"] = {
        "title": outline.title,
        "sections": len(outline.sections),
        "words": words,
        "context_tokens": size.context_tokens,
        "longest_section": longest,
    }
    lines += [
        "",
        _line("Outline", one_line(outline.title)),
        _line("Sections", f"{len(outline.sections)}, {words:,} words"),
        _line("Context", f"{size.context_tokens:,} tokens, for its longest section, {longest}"),
    ]
    preflight = rehearsal.engine.preflight(size.context_tokens)
    _add_model(facts, lines, rehearsal.engine, preflight, rehearsal.time)


def _add_model(
    facts: Facts,
    lines: list[str],
    engine: Engine,
    preflight: Preflight | None,
    time: Duration | None = None,
) -> None:
    """Add what is known of the model and its needs; raises `ResourceError` where it has no room."""
    identity = engine.identity
    facts["model"] = {
        "path": identity.path,
        "name": identity.name,
        "architecture": identity.architecture,
        "bytes": identity.size_bytes,
        "trained_context_tokens": identity.context_length,
    }
    facts |= outlook_json(preflight, time)
    lines += [
        "",
        _line("Model", identity.path),
        _line("Name", f"{one_line(identity.name)} ({identity.architecture})"),
        _line("Size", gigabytes(identity.size_bytes)),
    ]
    if preflight is not None:
        lines += ["", *_table(preflight), "", *outlook_lines(preflight, time)]
        lines += gpu_advice(facts["machine"]["gpus"], preflight.mmap.weights)
        preflight.require_fit(identity.path)


def gpu_advice(gpus: list[Facts], weights: int) -> list[str]:
    """Say what happens with the weights where there are GPUs, and what to do if they are small."""
    if not gpus:
        return []
    free = sum(gpu["free_bytes"] for gpu in gpus)
    large = (
        f"GPU: {gigabytes(weights)} of weights are more than the {gigabytes(free)} that are free "
        "there. Set how many layers it takes with --gpu-layers."
    )
    small = "GPU: takes all layers, so most of the weights; --gpu-layers sets fewer."
    return [small if weights < free else large]


def _table(preflight: Preflight) -> list[str]:
    """Set what both ways of loading need side by side."""
    needs = (preflight.mmap, preflight.repack)
    rows: tuple[tuple[str, tuple[int, ...]], ...] = (
        ("weights, read from the file", tuple(need.weights for need in needs)),
        ("weights, repacked", tuple(need.repacked for need in needs)),
        ("keys and values", tuple(need.cache for need in needs)),
        ("compute buffers", tuple(need.compute for need in needs)),
        ("the program", tuple(need.program for need in needs)),
        ("all together", tuple(need.total for need in needs)),
    )
    title = f"For {preflight.context_tokens:,} tokens"
    return [f"{title:28}{'mmap':>10}{'repack':>10}"] + [
        f"  {label:26}" + "".join(f"{gigabytes(size):>10}" for size in sizes)
        for label, sizes in rows
    ]


def _line(label: str, value: str) -> str:
    return f"{label:{_LABEL_WIDTH}}{value}"
