"""What a section depends on, as one fingerprint: the same fingerprint, nothing to be done.

Beside it goes what it covers, each part by itself, so that it can be said what changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from gptoss_writer.draft import Sampling
from gptoss_writer.outline.models import Outline
from gptoss_writer.prompt.rendering import PromptWriter
from gptoss_writer.workspace.fingerprints import fingerprint

_OUTLINE_PARTS = {
    "role": "role",
    "title": "title",
    "words": "word budget",
    "key_points": "key points",
    "evidence": "evidence",
    "notes": "notes",
}
_HASH_DIGITS = 16
OUTLINE_NAMES = frozenset({*_OUTLINE_PARTS.values(), "article's title", "strategy"})
"""Those of the names below that stand for something in the outline; the others are settings."""


def outline_fingerprint(outline: Outline) -> str:
    """Hash all that an outline says; what the linter is to ignore is no part of that."""
    return fingerprint("outline", outline.model_dump(mode="json", exclude={"lint"}))


def section_fingerprint(
    prompts: PromptWriter, section_id: str, *, model: str, sampling: Sampling, templates: str = ""
) -> str:
    """Hash all that a section's text is made from.

    That is its own part of the outline with the elements given to it, the article's title and
    strategy, the texts of the templates, the model, and the sampling with the run's seed. The
    titles and budgets of the other sections stand in the shared prefix too, but are left out:
    changing one section must not make the others stale. So are the tolerance and the limit of
    reasoning, which a person may try out on one section. `templates` is the fingerprint of the
    templates where it is not that of `prompts`.
    """
    outline = prompts.outline
    return fingerprint(
        "section",
        {
            "section": prompts.material(section_id).model_dump(mode="json"),
            "title": outline.title,
            "strategy": outline.strategy.model_dump(mode="json"),
            "templates": templates or prompts.templates.fingerprint,
            "model": model,
            "effort": sampling.effort,
            "seed": sampling.seed,
            "temperature": sampling.temperature,
            "top_p": sampling.top_p,
            "top_k": sampling.top_k,
            "min_p": sampling.min_p,
        },
    )


def section_fingerprints(
    prompts: PromptWriter, *, model: str, sampling: Sampling, templates: str = ""
) -> dict[str, str]:
    """Hash every section of the outline, by id."""
    return {
        section.id: section_fingerprint(
            prompts, section.id, model=model, sampling=sampling, templates=templates
        )
        for section in prompts.outline.sections
    }


def section_ingredients(
    prompts: PromptWriter, section_id: str, *, model: str, sampling: Sampling, templates: str = ""
) -> dict[str, str]:
    """Give what the fingerprint covers by the names that a writer knows it by.

    Settings stand as they are; the rest as hashes.
    """
    outline = prompts.outline
    material = prompts.material(section_id).model_dump(mode="json")
    texts = {_OUTLINE_PARTS.get(key, key): value for key, value in material.items() if key != "id"}
    texts["article's title"] = outline.title
    texts["strategy"] = outline.strategy.model_dump(mode="json")
    texts["prompt templates"] = templates or prompts.templates.fingerprint
    texts["model"] = model
    hashed = {
        name: fingerprint(name, value).rpartition(":")[2][:_HASH_DIGITS]
        for name, value in texts.items()
    }
    settings = {name.replace("_", "-"): f"{value}" for name, value in asdict(sampling).items()}
    return hashed | settings


def all_ingredients(
    prompts: PromptWriter, *, model: str, sampling: Sampling, templates: str = ""
) -> dict[str, dict[str, str]]:
    """Give what the fingerprint of every section covers, by id."""
    return {
        section.id: section_ingredients(
            prompts, section.id, model=model, sampling=sampling, templates=templates
        )
        for section in prompts.outline.sections
    }


def changed_since(before: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """Name what is otherwise now; () where it was not recorded what a text was made from."""
    if not before:
        return ()
    return tuple(name for name in {**now, **before} if before.get(name) != now.get(name))
