"""What a section depends on, as one fingerprint: the same fingerprint, nothing to be done."""

from __future__ import annotations

from gptoss_writer.draft import Sampling
from gptoss_writer.prompt.rendering import PromptWriter
from gptoss_writer.workspace.fingerprints import fingerprint


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
