"""The options that several commands share, declared once.

Values stay texts here. `settings` reads them, as it reads those of the environment and the files,
so that a mistake is worded in one way wherever it was made.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

OutlineArgument = Annotated[
    Path, typer.Argument(metavar="OUTLINE", help="The outline, as YAML or Markdown.")
]
SectionArgument = Annotated[
    str, typer.Argument(metavar="SECTION", help="A section's id, or its number from 1.")
]
NumberArgument = Annotated[
    str | None, typer.Argument(metavar="NUMBER", help="The attempt, where it stands apart: @2.")
]
ModelOption = Annotated[
    str | None,
    typer.Option(
        "--model",
        "-m",
        metavar="PATH|NAME",
        help="A gpt-oss GGUF file, demo, or the name of one in models/. [default: the draft's]",
    ),
]
EffortOption = Annotated[
    str | None,
    typer.Option(
        "--effort",
        "-e",
        metavar="low|medium|high",
        help="How much the model reasons. [default: the draft's, else medium]",
    ),
]
SeedOption = Annotated[
    str | None,
    typer.Option(
        "--seed",
        metavar="N",
        help="The same seed gives the same text. [default: the draft's, else 1]",
    ),
]
TemperatureOption = Annotated[
    str | None,
    typer.Option("--temperature", metavar="X", help="0 takes the likeliest token. [default: 1.0]"),
]
TopPOption = Annotated[
    str | None,
    typer.Option("--top-p", metavar="X", help="Keep this share of the probability. [default: 1.0]"),
]
TopKOption = Annotated[
    str | None,
    typer.Option("--top-k", metavar="N", help="Keep so many tokens, 0 for all. [default: 0]"),
]
MinPOption = Annotated[
    str | None,
    typer.Option(
        "--min-p",
        metavar="X",
        help="Drop tokens below this share of the likeliest. [default: 0.01]",
    ),
]
ContextOption = Annotated[
    str | None,
    typer.Option(
        "--context", metavar="N", help="Tokens of context. [default: what the outline needs]"
    ),
]
ThreadsOption = Annotated[
    str | None,
    typer.Option("--threads", metavar="N", help="CPU threads. [default: the physical cores]"),
]
WeightsOption = Annotated[
    str | None,
    typer.Option(
        "--weights",
        metavar="auto|mmap|repack",
        help="Map the weights, or copy them into a faster form. [default: auto, by memory]",
    ),
]
MlockOption = Annotated[
    bool | None,
    typer.Option("--mlock", help="Keep the weights in memory, whatever else needs it."),
]
GpuLayersOption = Annotated[
    str | None,
    typer.Option(
        "--gpu-layers",
        metavar="N",
        help="Layers on the GPU, where the build has one. [default: all]",
    ),
]
AnalysisOption = Annotated[
    str | None,
    typer.Option(
        "--analysis-tokens",
        metavar="N",
        help="The most tokens of reasoning for a section. [default: 512, 1536 or 4096 by effort]",
    ),
]
ToleranceOption = Annotated[
    str | None,
    typer.Option(
        "--tolerance",
        metavar="PERCENT",
        help="How far a section may miss its word budget, from 1 to 50. [default: 10]",
    ),
]
WorkspaceOption = Annotated[
    Path | None,
    typer.Option(
        "--workspace",
        "-w",
        metavar="FOLDER",
        help="The draft's folder. [default: drafts/ and the outline's name]",
    ),
]
PromptsOption = Annotated[
    Path | None,
    typer.Option(
        "--prompts", metavar="FOLDER", help="A folder with prompt templates that replace ours."
    ),
]
BecauseOption = Annotated[
    str, typer.Option("--because", metavar="TEXT", help="What to do better; the model reads it.")
]
ReplaceEditedOption = Annotated[
    bool, typer.Option("--replace-edited", help="Also replace a text you edited by hand.")
]
TakesOption = Annotated[
    int,
    typer.Option("--takes", metavar="N", help="Write so many texts to choose from, 1 to 9."),
]
PickOption = Annotated[
    str | None,
    typer.Option(
        "--pick",
        metavar="best|none",
        help="Which take to accept. [default: ask; none where nobody can be asked]",
    ),
]
StaleOption = Annotated[
    str,
    typer.Option(
        "--stale",
        metavar="rewrite|keep",
        help="What to do with stale sections. [default: rewrite]",
    ),
]
OutputOption = Annotated[
    str | None,
    typer.Option(
        "--output", "-o", metavar="FILE|-", help="Also write the article here; - is stdout."
    ),
]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Show what would be written, and stop.")
]
FormatOption = Annotated[
    str,
    typer.Option(
        "--format", metavar="FORMAT", help="full, concise, json or github. [default: full]"
    ),
]
StrictOption = Annotated[bool, typer.Option("--strict", help="Exit 1 where there are warnings.")]
FixOption = Annotated[bool, typer.Option("--fix", help="Mend what needs no decision, in place.")]
DiffOption = Annotated[bool, typer.Option("--diff", help="Show what --fix would mend, and stop.")]
WatchOption = Annotated[bool, typer.Option("--watch", help="Check again whenever it is saved.")]
IgnoreOption = Annotated[
    str, typer.Option("--ignore", metavar="CODES", help="Leave warnings out, as in OL211,OL217.")
]
NoCacheOption = Annotated[
    bool,
    typer.Option(
        "--no-cache", help="Neither use nor keep the evaluated beginning of the prompts on disk."
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print a report as JSON on stdout.")]
VerboseFindingsOption = Annotated[
    bool, typer.Option("--verbose", "-v", help="Print the findings too.")
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Print data and errors only.")]
VerboseOption = Annotated[bool, typer.Option("--verbose", "-v", help="Print more about the run.")]

_SETTINGS = (
    *("model", "effort", "seed", "temperature", "top_p", "top_k", "min_p", "context", "threads"),
    *("weights", "mlock", "gpu_layers", "analysis_tokens", "tolerance", "workspace", "prompts"),
)


def flags_of(arguments: Mapping[str, object]) -> dict[str, object]:
    """Take what are settings from the arguments of a command: its `locals()` at the start."""
    return {name: arguments[name] for name in _SETTINGS if name in arguments}
