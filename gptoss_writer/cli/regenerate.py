"""`regenerate`: write one section again; the others keep every byte."""

from __future__ import annotations

from gptoss_writer.cli import options
from gptoss_writer.cli.terminal import Terminal


def regenerate(
    outline: options.OutlineArgument,
    section: options.SectionArgument,
    because: options.BecauseOption = "",
    replace_edited: options.ReplaceEditedOption = False,  # noqa: FBT002 - a flag
    takes: options.TakesOption = 1,
    pick: options.PickOption = None,
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
    output: options.OutputOption = None,
    no_cache: options.NoCacheOption = False,  # noqa: FBT002 - a flag
    dry_run: options.DryRunOption = False,  # noqa: FBT002 - a flag
    json: options.JsonOption = False,  # noqa: FBT002 - a flag
    quiet: options.QuietOption = False,  # noqa: FBT002 - a flag
    verbose: options.VerboseOption = False,  # noqa: FBT002 - a flag
) -> int:
    """Write one section again, then assemble the article.

    The other sections keep every byte, and the text that is replaced stays in history/. Without
    --seed each call draws a new text. With --takes the present text stays until one is chosen:
    with --pick, when you are asked, or later with restore.
    """
    flags = options.flags_of(locals())
    from gptoss_writer.cli.request import WritingCommand
    from gptoss_writer.cli.writing import write

    command = WritingCommand(
        outline=outline,
        flags=flags,
        section=section,
        because=because,
        replace_edited=replace_edited,
        takes=takes,
        pick=pick,
        output=output,
        no_cache=no_cache,
        dry_run=dry_run,
        as_json=json,
    )
    return write(command, Terminal(quiet=quiet, verbose=verbose))
