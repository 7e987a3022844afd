"""Golden renderings: each scene as segments a person can read, and as ids of a small vocabulary."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from gptoss_writer.engine.llama.vocabulary import Vocabulary
from gptoss_writer.engine.llama.weights import Weights
from gptoss_writer.harmony.messages import Control, Segment
from gptoss_writer.harmony.rendering import render
from tests.support.harmony_scenes import SCENES

GOLDEN = Path(__file__).parent.parent / "golden" / "harmony"


@pytest.fixture(scope="module")
def vocabulary(tiny_model: Path) -> Iterator[Vocabulary]:
    """Load the vocabulary of the small test model."""
    weights = Weights(tiny_model, vocabulary_only=True)
    yield Vocabulary(weights.vocabulary_handle)
    weights.close()


def written(segments: tuple[Segment, ...]) -> str:
    """Write control tokens bare at the margin and each line of text indented, in quotes."""
    lines: list[str] = []
    for segment in segments:
        if isinstance(segment, Control):
            lines.append(segment.value)
        else:
            lines += [
                "    " + json.dumps(line, ensure_ascii=not line.strip("\n").isprintable())
                for line in segment.splitlines(keepends=True)
            ]
    return "".join(line + "\n" for line in lines)


@pytest.mark.parametrize("scene", SCENES)
def test_segments_are_as_written_down(scene: str) -> None:
    """Each scene renders to the segments of its golden file."""
    expected = (GOLDEN / f"{scene}.txt").read_text("utf-8")

    assert expected == written(render(SCENES[scene]))


@pytest.mark.parametrize("scene", SCENES)
def test_ids_are_as_written_down(scene: str, vocabulary: Vocabulary) -> None:
    """Each scene becomes the token ids of its golden file, one line for each segment."""
    expected = (GOLDEN / f"{scene}.ids.txt").read_text("utf-8")
    lines = [vocabulary.encode((segment,)) for segment in render(SCENES[scene])]

    assert expected == "".join(" ".join(map(str, line)) + "\n" for line in lines)


@pytest.mark.parametrize("scene", SCENES)
def test_ids_spell_the_scene(scene: str, vocabulary: Vocabulary) -> None:
    """The ids of a scene hold its control tokens, no others, and every byte of its text."""
    segments = render(SCENES[scene])
    ids = vocabulary.encode(segments)
    controls = {vocabulary.control(control): control for control in Control}
    spelled = b"".join(
        controls[id_].encode() if id_ in controls else vocabulary.piece(id_) for id_ in ids
    )

    assert "".join(segments).encode() == spelled
    assert [segment for segment in segments if isinstance(segment, Control)] == [
        controls[id_] for id_ in ids if id_ in controls
    ]


def test_every_golden_file_has_its_scene() -> None:
    """No golden file is left over from a scene that is gone."""
    expected = {f"{scene}{ending}" for scene in SCENES for ending in (".txt", ".ids.txt")}

    assert expected == {path.name for path in GOLDEN.iterdir()}
