"""`doctor` and what every run says of memory and time: figures first, then what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from gptoss_writer.cli.doctoring import gpu_advice
from gptoss_writer.engine.llama import devices as llama_devices
from gptoss_writer.engine.llama import engine as llama_engine
from gptoss_writer.engine.llama.devices import Device
from gptoss_writer.machine.memory import Memory
from tests.support.commands import LOW, Program

GB = 1_000_000_000
POOR = Memory(16 * GB, 1_000_000, 2 * GB, 0, 0)


@pytest.fixture
def poor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a megabyte be all that is available."""
    monkeypatch.setattr(llama_engine, "available_memory", lambda: POOR)


def test_doctor_shows_the_machine_the_model_and_the_outline(
    program: Program, quick_model: Path
) -> None:
    """All on stdout, each fact on a line of its own; nothing is written."""
    result = program("doctor", "three.yaml", "-m", quick_model, *LOW)
    labels = [line.split("  ")[0] for line in result.out.splitlines() if line[:1].isalpha()]

    assert (0, "") == (result.code, result.err)
    assert [
        *("Memory", "Swap", "Processor", "Threads", "llama.cpp", "Features", "GPU", "Disk"),
        *("Terminal", "Outline", "Sections", "Context", "Model", "Name", "Size"),
    ] == labels[:15]
    assert "Sections   3, " in result.out
    assert "keys and values" in result.out
    assert (
        "Time: not known yet; this model has not run on this machine. `gptoss-writer bench` "
        "measures its speed.\n"
    ) in result.out
    assert not (program.folder / "drafts").exists()


def test_doctor_shows_each_gpu_with_its_memory(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the driver's name; a build without one says so."""
    without = program("doctor").out
    found = Device("gpu", "CUDA0", "A Card\x1b[31m", 6 * GB, 8 * GB)
    monkeypatch.setattr(llama_devices, "devices", lambda: (found,))
    shown, facts = program("doctor").out, program("doctor", "--json").json

    assert "GPU        none that this build of llama.cpp can use\n" in without
    assert "GPU        A Card[31m, 8.0 GB, 6.0 GB free\n" in shown
    assert [8 * GB] == [gpu["total_bytes"] for gpu in facts["machine"]["gpus"]]


def test_weights_larger_than_a_gpu_bring_the_way_to_put_fewer_there() -> None:
    """All layers go there otherwise; without a GPU there is nothing to say."""
    gpus = [{"free_bytes": 5 * GB}, {"free_bytes": 5 * GB}]

    assert [] == gpu_advice([], 12 * GB)
    assert "takes all layers" in gpu_advice(gpus, 9 * GB)[0]
    assert (
        "GPU: 12.0 GB of weights are more than the 10.0 GB that are free there. "
        "Set how many layers it takes with --gpu-layers."
    ) == gpu_advice(gpus, 12 * GB)[0]


def test_without_a_model_the_machine_is_shown_all_the_same(program: Program) -> None:
    """Then what is missing, with its exit code."""
    result = program("doctor")

    assert 12 == result.code
    assert result.out.startswith("Memory  ")
    assert result.err.startswith("error: No model was given, and none was found")


@pytest.mark.usefixtures("poor")
def test_too_little_memory_is_found_before_a_run(program: Program, quick_model: Path) -> None:
    """Exit code 13 after the figures, as the run would end."""
    result = program("doctor", "three.yaml", "-m", quick_model, *LOW)

    assert 13 == result.code
    assert "all together" in result.out
    assert "1.0 MB available: too little.\n" in result.out
    assert "1.0 MB are available, in a control group of 2.0 GB." in result.err


@pytest.mark.usefixtures("poor")
def test_a_run_without_the_memory_is_refused_before_it_begins(
    program: Program, quick_model: Path
) -> None:
    """No draft is begun; the message has the figures and what to do."""
    result = program("generate", "three.yaml", "-m", quick_model, *LOW)

    assert (13, "") == (result.code, result.out)
    assert f"error: There is not enough memory for {quick_model}: " in result.err
    assert result.err.endswith(
        "  Close other programs and run the same command again. "
        "A container can also be given more memory.\n"
    )
    assert not (program.folder / "drafts").exists()


def test_with_nothing_to_write_no_memory_is_needed(
    program: Program, quick_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A draft that is up to date is assembled on any machine."""
    program("generate", "three.yaml", "-m", quick_model, *LOW)
    monkeypatch.setattr(llama_engine, "available_memory", lambda: POOR)

    assert 0 == program("generate", "three.yaml").code


def test_the_json_has_the_same_facts(program: Program, quick_model: Path) -> None:
    """In bytes, with what is wrong where something is."""
    facts = program("doctor", "three.yaml", "-m", quick_model, *LOW, "--json").json
    alone = program("doctor", "--json")

    assert {"machine", "model", "outline", "memory", "seconds"} == set(facts)
    assert ("fits", "mmap") == (facts["memory"]["verdict"], facts["memory"]["weights"])
    assert facts["memory"]["mmap"]["total"] > facts["memory"]["mmap"]["weights"] > 0
    assert (12, 12) == (alone.code, alone.json["problem"]["code"])


def test_after_a_run_the_time_of_the_next_is_known(program: Program, quick_model: Path) -> None:
    """In --dry-run and in doctor, from what the run took."""
    before = program("generate", "three.yaml", "-m", quick_model, *LOW, "--dry-run").out
    program("generate", "three.yaml", "-m", quick_model, *LOW, "-q")
    plan = program("generate", "three.yaml", "--seed", "7", "--dry-run", "--json").json
    after = program("doctor", "three.yaml", "-m", quick_model, *LOW).out

    assert "Time: not known yet" in before
    assert 0 <= plan["seconds"]["least"] <= plan["seconds"]["most"]
    assert "on this machine.\n" in after
    assert "not known yet" not in after


def test_bench_measures_both_loops_and_remembers(program: Program, quick_model: Path) -> None:
    """Tokens per second of reading and writing, ours beside llama.cpp's."""
    facts = program("bench", "-m", quick_model, "--json").json
    text = program("bench", "-m", quick_model).out
    speeds = program.folder.parent / "home/.cache/gptoss-writer/speeds.json"

    assert min(*facts["prefill"].values(), *facts["decode"].values()) > 0
    assert "\nllama.cpp alone" in text
    assert speeds.is_file()


def test_a_tape_has_no_speed(program: Program) -> None:
    """It is a usage error to measure one."""
    result = program("bench", "-m", program.tape("One."))

    assert (2, "error: A tape has no speed.\n  Give --model a GGUF file.\n") == (
        result.code,
        result.err,
    )
