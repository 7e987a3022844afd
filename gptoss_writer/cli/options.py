"""The options that several commands share, declared once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

OutlineArgument = Annotated[
    Path, typer.Argument(metavar="OUTLINE", help="The outline, as YAML or Markdown.")
]
SectionArgument = Annotated[
    str, typer.Argument(metavar="SECTION", help="A section's id, or its number from 1.")
]
ModelOption = Annotated[
    str | None,
    typer.Option(
        "--model", "-m", metavar="PATH|NAME", help="A gpt-oss GGUF file, or one in models/."
    ),
]
EffortOption = Annotated[
    str | None,
    typer.Option("--effort", "-e", metavar="low|medium|high", help="How much the model reasons."),
]
SeedOption = Annotated[
    int | None, typer.Option("--seed", help="The same seed gives the same text.")
]
TemperatureOption = Annotated[
    float | None, typer.Option("--temperature", help="0 takes the likeliest token. [default: 1.0]")
]
TopPOption = Annotated[
    float | None, typer.Option("--top-p", help="Keep this share of the probability. [default: 1.0]")
]
TopKOption = Annotated[
    int | None, typer.Option("--top-k", help="Keep so many tokens, 0 for all. [default: 0]")
]
MinPOption = Annotated[
    float | None,
    typer.Option("--min-p", help="Drop tokens below this share of the likeliest. [default: 0.01]"),
]
ContextOption = Annotated[
    int | None,
    typer.Option("--context", help="Tokens of context. [default: what the outline needs]"),
]
ThreadsOption = Annotated[
    int | None, typer.Option("--threads", help="CPU threads. [default: the physical cores]")
]
AnalysisOption = Annotated[
    int | None,
    typer.Option(
        "--analysis-tokens",
        help="The most tokens of reasoning for a section. [default: 512, 1536 or 4096 by effort]",
    ),
]
WorkspaceOption = Annotated[
    Path | None,
    typer.Option("--workspace", "-w", help="The draft's folder. [default: drafts/<outline>]"),
]
PromptsOption = Annotated[
    Path | None,
    typer.Option("--prompts", help="A folder with prompt templates that replace ours."),
]
OutputOption = Annotated[
    str | None,
    typer.Option("--output", "-o", metavar="FILE|-", help="Also write the article here."),
]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Show what would be written, and stop.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print a report as JSON on stdout.")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Print errors and data only.")]
VerboseOption = Annotated[bool, typer.Option("--verbose", "-v", help="Print more about the run.")]
