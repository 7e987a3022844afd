"""Every exit code comes from a real situation: one clear message, stdout empty, nothing lost."""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gptoss_writer.engine.interface import GenerationEvent, GenerationRequest, TokenEvent
from gptoss_writer.engine.scripted import ScriptedEngine
from gptoss_writer.workspace.workspace import Workspace
from tests.support.commands import LOW, TEXTS, Program, Result, prose
from tests.support.gguf_models import write_llama_arch_model


@contextmanager
def largest_file(size_bytes: int) -> Iterator[None]:
    """Let no file grow beyond so many bytes, as a full disk would."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def errors_of(result: Result) -> list[str]:
    """Give the lines on stderr that are errors."""
    return [line for line in result.err.splitlines() if line.startswith("error:")]


def test_0_done(program: Program) -> None:
    """Everything is written: no error, no data that nobody asked for."""
    result = program("generate", "three.yaml", "-m", program.tape(*TEXTS))

    assert (0, "") == (result.code, result.out)
    assert [] == errors_of(result)


def test_1_findings(program: Program) -> None:
    """The work is done, and something needs the writer's eye."""
    program("generate", "three.yaml", "-m", program.tape(*TEXTS))
    program.write("drafts/three/article.md", "All mine.\n")
    result = program("generate", "three.yaml")

    assert (1, "", 1) == (result.code, result.out, len(errors_of(result)))


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (("generate",), "error: Missing argument 'OUTLINE'."),
        (
            ("generate", "three.yaml", "--sead", "1"),
            "There is no option --sead. Did you mean --seed",
        ),
        (("generat", "three.yaml"), "error: No such command 'generat'."),
        (("generate", "nope.yaml"), "error: nope.yaml: there is no such file"),
        (("generate", "."), "error: .: the path is a directory"),
        (("generate", "/dev/null"), "error: /dev/null: the path is not a regular file"),
        (("generate", "empty.yaml"), "error: empty.yaml: the file is empty"),
        (("generate", "three.yaml", "--seed", "x"), "error: --seed: 'x' is not a whole number"),
        (("generate", "three.yaml", "--effort", "some"), "error: --effort: 'some' is not a reason"),
        (("generate", "three.yaml", "--top-p", "2"), "error: --top-p: '2' is not a number from"),
        (("generate", "three.yaml", "--temperature", "nan"), "error: --temperature: 'nan' is not"),
        (("generate", "three.yaml", "--context", "10"), "error: --context: '10' is not a whole"),
        (("generate", "three.yaml", "--prompts", "nope"), "error: There is no folder nope with"),
        (("generate", "three.yaml", "extra"), "error: Got unexpected extra argument"),
        (
            ("generate", "three.yaml", "--json", "-o", "-"),
            "error: --json and -o - both want stdout",
        ),
        (("import", "broken.yaml"), "error: OL"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_2_usage_and_outlines(program: Program, command: tuple[str, ...], message: str) -> None:
    """What cannot be meant is refused before anything is read, loaded or written."""
    program.write("empty.yaml", "")
    program.write("broken.yaml", "title: [\n")
    result = program(*command)

    assert (2, "", 1) == (result.code, result.out, len(errors_of(result)))
    assert message in result.err
    assert not (program.folder / "drafts").exists()


def test_3_some_sections_failed(program: Program) -> None:
    """Three empty attempts leave a section unwritten; the others are safe, and in the article."""
    tape = program.tape(TEXTS[0], "", "", "", TEXTS[2])
    result = program("generate", "three.yaml", "-m", tape)
    article = (program.folder / "drafts/three/article.md").read_text(encoding="utf-8")

    assert (3, "", 1) == (result.code, result.out, len(errors_of(result)))
    assert result.err.endswith(
        "error: No acceptable text came for: two.\n"
        "  Draw again with:\n"
        "  gptoss-writer regenerate three.yaml two\n"
    )
    assert TEXTS[0] in article
    assert TEXTS[2] in article
    assert "## Second" not in article

    again = program("regenerate", "three.yaml", "two", "-m", program.tape(prose(30, 9)))

    assert 0 == again.code


def test_3_is_reported_as_values_too(program: Program) -> None:
    """With --json the report says which section failed."""
    tape = program.tape(TEXTS[0], "", "", "", TEXTS[2])
    result = program("generate", "three.yaml", "-m", tape, "--json")

    assert 3 == result.code
    assert ["accepted", "failed", "accepted"] == [
        section["status"] for section in result.json["sections"]
    ]
    assert [1, 3, 1] == [section["attempts"] for section in result.json["sections"]]


def test_10_no_such_workspace(program: Program) -> None:
    """A folder of other files is not taken for a draft, and nothing is put into it."""
    program.write("mine/notes.txt", "notes")
    result = program("generate", "three.yaml", "-m", program.tape(*TEXTS), "-w", "mine")

    assert (10, "", 1) == (result.code, result.out, len(errors_of(result)))
    assert ["notes.txt"] == [path.name for path in (program.folder / "mine").iterdir()]


@pytest.mark.parametrize("command", ["generate", "regenerate", "assemble"])
def test_11_workspace_locked(program: Program, command: str) -> None:
    """A second writer is told who holds the draft, and changes nothing."""
    program("generate", "three.yaml", "-m", program.tape(*TEXTS))
    before = program.hashes()
    section = ("two",) if command == "regenerate" else ()
    with Workspace.open(Path("drafts/three")).lock():
        result = program(command, "three.yaml", *section)

    assert (11, "", 1) == (result.code, result.out, len(errors_of(result)))
    assert f"error: The workspace drafts/three is in use by process {os.getpid()}" in result.err
    assert before == program.hashes()


def test_11_readers_need_no_lock(program: Program) -> None:
    """Looking is possible while another process writes."""
    program("generate", "three.yaml", "-m", program.tape(*TEXTS))
    with Workspace.open(Path("drafts/three")).lock():
        codes = [
            program(*command).code
            for command in (
                ("status", "three.yaml"),
                ("show", "three.yaml", "two"),
                ("generate", "three.yaml", "--dry-run"),
            )
        ]

    assert [0, 0, 0] == codes


MODELS = {
    "none": (None, "error: No model was given, and none was found on this machine."),
    "missing": ("nope.gguf", "error: There is no model nope.gguf."),
    "near": ("modle.gguf", "error: There is no model modle.gguf. Did you mean model.gguf?"),
    "a directory": (".", "is a folder, not a model file."),
    "empty": ("empty.gguf", "empty.gguf is empty"),
    "a page": ("page.gguf", "page.gguf"),
    "an outline": ("three.yaml", "three.yaml is a short text, not a model"),
    "llama": ("llama.gguf", "llama.gguf"),
    "cut": ("cut.gguf", "cut.gguf"),
}


@pytest.mark.parametrize(("model", "message"), MODELS.values(), ids=MODELS)
def test_12_model_missing_wrong_or_corrupt(
    program: Program, quick_model: Path, model: str | None, message: str
) -> None:
    """The file is named with what it is; no draft is begun."""
    program.write("empty.gguf", "")
    program.write("model.gguf", "GGUF")
    program.write("page.gguf", "<!doctype html><title>Not found</title>")
    write_llama_arch_model(program.folder / "llama.gguf")
    whole = quick_model.read_bytes()
    (program.folder / "cut.gguf").write_bytes(whole[: len(whole) // 2])
    result = program("generate", "three.yaml", *(() if model is None else ("--model", model)))

    assert (12, "", 1) == (result.code, result.out, len(errors_of(result)))
    assert message in result.err
    assert not (program.folder / "drafts").exists()


def test_13_disk_full_at_every_size(program: Program) -> None:
    """Wherever the disk ends, the message says so, nothing is lost, and a later run completes.

    The finished draft equals that of an undisturbed run.
    """
    tape = program.tape(*(prose(words, take) for take, words in enumerate((20, 30, 20), 1)))
    program("generate", "three.yaml", "-m", tape, *LOW)
    undisturbed = program.hashes()
    (program.folder / "drafts/three").rename(program.folder / "undisturbed")
    refusals = 0
    for limit in (0, 60, 120, 300, 500, 700, 950, 1200):
        with largest_file(limit):
            result = program("generate", "three.yaml", "-m", tape, *LOW)
        if result.code:
            refusals += 1

            assert (13, "", 1) == (result.code, result.out, len(errors_of(result)))
            assert "File too large" in result.err
        written = program.hashes().items()

        assert {item for item in written if item[0] != "article.md"} <= undisturbed.items()
    final = program("generate", "three.yaml", "-m", tape, *LOW)

    assert refusals >= 4
    assert 0 == final.code
    assert undisturbed == program.hashes()


@pytest.mark.parametrize("at", ["drafts", "drafts/three/sections", "drafts/three/history/two"])
def test_13_a_file_in_the_place_of_a_folder(program: Program, at: str) -> None:
    """It is named, and stays; once it is gone the same command completes."""
    blocker = program.write(at, "mine")
    if at != "drafts":
        program.write("drafts/three/workspace.json", "")
        (program.folder / "drafts/three/workspace.json").unlink()
    result = program("generate", "three.yaml", "-m", program.tape(*TEXTS))

    assert "" == result.out
    assert 1 == len(errors_of(result))
    assert result.code in (10, 13)
    assert at.rpartition("/")[2] in result.err
    assert "mine" == blocker.read_text(encoding="utf-8")

    blocker.unlink()
    again = program("generate", "three.yaml", "-m", program.tape(*TEXTS))

    assert 0 == again.code


def test_14_engine_failure(program: Program) -> None:
    """A tape that ends too early stands for an engine that breaks: what was accepted is kept."""
    result = program("generate", "three.yaml", "-m", program.tape(TEXTS[0]))

    assert (14, "", 1) == (result.code, result.out, len(errors_of(result)))
    assert "1 of 3 sections are written and kept.\n" in result.err
    assert f"{TEXTS[0]}\n" == (program.folder / "drafts/three/sections/01-one.md").read_text(
        encoding="utf-8"
    )


def test_130_interrupted(program: Program) -> None:
    """A request to stop in the middle of section two keeps section one, and says how to go on."""
    tape = program.tape(*TEXTS)
    result = stopped_at(program, 30, "generate", "three.yaml", "-m", tape)

    assert (130, "") == (result.code, result.out)
    assert [] == errors_of(result)
    assert result.err.endswith(
        "Stopped. 1 of 3 sections are written and kept.\n"
        "  Go on with:\n"
        "  gptoss-writer generate three.yaml\n"
    )
    assert TEXTS[0] in (program.folder / "drafts/three/article.md").read_text(encoding="utf-8")


def test_130_the_report_tells_what_is_pending(program: Program) -> None:
    """With --json a stopped run says what it did not get to."""
    tape = program.tape(*TEXTS)
    result = stopped_at(program, 30, "generate", "three.yaml", "-m", tape, "--json")

    assert 130 == result.code
    assert ["accepted", "pending", "pending"] == [
        section["status"] for section in result.json["sections"]
    ]


def test_130_what_is_left_can_be_written_later(program: Program) -> None:
    """What was kept is kept, and the finished draft equals that of a run that nobody stopped."""
    tape = program.tape(*TEXTS)
    program("generate", "three.yaml", "-m", tape)
    undisturbed = program.hashes()
    (program.folder / "drafts/three").rename(program.folder / "undisturbed")
    stopped_at(program, 30, "generate", "three.yaml", "-m", tape)
    plan = program("generate", "three.yaml", "--dry-run", "--json").json

    assert ["two", "three"] == [section["id"] for section in plan["sections"]]
    for section, text in zip(("two", "three"), TEXTS[1:], strict=True):
        assert 0 == program("regenerate", "three.yaml", section, "-m", program.tape(text)).code
    assert undisturbed == program.hashes()


def test_130_a_stopped_regeneration_changes_nothing(program: Program) -> None:
    """The text is as it was, and so is the command that goes on."""
    program("generate", "three.yaml", "-m", program.tape(*TEXTS))
    before = program.hashes()
    tape = program.tape(prose(30, 9))
    result = stopped_at(program, 10, "regenerate", "three.yaml", "two", "-m", tape)

    assert 130 == result.code
    assert result.err.endswith(
        'Stopped. Section "two" is as it was.\n'
        "  Go on with:\n"
        "  gptoss-writer regenerate three.yaml two\n"
    )
    assert before == program.hashes()


def stopped_at(program: Program, place: int, *command: str) -> Result:
    """Run a command and press Ctrl-C when the model says its word number `place`."""
    original, said = ScriptedEngine.generate, 0

    def generate(self: ScriptedEngine, request: GenerationRequest) -> Iterator[GenerationEvent]:
        nonlocal said
        for event in original(self, request):
            said += isinstance(event, TokenEvent)
            if said == place:
                os.kill(os.getpid(), signal.SIGINT)
                said += 1
            yield event

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ScriptedEngine, "generate", generate)
        return program(*command)
