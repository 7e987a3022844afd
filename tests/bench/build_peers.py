"""Builds llama.cpp's own server and benchmark from the sources that llama-cpp-python installs from.

    python -m tests.bench.build_peers FOLDER

The sources stand in the source distribution of llama-cpp-python, under `vendor/llama.cpp`, so the
peers are the same commit of llama.cpp that this program runs on. pip fetches the distribution of
the installed version; CMake and a C++ compiler build two programs, which takes five minutes on two
idle cores. The command's last lines are their paths, as `tests.bench.against_server` wants them.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tarfile
from collections.abc import Sequence
from pathlib import Path

from llama_cpp import __version__

PROGRAMS = ("llama-server", "llama-bench")
# As llama-cpp-python's build does it: for the processor at hand, optimised. No web page, no TLS.
OPTIONS = (
    "CMAKE_BUILD_TYPE=Release",
    "BUILD_SHARED_LIBS=OFF",
    "GGML_NATIVE=ON",
    *(f"LLAMA_BUILD_{part}=OFF" for part in ("TESTS", "EXAMPLES", "APP", "UI")),
    "LLAMA_USE_PREBUILT_UI=OFF",
    "LLAMA_OPENSSL=OFF",
)


def fetch_sources(folder: Path) -> Path:
    """Fetch the source distribution of the installed version; give the folder of llama.cpp."""
    name = f"llama_cpp_python-{__version__}"
    archive = folder / f"{name}.tar.gz"
    if not archive.is_file():
        wanted = f"llama-cpp-python=={__version__}"
        run("pip", "download", "--no-binary", ":all:", "--no-deps", "--dest", str(folder), wanted)
    llama_cpp = f"{name}/vendor/llama.cpp"
    if not (folder / llama_cpp).is_dir():
        with tarfile.open(archive) as content:
            members = [one for one in content if one.name.startswith(llama_cpp)]
            content.extractall(folder, members, filter="data")
    return folder / llama_cpp


def build(folder: Path) -> list[Path]:
    """Build the programs below a folder; give their paths."""
    sources, output = fetch_sources(folder), folder / "build"
    settings = [f"-D{option}" for option in OPTIONS]
    cmake("-S", str(sources), "-B", str(output), *settings)
    jobs = str(os.cpu_count() or 1)
    cmake("--build", str(output), "--parallel", jobs, "--target", *PROGRAMS)
    return [output / "bin" / name for name in PROGRAMS]


def run(module: str, *arguments: str) -> None:
    """Run a module of this Python; its output goes to stderr."""
    subprocess.run([sys.executable, "-m", module, *arguments], check=True, stdout=sys.stderr)


def cmake(*arguments: str) -> None:
    """Run CMake; its output goes to stderr."""
    subprocess.run(["cmake", *arguments], check=True, stdout=sys.stderr)


def main(arguments: Sequence[str] | None = None) -> None:
    """Build, and print the paths."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args(arguments).folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    sys.stdout.write("".join(f"{path}\n" for path in build(folder)))


if __name__ == "__main__":
    main()
