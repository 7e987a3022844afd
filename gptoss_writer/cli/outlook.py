"""What a run will need, in words and as JSON values: memory, the way of loading, and time."""

from __future__ import annotations

from typing import Any

from gptoss_writer.cli.progress import coarse_duration
from gptoss_writer.cli.speeds import Duration
from gptoss_writer.engine.preflight import MemoryNeed, Preflight, gigabytes


def outlook_lines(preflight: Preflight | None, time: Duration | None) -> list[str]:
    """Say in a line each whether the memory suffices and how long the run will take."""
    lines = [] if preflight is None else [memory_line(preflight), weights_line(preflight)]
    if time is not None:
        lines.append(time_line(time))
    elif preflight is not None:
        lines.append(
            "Time: not known yet; this model has not run on this machine. "
            "`gptoss-writer bench` measures its speed."
        )
    return lines


def memory_line(preflight: Preflight) -> str:
    """Say what is needed and what there is."""
    need, memory = preflight.need, preflight.memory
    figures = (
        f"Memory: {gigabytes(need.total - need.held)} needed "
        f"({gigabytes(need.own - need.held)} of our own, {gigabytes(need.weights)} of weights), "
        f"{gigabytes(memory.available)} available"
    )
    match preflight.verdict:
        case "fits":
            return f"{figures}."
        case "tight":
            return f"{figures}: weights will be read from the disk again and again, which is slow."
        case "refused":
            return f"{figures}: too little."


def weights_line(preflight: Preflight) -> str:
    """Say how the weights are loaded and why."""
    how = "repacked in memory" if preflight.mode == "repack" else "mapped from the file"
    return f"Weights: {how} ({preflight.reason})."


def time_line(time: Duration) -> str:
    """Say how long it will take; the second number is for a run in which much is written again."""
    return f"Time: {coarse_duration(time.least)} to {coarse_duration(time.most)} on this machine."


def outlook_json(preflight: Preflight | None, time: Duration | None) -> dict[str, Any]:
    """Give the same figures: bytes and seconds."""
    found: dict[str, Any] = {"memory": None, "seconds": None}
    if preflight is not None:
        found["memory"] = {
            "verdict": preflight.verdict,
            "weights": preflight.mode,
            "reason": preflight.reason,
            "available": preflight.memory.available,
            "control_group_limit": preflight.memory.limit or None,
            "context_tokens": preflight.context_tokens,
            "mmap": need_json(preflight.mmap),
            "repack": need_json(preflight.repack),
        }
    if time is not None:
        found["seconds"] = {"least": round(time.least), "most": round(time.most)}
    return found


def need_json(need: MemoryNeed) -> dict[str, int]:
    """Give the parts of a need, in bytes."""
    return {
        "total": need.total,
        "own": need.own,
        "weights": need.weights,
        "least_weights": need.least_weights,
        "repacked": need.repacked,
        "cache": need.cache,
        "compute": need.compute,
        "program": need.program,
        "in_use_already": need.held,
    }
