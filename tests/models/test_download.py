"""Whatever a server and a network do, a download ends well, and no wrong file is the model."""

from __future__ import annotations

import hashlib
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from gptoss_writer.engine.interface import Cancellation
from gptoss_writer.errors import Interrupted, ModelError, ResourceError
from gptoss_writer.models import download as downloading
from gptoss_writer.models.catalog import KnownModel
from gptoss_writer.models.download import Source, download
from gptoss_writer.models.partial import opened_alone
from tests.support.commands import environment
from tests.support.model_server import ModelServer, serving

CONTENT = random.Random(5).randbytes(3_000_000)
MIB = 1 << 20


@pytest.fixture
def server() -> Iterator[ModelServer]:
    """Serve three megabytes."""
    with serving(ModelServer(CONTENT)) as server:
        yield server


@dataclass
class Downloader:
    """Downloads into one folder, and keeps how long it would have waited."""

    server: ModelServer
    folder: Path
    known: KnownModel
    pauses: list[float] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    cancellation: Cancellation = field(default_factory=Cancellation)
    seen: list[tuple[int, int]] = field(default_factory=list)

    def pause(self, seconds: float, _cancellation: Cancellation) -> None:
        """Do not wait."""
        self.pauses.append(seconds)

    def __call__(self, token: str = "") -> Path:
        """Run once."""
        source = Source(self.server.address, token, self.pause, self.notices.append)
        return download(
            self.known,
            self.folder,
            source,
            lambda done, total: self.seen.append((done, total)),
            self.cancellation,
        )

    @property
    def names(self) -> list[str]:
        """What stands in the folder."""
        return sorted(path.name for path in self.folder.iterdir())


def known_of(content: bytes = CONTENT) -> KnownModel:
    """Make the catalog's entry of a file."""
    return KnownModel(
        name="small",
        title="A small one.",
        license="Apache-2.0",
        file="small.gguf",
        bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        repository="somebody/small-GGUF",
        revision="e1dc459",
    )


@pytest.fixture
def run(server: ModelServer, tmp_path: Path) -> Downloader:
    """Give a downloader into an empty folder."""
    return Downloader(server, tmp_path / "models", known_of())


def test_a_file_arrives_whole(run: Downloader, server: ModelServer) -> None:
    """With nothing left beside it, and progress from nothing to all."""
    path = run()

    assert CONTENT == path.read_bytes()
    assert ["small.gguf"] == run.names
    assert ((0, len(CONTENT)), (len(CONTENT), len(CONTENT))) == (run.seen[0], run.seen[-1])
    assert [""] == server.ranges


def test_what_is_there_is_not_downloaded_again(run: Downloader, server: ModelServer) -> None:
    """No connection is made for it."""
    assert run() == run()
    assert 1 == len(server.ranges)


@pytest.mark.parametrize("cut", range(0, 3_000_000, 150_000))
def test_a_cut_connection_is_taken_up_where_it_broke(
    run: Downloader, server: ModelServer, cut: int
) -> None:
    """In the same run; nothing is transferred twice."""
    server.cuts = [cut]
    run()

    assert ["", f"bytes={cut}-" if cut else ""] == server.ranges
    assert len(CONTENT) == server.sent
    assert CONTENT == (run.folder / "small.gguf").read_bytes()


def test_a_server_that_falls_silent_is_asked_again(
    run: Downloader, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A connection that stays open and brings nothing is given up after a while."""
    monkeypatch.setattr(downloading, "_TIMEOUT_SECONDS", 0.2)
    server.cuts, server.stalls = [1_000_000], True
    run()

    assert ["", "bytes=1000000-"] == server.ranges
    assert CONTENT == (run.folder / "small.gguf").read_bytes()


def test_a_later_run_goes_on(run: Downloader, server: ModelServer) -> None:
    """After one that gave up, the rest alone is asked for; there is one partial file."""
    server.cuts = [1_000_000, 0, 0, 0, 0]
    with pytest.raises(ResourceError) as caught:
        run()
    left = run.names
    run()

    assert "small.gguf could not be downloaded: the connection ended too early." == (
        caught.value.message
    )
    assert "1,000,000 of 3,000,000 bytes are there." in caught.value.hint
    assert ["small.gguf.part", "small.gguf.part.json"] == left
    assert "bytes=1000000-" == server.ranges[-1]
    assert len(CONTENT) == server.sent
    assert ["small.gguf"] == run.names


def test_a_killed_process_loses_at_most_a_mebibyte(server: ModelServer, tmp_path: Path) -> None:
    """Kill -9 after a random number of bytes has arrived, four times; then it goes through."""
    server.seconds_per_chunk = 0.05
    known = known_of()
    script = (
        "import sys, json\nfrom pathlib import Path\n"
        "from gptoss_writer.engine.interface import Cancellation\n"
        "from gptoss_writer.models.catalog import KnownModel\n"
        "from gptoss_writer.models.download import Source, download\n"
        "known = KnownModel(**json.loads(sys.argv[1]))\n"
        "download(known, Path(sys.argv[2]), Source(sys.argv[3]), lambda *_: None, Cancellation())\n"
    )
    fields = {
        name: getattr(known, name) for name in KnownModel.__dataclass_fields__ if name != "sampling"
    }
    arguments = [json.dumps(fields), str(tmp_path), server.address]
    part = tmp_path / "small.gguf.part"
    for end in sorted(random.Random(3).sample(range(1, len(CONTENT) - MIB), 4)):
        child = subprocess.Popen([sys.executable, "-c", script, *arguments], env=environment())
        while not (part.exists() and part.stat().st_size >= end):
            assert child.poll() is None
            time.sleep(0.005)
        child.send_signal(signal.SIGKILL)
        child.wait()
        assert part.stat().st_size < len(CONTENT)
    subprocess.run([sys.executable, "-c", script, *arguments], env=environment(), check=True)

    assert CONTENT == (tmp_path / "small.gguf").read_bytes()
    assert ["small.gguf"] == [path.name for path in tmp_path.iterdir()]
    assert server.sent <= len(CONTENT) + 4 * MIB


def test_a_server_without_ranges_sends_all_of_it_again(
    run: Downloader, server: ModelServer
) -> None:
    """There is no other way; the file is right in the end."""
    server.knows_ranges, server.cuts = False, [1_000_000]
    run()

    assert CONTENT == (run.folder / "small.gguf").read_bytes()


def test_a_server_without_tags_is_gone_on_with(run: Downloader, server: ModelServer) -> None:
    """The revision in the address stands for the tag, and the hash tells in the end."""
    server.tag, server.cuts = "", [1_000_000]
    run()

    assert len(CONTENT) == server.sent


def test_another_file_under_the_same_address_starts_anew(
    run: Downloader, server: ModelServer
) -> None:
    """What belongs to the old one is thrown away."""
    other = bytes(reversed(CONTENT))
    server.content, server.tag, server.cuts = other, '"v0"', [1_000_000, 0, 0, 0, 0]
    with pytest.raises(ResourceError):
        run()
    server.content, server.tag = CONTENT, '"v1"'
    run()

    assert CONTENT == (run.folder / "small.gguf").read_bytes()


def test_a_part_of_an_unknown_file_starts_anew(run: Downloader, server: ModelServer) -> None:
    """Without its note nobody knows what it is a part of."""
    run.folder.mkdir()
    (run.folder / "small.gguf.part").write_bytes(b"x" * 1000)
    run()

    assert [""] == server.ranges


def test_a_wrong_hash_never_becomes_the_model(run: Downloader, server: ModelServer) -> None:
    """Nothing of it stays, and the message has both hashes."""
    server.content = b"\0" + CONTENT[1:]
    with pytest.raises(ModelError) as caught:
        run()
    found = hashlib.sha256(server.content).hexdigest()

    assert (
        f"small.gguf arrived damaged: its SHA-256 is {found}, not {run.known.sha256}. "
        "It was deleted."
    ) == caught.value.message
    assert (12, []) == (caught.value.exit_code, run.names)


@pytest.mark.parametrize("size", [len(CONTENT) - 1, len(CONTENT) + 1])
def test_a_file_of_another_size_is_refused_at_once(
    run: Downloader, server: ModelServer, size: int
) -> None:
    """Before any of it is transferred."""
    server.claims = size
    with pytest.raises(ModelError) as caught:
        run()

    assert "the server has another file." in caught.value.message
    assert not (run.folder / "small.gguf").exists()


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_busy_server_is_waited_for(run: Downloader, server: ModelServer, status: int) -> None:
    """As long as it asks for, else a little longer each time."""
    server.failures = [(status, {"Retry-After": "7"}), (status, {}), (status, {"Retry-After": "x"})]
    run()

    assert [7.0, 4.0, 8.0] == run.pauses
    assert run.notices[0].startswith(f"The server says {status} ")
    assert run.notices[0].endswith("; trying again in 7 s.")


def test_nobody_is_waited_for_without_end(run: Downloader, server: ModelServer) -> None:
    """Five tries that bring nothing are enough, and an hour is too long."""
    server.failures = [(503, {"Retry-After": "3600"})] * 9
    with pytest.raises(ResourceError) as caught:
        run()

    assert "the server says 503 Service Unavailable" in caught.value.message
    assert [60.0] * 4 == run.pauses


def test_a_refused_range_starts_anew(run: Downloader, server: ModelServer) -> None:
    """416 for a part that should be good."""
    run.folder.mkdir()
    (run.folder / "small.gguf.part").write_bytes(CONTENT[:1000])
    note = {"tag": server.tag, "sha256": run.known.sha256}
    (run.folder / "small.gguf.part.json").write_text(json.dumps(note))
    server.failures = [(416, {})]
    run()

    assert ["bytes=1000-", ""] == server.ranges


@pytest.mark.parametrize(
    ("status", "hint"), [(401, "Set HF_TOKEN"), (403, "Set HF_TOKEN"), (404, "Look at https://")]
)
def test_what_is_refused_for_good_is_said_at_once(
    run: Downloader, server: ModelServer, status: int, hint: str
) -> None:
    """One request, and what to do."""
    server.failures = [(status, {})]
    with pytest.raises(ModelError) as caught:
        run()

    assert caught.value.hint.startswith(hint)
    assert 1 == len(server.ranges)


def test_a_token_is_not_handed_on(run: Downloader, server: ModelServer) -> None:
    """It goes to the endpoint, not to wherever that sends us."""
    with serving(ModelServer(CONTENT)) as elsewhere:
        server.redirect = f"{elsewhere.address}/blob"
        run(token="secret")  # noqa: S106 - nobody's

    assert (["Bearer secret"], [""]) == (server.tokens, elsewhere.tokens)


def test_a_redirect_leads_to_no_file(run: Downloader, server: ModelServer, tmp_path: Path) -> None:
    """Only http and https are followed."""
    (tmp_path / "private").write_bytes(CONTENT)
    server.redirect = f"file://{tmp_path}/private"
    with pytest.raises((ModelError, ResourceError)):
        run()

    assert not (run.folder / "small.gguf").exists()


def test_a_proxy_is_used(
    run: Downloader, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proxy variables are heeded."""
    monkeypatch.setenv("http_proxy", server.address)
    monkeypatch.delenv("no_proxy", raising=False)
    source = Source("http://model.example", "", run.pause)
    download(run.known, run.folder, source, lambda *_: None, Cancellation())

    assert CONTENT == (run.folder / "small.gguf").read_bytes()


def test_a_server_that_is_not_there_is_one_message(run: Downloader, server: ModelServer) -> None:
    """With the reason, after a few tries."""
    server.address = "http://127.0.0.1:9"
    with pytest.raises(ResourceError) as caught:
        run()

    assert caught.value.message.startswith("small.gguf could not be downloaded: ")
    assert "refused" in caught.value.message
    assert [] == list(run.folder.iterdir())


def test_a_stop_keeps_what_has_arrived(run: Downloader, server: ModelServer) -> None:
    """And the next run goes on from there."""
    run.cancellation.cancel()
    server.seconds_per_chunk = 0.001
    with pytest.raises(Interrupted) as caught:
        run()
    run.cancellation = Cancellation()
    run()

    assert caught.value.message.endswith(" of 3,000,000 bytes.")
    assert server.ranges[-1].startswith("bytes=")
    assert CONTENT == (run.folder / "small.gguf").read_bytes()


def test_a_stop_between_two_tries_is_heeded_at_once(run: Downloader, server: ModelServer) -> None:
    """However long the server wants us to wait."""
    server.failures = [(503, {"Retry-After": "60"})]
    source = Source(server.address, notice=lambda _reason: run.cancellation.cancel())
    with pytest.raises(Interrupted) as caught:
        download(run.known, run.folder, source, lambda *_: None, run.cancellation)

    assert "Stopped with 0 of 3,000,000 bytes." == caught.value.message
    assert 1 == len(server.ranges)


def test_too_little_room_is_said_before_anything_is_transferred(
    run: Downloader, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the figures."""

    class Usage:
        free = 2_000_000

    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage)
    with pytest.raises(ResourceError) as caught:
        run()

    assert (
        f"There is not enough room in {run.folder}: 3,000,000 bytes are needed, 2,000,000 are free."
    ) == caught.value.message
    assert [] == server.ranges


def test_a_full_disk_keeps_what_has_arrived(run: Downloader, server: ModelServer) -> None:
    """The message names the file and the bytes; once there is room, the rest comes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, before[1]))
    try:
        with pytest.raises(ResourceError) as caught:
            run()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    run()

    assert caught.value.message.startswith(f"Cannot write {run.folder}/small.gguf.part: File too")
    assert "bytes more are needed" in caught.value.message
    assert "bytes=1000000-" == server.ranges[-1]
    assert ["small.gguf"] == run.names


def test_two_processes_do_not_write_into_one_file(run: Downloader) -> None:
    """The second is told so."""
    run.folder.mkdir()
    part = run.folder / "small.gguf.part"
    with opened_alone(part), pytest.raises(ResourceError) as caught:
        run()

    assert f"Another process is downloading into {part}." == caught.value.message


def test_the_environment_names_the_endpoint_and_the_token() -> None:
    """As Hugging Face's own tools have it."""
    known = known_of()
    plain = Source.of({}, print)
    set_ = Source.of({"HF_ENDPOINT": "https://mirror/", "HF_TOKEN": "t"}, print)

    assert "https://huggingface.co/somebody/small-GGUF/resolve/e1dc459/small.gguf" == plain.url(
        known
    )
    assert ("https://mirror/somebody/small-GGUF/resolve/e1dc459/small.gguf", "t") == (
        set_.url(known),
        set_.token,
    )


def test_a_folder_that_cannot_be_made_is_said_to_be_so(run: Downloader) -> None:
    """With its path."""
    run.folder = Path(os.devnull) / "models"
    with pytest.raises(ResourceError) as caught:
        run()

    assert "Cannot write /dev/null/models: Not a directory." == caught.value.message
