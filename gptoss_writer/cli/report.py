"""Runs and plans as JSON values and as lines of text. The JSON is part of the interface."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from gptoss_writer.cli.article import Assembled
from gptoss_writer.cli.scorecard_text import plural
from gptoss_writer.draft import Sampling, Steering, TokenUsage
from gptoss_writer.drafting.plan import SectionJob
from gptoss_writer.drafting.preparing import Prepared
from gptoss_writer.drafting.reports import RunReport, SectionReport, Take
from gptoss_writer.engine.interface import ModelIdentity
from gptoss_writer.outline.models import Outline

SCHEMA_VERSION = 1


def run_json(
    report: RunReport,
    workspace: Path,
    article: Assembled,
    identity: ModelIdentity,
    sampling: Sampling,
) -> dict[str, Any]:
    """Give what `generate --json` and `regenerate --json` print.

    Tokens and seconds, and how often the guard stepped in (see `draft.Steering`), are those of
    this run, all attempts of a section together. `status` is
    "accepted" (written now), "kept" (as it was), "failed", or "pending" (the run was stopped).
    `demo_sections` are those that the bundled demo model wrote, now or before.
    """
    return {
        "schema_version": SCHEMA_VERSION,
        "workspace": str(workspace),
        "article": str(article.path),
        "model": _model_json(identity),
        "effort": sampling.effort,
        "seed": sampling.seed,
        "demo_sections": list(article.by_demo),
        "sections": [_section_json(section) for section in report.sections],
        "totals": {
            "budget_words": sum(section.budget_words for section in report.sections),
            "words": sum(section.words for section in report.sections),
            **_usage_json(report.usage),
            **_steering_json(report.steering),
        },
    }


def _model_json(identity: ModelIdentity) -> dict[str, Any]:
    return {
        "name": identity.name,
        "path": identity.path,
        "architecture": identity.architecture,
    }


def _section_json(section: SectionReport) -> dict[str, Any]:
    return {
        "id": section.section_id,
        "title": section.title,
        "status": section.status,
        "budget_words": section.budget_words,
        "words": section.words,
        "in_band": section.in_band,
        "attempts": section.attempts,
        **_usage_json(section.usage),
        **_steering_json(section.steering),
        **(
            {"takes": [_take_json(take, section) for take in section.takes]}
            if section.takes
            else {}
        ),
    }


def _take_json(take: Take, section: SectionReport) -> dict[str, Any]:
    return {
        "attempt": take.number,
        "words": take.words,
        "in_band": take.in_band,
        "verdict": take.attempt.verdict,
        "findings": [asdict(finding) for finding in take.attempt.findings],
        "picked": take.number == section.picked,
    }


def _usage_json(usage: TokenUsage) -> dict[str, Any]:
    return {
        "prompt_tokens": usage.prompt,
        "cached_tokens": usage.cached,
        "evaluated_tokens": usage.evaluated,
        "analysis_tokens": usage.analysis,
        "final_tokens": usage.final,
        "seconds": round(usage.seconds, 3),
    }


def _steering_json(steering: Steering) -> dict[str, int]:
    return {
        "rejected_tokens": steering.rejected,
        "refused_ends": steering.refused_ends,
        "resampled_sentences": steering.resampled,
        "forced_ends": steering.forced_ends,
    }


def plan_json(prepared: Prepared, outline: Outline, identity: ModelIdentity) -> dict[str, Any]:
    """Give what `--dry-run --json` prints: the sections to be written and their tokens."""
    sizes = {size.section_id: size for size in prepared.size.sections}
    return {
        "schema_version": SCHEMA_VERSION,
        "model": _model_json(identity),
        "prefix_tokens": prepared.size.prefix_tokens,
        "context_tokens": prepared.size.context_tokens,
        "sections": [
            {
                "id": job.section.id,
                "title": job.section.title,
                "reason": job.reason,
                "changed": list(job.changed),
                "budget_words": job.section.words,
                "suffix_tokens": sizes[job.section.id].suffix_tokens,
                "analysis_limit": sizes[job.section.id].limits.analysis,
                "final_limit": sizes[job.section.id].limits.final,
            }
            for job in prepared.jobs
        ],
        "kept": [
            section.id
            for section in outline.sections
            if section.id not in {job.section.id for job in prepared.jobs}
        ],
    }


def _reason(job: SectionJob) -> str:
    return f"{job.reason} ({', '.join(job.changed)} changed)" if job.changed else job.reason


def plan_text(prepared: Prepared, outline: Outline, identity: ModelIdentity) -> str:
    """Give what `--dry-run` prints."""
    sizes = {size.section_id: size for size in prepared.size.sections}
    model = f"Model: {identity.path} ({identity.architecture}, {identity.name})"
    lines = [outline.title, model, ""]
    for job in prepared.jobs:
        size = sizes[job.section.id]
        lines.append(
            f"{job.number:>3}  {job.section.id}: {job.section.words} words, {_reason(job)}, "
            f"{size.suffix_tokens} prompt tokens"
        )
    kept = len(outline.sections) - len(prepared.jobs)
    if not prepared.jobs:
        lines.append("Nothing to write: every section is up to date.")
    else:
        prompt = prepared.size.prefix_tokens + sum(size.suffix_tokens for size in sizes.values())
        words = sum(job.section.words for job in prepared.jobs)
        lines += [
            "",
            f"To write: {plural(len(prepared.jobs), 'section')}, {words:,} words. Kept: {kept}.",
            f"Prompt: {prompt:,} tokens, {prepared.size.prefix_tokens:,} of them shared.",
            f"Context: {prepared.size.context_tokens:,} tokens.",
        ]
    return "\n".join(lines)
