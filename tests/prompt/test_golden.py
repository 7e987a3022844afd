"""Golden prompts: what the model reads in a few scenes, whole, under the role of each message."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from gptoss_writer.harmony.messages import Conversation, ReasoningEffort
from gptoss_writer.outline.models import Outline
from gptoss_writer.outline.reading import load_outline
from gptoss_writer.prompt.digest import make_digest
from gptoss_writer.prompt.rendering import PromptWriter, RetryReason
from gptoss_writer.prompt.templates import load_templates
from tests.support.golden import GOLDEN, REWRITE, differs_from_golden

OUTLINES = Path(__file__).parents[2] / "outlines"
FOLDER = GOLDEN / "prompts"

EARLIER = {
    "opening": "Type `ls | wc -l`.\n\nThe bar does the work. It took nine years to arrive.",
    "garden-hose": (
        "McIlroy wrote it down in 1964.\n\n"
        "“Make each program do one thing well,” he said later. No system could do it yet."
    ),
}


def _writer(outline: Outline) -> PromptWriter:
    return PromptWriter(outline, load_templates(), ReasoningEffort.MEDIUM, "2025-08-05")


def _messages(conversation: Conversation) -> str:
    return "".join(f"--- {item.role.value} ---\n{item.content}\n\n" for item in conversation)


def _prompt(outline: Outline, section_id: str, earlier: Mapping[str, str], *, whole: bool) -> str:
    writer = _writer(outline)
    prompt = writer.section(section_id, make_digest(outline, writer.material(section_id), earlier))
    prefix = _messages(prompt.shared_prefix) if whole else ""
    return prefix + _messages(prompt.section_suffix)


def _pipes() -> Outline:
    return load_outline(OUTLINES / "unix-pipes.yaml")


def _introduction() -> str:
    return _prompt(_pipes(), "opening", {}, whole=True)


def _body() -> str:
    return _prompt(_pipes(), "one-night", EARLIER, whole=False)


def _with_subheadings() -> str:
    outline = _pipes()
    longer = [
        section.model_copy(update={"words": 420}) if section.id == "philosophy" else section
        for section in outline.sections
    ]
    return _prompt(
        outline.model_copy(update={"sections": tuple(longer)}), "philosophy", EARLIER, whole=False
    )


def _conclusion() -> str:
    outline = load_outline(OUTLINES / "broad-street.md")
    *_, before, last = outline.sections
    earlier = {before.id: "The handle came off on Friday.\n\nBy then the streets were half empty."}
    return _prompt(outline, last.id, earlier, whole=True)


def _bare() -> str:
    outline = Outline.model_validate(
        {"title": "Salt", "sections": [{"title": "All of it", "words": 80}]}
    )
    return _prompt(outline, "all-of-it", {}, whole=True)


def _notes() -> str:
    writer = _writer(_pipes())
    notes: tuple[tuple[RetryReason, int, str], ...] = (
        ("length", 131, ""),
        ("length", 62, ""),
        ("cut", 240, ""),
        ("empty", 0, ""),
        ("looping", 88, ""),
        ("findings", 104, 'The outline does not have: "12 kg", "Bram Holloway".'),
        ("findings", 104, ""),
        ("length", 131, 'The outline does not have: "12 kg".'),
        ("asked", 0, "too dry; begin with the command"),
    )
    return "".join(
        _messages(writer.note("opening", reason, written=written, because=because))
        for reason, written, because in notes
    )


def _continuation() -> str:
    writer = _writer(_pipes())
    text = EARLIER["opening"]
    points = [point.text for point in writer.material("opening").key_points]
    notes = (
        writer.continuation(text, written=11, words=89, points=points),
        writer.continuation(text, written=88, words=12, points=()),
    )
    return "".join(map(_messages, notes))


SCENES: dict[str, Callable[[], str]] = {
    "introduction": _introduction,
    "body": _body,
    "long-section-with-subheadings": _with_subheadings,
    "conclusion": _conclusion,
    "bare-outline": _bare,
    "notes": _notes,
    "continuation": _continuation,
}


@pytest.mark.parametrize("scene", SCENES)
def test_prompts_are_as_written_down(scene: str) -> None:
    """Each scene gives the text of its golden file."""
    difference = differs_from_golden(FOLDER / f"{scene}.txt", SCENES[scene]())

    assert not difference, difference


def test_every_golden_file_has_its_scene() -> None:
    """No golden prompt is left over from a scene that is gone."""
    assert {f"{scene}.txt" for scene in SCENES} == {path.name for path in FOLDER.iterdir()}


def test_a_failure_shows_both_forms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a text differs from its golden file, both are shown, and the file stays."""
    monkeypatch.delenv(REWRITE, raising=False)
    golden = tmp_path / "scene.txt"
    golden.write_text("the old text\n")
    difference = differs_from_golden(golden, "the new text\n")

    assert "the old text" in difference
    assert "the new text" in difference
    assert "the old text\n" == golden.read_text()
