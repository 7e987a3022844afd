"""`bench`: how fast a model runs on this machine, ours beside raw llama.cpp."""

from __future__ import annotations

from gptoss_writer.cli import options
from gptoss_writer.cli.terminal import Terminal


def bench(
    model: options.ModelOption = None,
    threads: options.ThreadsOption = None,
    weights: options.WeightsOption = None,
    mlock: options.MlockOption = None,
    gpu_layers: options.GpuLayersOption = None,
    json: options.JsonOption = False,  # noqa: FBT002 - a flag
) -> int:
    """Measure how fast a model is here.

    Reads a prompt and writes a text, once with our loop and once with llama.cpp's functions alone,
    in one process. The speeds are remembered, and later runs estimate their time by them.
    """
    flags = options.flags_of(locals())
    from gptoss_writer.cli.benching import measure

    return measure(flags, Terminal(), as_json=json)
