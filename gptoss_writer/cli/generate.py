"""`generate`: write what is missing or stale, then assemble the article."""

from __future__ import annotations

from gptoss_writer.cli import options
from gptoss_writer.cli.terminal import Terminal


def generate(
    outline: options.OutlineArgument,
    model: options.ModelOption = None,
    effort: options.EffortOption = None,
    seed: options.SeedOption = None,
    temperature: options.TemperatureOption = None,
    top_p: options.TopPOption = None,
    top_k: options.TopKOption = None,
    min_p: options.MinPOption = None,
    context: options.ContextOption = None,
    threads: options.ThreadsOption = None,
    weights: options.WeightsOption = None,
    mlock: options.MlockOption = None,
    gpu_layers: options.GpuLayersOption = None,
    analysis_tokens: options.AnalysisOption = None,
    tolerance: options.ToleranceOption = None,
    workspace: options.WorkspaceOption = None,
    prompts: options.PromptsOption = None,
    stale: options.StaleOption = "rewrite",
    output: options.OutputOption = None,
    no_cache: options.NoCacheOption = False,  # noqa: FBT002 - a flag
    dry_run: options.DryRunOption = False,  # noqa: FBT002 - a flag
    json: options.JsonOption = False,  # noqa: FBT002 - a flag
    quiet: options.QuietOption = False,  # noqa: FBT002 - a flag
    verbose: options.VerboseOption = False,  # noqa: FBT002 - a flag
) -> int:
    """Write what is missing or stale, then assemble the article.

    Sections that are up to date keep every byte; those you edited or locked do in any case. Stop
    with Ctrl-C at any time and run the same command to go on. The draft remembers the model, the
    effort, the seed and the sampling; a change to one of them makes every section stale.
    """
    flags = options.flags_of(locals())
    from gptoss_writer.cli.request import WritingCommand
    from gptoss_writer.cli.writing import write

    command = WritingCommand(
        outline=outline,
        flags=flags,
        stale=stale,
        output=output,
        no_cache=no_cache,
        dry_run=dry_run,
        as_json=json,
    )
    return write(command, Terminal(quiet=quiet, verbose=verbose))
