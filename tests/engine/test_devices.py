"""What llama.cpp says that it can compute on."""

from __future__ import annotations

import psutil

from gptoss_writer.engine.llama.devices import Device, Kind, devices
from gptoss_writer.engine.llama.library import bindings


def test_the_processor_is_a_device_with_the_memory_of_the_machine() -> None:
    """Its name and memory come from llama.cpp itself; it is no GPU."""
    processors = [device for device in devices() if device.kind == "cpu"]

    assert 1 == len(processors)
    assert "CPU" == processors[0].name
    assert psutil.virtual_memory().total == processors[0].total
    assert 0 < processors[0].free <= processors[0].total
    assert not processors[0].is_gpu


def test_gpus_are_there_where_the_build_can_use_one() -> None:
    """A build that offloads nothing lists no GPU."""
    if bindings.llama_supports_gpu_offload():
        assert any(device.is_gpu for device in devices())
    else:
        assert not any(device.is_gpu for device in devices())


def test_an_integrated_gpu_is_one_and_an_accelerator_is_none() -> None:
    """Layers can be put on GPUs of either kind, and not on what helps the processor."""
    kinds: tuple[Kind, ...] = ("gpu", "integrated gpu", "accelerator", "cpu")

    assert [True, True, False, False] == [Device(kind, "", "", 0, 0).is_gpu for kind in kinds]
