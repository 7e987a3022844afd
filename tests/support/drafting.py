"""Outlines, turns and runs for the drafting tests."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from gptoss_writer.draft import Attempt, Sampling
from gptoss_writer.drafting.guarding import budget_rule
from gptoss_writer.drafting.plan import SectionJob
from gptoss_writer.drafting.preparing import Prepared, RunOptions, prepare
from gptoss_writer.drafting.reports import RunReport
from gptoss_writer.drafting.run import Run
from gptoss_writer.drafting.standing import section_states
from gptoss_writer.drafting.task import SectionTask
from gptoss_writer.engine.interface import Cancellation, Engine, TokenLimits
from gptoss_writer.engine.scripted import ScriptedEngine
from gptoss_writer.events import Event
from gptoss_writer.harmony.messages import ReasoningEffort
from gptoss_writer.outline.models import Outline
from gptoss_writer.prompt.digest import Digest
from gptoss_writer.prompt.rendering import PromptWriter
from gptoss_writer.prompt.templates import load_templates
from gptoss_writer.sampling.params import SamplingParams
from gptoss_writer.workspace.records import WorkspaceSettings
from gptoss_writer.workspace.workspace import Workspace
from tests.support.workspaces import UnsyncedCalls

TEMPLATES = load_templates()
DATE = "2025-08-05"
SAMPLING = Sampling("low", seed=1, temperature=1.0, top_p=1.0, top_k=0, min_p=0.01)
WORDS = 50

_VOCABULARY = (
    "tide pool crab weed stone wave salt sand shell gull rock drift foam light dusk harbour boat "
    "rope net keel mast sail wind rain cloud north south coast cliff path lamp bell fog shore "
    "moves waits turns holds takes leaves opens closes rises falls carries breaks finds keeps "
    "slowly early often later again below above along across under grey green small wide cold"
)

OUTLINE = Outline.model_validate(
    {
        "title": "Tide pools",
        "sections": [
            {"id": "intro", "role": "introduction", "title": "Low water", "words": WORDS},
            {"id": "crabs", "title": "Crabs", "words": WORDS, "key_points": ["They hide."]},
            {"id": "weed", "title": "Weed", "words": WORDS, "evidence": ["It dries out."]},
            {"id": "end", "role": "conclusion", "title": "High water", "words": WORDS},
        ],
    }
)


LAMP = Outline.model_validate(
    {
        "title": "A lamp by the sea",
        "sections": [
            {
                "id": "lamp",
                "title": "The lamp",
                "words": 30,
                "key_points": ["The keeper lights the lamp at dusk."],
                "evidence": [
                    {
                        "quote": "We never once let the lamp go out.",
                        "speaker": "Ada Finch",
                        "required": True,
                    },
                    "The tower has 214 steps.",
                ],
            },
            {
                "id": "wick",
                "title": "The wick",
                "words": 30,
                "evidence": [
                    {"quote": "The wick was always trimmed by nine.", "speaker": "Bo Hale"}
                ],
            },
        ],
    }
)
"""An outline with all that a text can be held against; its evidence is invented."""

LAMP_TEXT = (
    "The keeper lights the lamp at dusk and climbs 214 steps to do it. "
    '"We never once let the lamp go out," Ada Finch said. The stone is wide and cold.'
)
"""A text that is right in all of it: 31 words for its first section."""


def text_of(words: int, seed: int = 0) -> str:
    """Write so many words of plain sentences, the same for the same seed."""
    draw, vocabulary = random.Random(seed), _VOCABULARY.split()
    said = [draw.choice(vocabulary) for _ in range(words)]
    starts = range(0, words, 9)
    sentences = (" ".join(said[start : start + 9]) for start in starts)
    return " ".join(f"{sentence[0].upper()}{sentence[1:]}." for sentence in sentences)


def turn(final: str, analysis: str = "I plan it.") -> str:
    """Give the raw turn of a model that reasons and then writes."""
    return (
        f"<|channel|>analysis<|message|>{analysis}<|end|>"
        f"<|start|>assistant<|channel|>final<|message|>{final}<|return|>"
    )


def turns(*words: int) -> list[str]:
    """Give one turn for each count of words, all of different texts."""
    return [turn(text_of(count, seed)) for seed, count in enumerate(words)]


def run_on(words: int, seed: int = 0) -> str:
    """Write so many words as one sentence, which cannot be shortened."""
    return text_of(words, seed).replace(".", ",").lower().capitalize().rstrip(",") + "."


def misses(*words: int) -> list[str]:
    """Give turns that no repair brings into their budget."""
    return [turn(run_on(count, seed)) for seed, count in enumerate(words)]


def prompts_of(outline: Outline = OUTLINE) -> PromptWriter:
    """Make the writer of an outline's prompts."""
    return PromptWriter(outline, TEMPLATES, ReasoningEffort.LOW, DATE)


def task_of(
    section_id: str = "crabs", outline: Outline = OUTLINE, **changes: object
) -> SectionTask:
    """Make the task of writing a section; by default the one about crabs."""
    number = outline.number(section_id)
    section, prompts = outline.sections[number - 1], prompts_of(outline)
    task = SectionTask(
        job=SectionJob(section, number, "missing"),
        of=len(outline.sections),
        prompt=prompts.section(section_id, Digest()),
        limits=TokenLimits(analysis=30, final=140),
        notes_tokens=200,
        outline=outline,
        material=prompts.material(section_id),
        budget=section.budget,
        rule=budget_rule(outline, section, {}, section.budget),
        sampling=SamplingParams(temperature=0.7, top_p=0.9, top_k=40, min_p=0.02, seed=7),
        effort="low",
        model="tape:same",
        fingerprint=f"section:{section_id}",
    )
    return replace(task, **changes)  # type: ignore[arg-type]  # each test names fields of the task


def options_of(**changes: object) -> RunOptions:
    """Make the options of a run with the tests' sampling."""
    return replace(RunOptions(SAMPLING, SAMPLING, "tape:same"), **changes)  # type: ignore[arg-type]  # each test names fields of the options


@dataclass
class Desk:
    """A workspace on disk and an outline, with which runs are made as commands make them."""

    folder: Path
    outline: Outline = OUTLINE
    events: list[Event] = field(default_factory=list)

    @property
    def workspace(self) -> Workspace:
        """Open the workspace as the next command would; it is created by the first."""
        return Workspace.create(
            self.folder, WorkspaceSettings(DATE, "tide-pools.yaml"), UnsyncedCalls()
        )

    def prepared(self, engine: Engine, options: RunOptions | None = None) -> Prepared:
        """Plan a run."""
        states = section_states(self.workspace, self.outline)
        return prepare(prompts_of(self.outline), states, engine, options or options_of())

    def run(
        self,
        engine: Engine,
        options: RunOptions | None = None,
        cancellation: Cancellation | None = None,
    ) -> RunReport:
        """Reconcile, plan and write."""
        workspace, options = self.workspace, options or options_of()
        with workspace.lock():
            workspace.reconcile([section.id for section in self.outline.sections])
            prepared = self.prepared(engine, options)
            run = Run(prompts_of(self.outline), workspace, engine, options)
            return run.write(prepared, cancellation or Cancellation(), self.events.append)

    def replay(self, raw: Sequence[str], options: RunOptions | None = None) -> ScriptedEngine:
        """Run with a tape and give the engine, which kept its requests."""
        engine = ScriptedEngine(raw)
        self.run(engine, options)
        return engine

    def texts(self) -> dict[str, str]:
        """Read the accepted texts, without the newline that ends a file."""
        accepted = {item.id: self.workspace.accepted(item.id) for item in self.outline.sections}
        return {
            name: item.text.removesuffix("\n")
            for name, item in accepted.items()
            if item is not None
        }

    def attempts(self, section_id: str) -> list[Attempt]:
        """Read all attempts at a section."""
        workspace = self.workspace
        return [
            workspace.attempt(section_id, record.number)
            for record in workspace.attempts(section_id)
        ]
