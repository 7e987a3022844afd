"""`check`: validate an outline, or hold an article against one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from gptoss_writer.cli import options
from gptoss_writer.cli.terminal import Terminal
from gptoss_writer.errors import UsageError


def check(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="The outline, as YAML or Markdown; with --against the article."
        ),
    ],
    against: Annotated[
        Path | None,
        typer.Option(
            "--against", "-a", metavar="OUTLINE", help="Hold an article, FILE, against its outline."
        ),
    ] = None,
    html: Annotated[
        str | None,
        typer.Option("--html", metavar="PAGE", help="Also write the scorecard as one HTML page."),
    ] = None,
    fail_on: Annotated[
        str | None,
        typer.Option(
            "--fail-on",
            metavar="MEASURES",
            help="Exit 1 on faults in any of: quotes, numbers, names, budget, leaks, attribution, "
            "coverage; names=3 lets three pass.",
        ),
    ] = None,
    tolerance: options.ToleranceOption = None,
    form: options.FormatOption = "",
    strict: options.StrictOption = False,  # noqa: FBT002 - a flag
    ignore: options.IgnoreOption = "",
    fix: options.FixOption = False,  # noqa: FBT002 - a flag
    diff: options.DiffOption = False,  # noqa: FBT002 - a flag
    watch: options.WatchOption = False,  # noqa: FBT002 - a flag
    json: options.JsonOption = False,  # noqa: FBT002 - a flag
    quiet: options.QuietOption = False,  # noqa: FBT002 - a flag
    verbose: options.VerboseOption = False,  # noqa: FBT002 - a flag
) -> int:
    """Validate an outline, or an article against its outline.

    An outline: points at every mistake with line and column, and at all that will make a poor
    article. An article, any Markdown file: word budgets, quotations, facts, evidence, and every
    finding with its place. Needs no model. Exits 2 where a file cannot be used, 1 where --fail-on
    or --strict is crossed.
    """
    terminal = Terminal(quiet=quiet, verbose=verbose)
    for_articles = {"--html": html, "--fail-on": fail_on, "--tolerance": tolerance}
    for_outlines = {"--format": form, "--strict": strict, "--ignore": ignore}
    for_outlines |= {"--fix": fix, "--diff": diff, "--watch": watch}
    if against is None:
        _refuse(for_articles, "needs an article and its outline", "ARTICLE --against OUTLINE")
        from gptoss_writer.cli.outlines import OutlineCheck, check_outline

        form = form or ("json" if json else "full")
        wanted = OutlineCheck(file, form, ignore, strict, fix, diff, watch)
        return check_outline(wanted, terminal)
    _refuse(for_outlines, "is for an outline, and --against checks an article", "OUTLINE")
    from gptoss_writer.cli.checking import CheckCommand, check_article

    command = CheckCommand(file, against, html, fail_on, tolerance, as_json=json)
    return check_article(command, terminal)


def _refuse(given: Mapping[str, object], reason: str, usage: str) -> None:
    """Raise `UsageError` for the first option that is given and means nothing here."""
    for option, value in given.items():
        if value not in (None, False, ""):
            raise UsageError(f"{option} {reason}.", f"Write: gptoss-writer check {usage}")
