"""Downloads a model of the catalog; the only module of the program that opens a connection.

What has arrived stays in `<file>.part`, with the server's tag for it in `<file>.part.json`; a
later run, or a later try of this one, asks for the rest alone. The bytes are hashed as they come,
and only a file with the catalog's SHA-256 gets its name.
"""

from __future__ import annotations

import hashlib
import http.client
import os
import shutil
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from gptoss_writer import __version__
from gptoss_writer.engine.interface import Cancellation
from gptoss_writer.errors import Interrupted, ModelError, ResourceError
from gptoss_writer.models.catalog import KnownModel
from gptoss_writer.models.partial import Note, opened_alone
from gptoss_writer.models.transfer import Progress, copy_hash, refused_write, wait

DEFAULT_ENDPOINT = "https://huggingface.co"
_CHUNK_BYTES = 1 << 20
_TRIES_WITHOUT_PROGRESS = 5
_LONGEST_PAUSE_SECONDS = 60.0
_TIMEOUT_SECONDS = 30.0
_PARTIAL, _WHOLE, _BAD_RANGE = 206, 200, 416
_BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})
_NOT_ALLOWED = frozenset({401, 403})
_GOES_ON = "Run the same command again; it goes on where it stopped."


@dataclass(frozen=True, slots=True)
class Source:
    """Where models are downloaded from.

    `pause` waits so many seconds between tries, less where the caller asks to stop; `notice` is
    told why, in a sentence.
    """

    endpoint: str = DEFAULT_ENDPOINT
    token: str = ""
    pause: Callable[[float, Cancellation], None] = field(default=wait)
    notice: Callable[[str], None] = field(default=lambda _reason: None)

    @classmethod
    def of(cls, environment: Mapping[str, str], notice: Callable[[str], None]) -> Source:
        """Heed HF_ENDPOINT and HF_TOKEN; urllib heeds the proxies."""
        endpoint = environment.get("HF_ENDPOINT", "").rstrip("/") or DEFAULT_ENDPOINT
        return cls(endpoint, environment.get("HF_TOKEN", ""), notice=notice)

    def url(self, known: KnownModel) -> str:
        """Give the address of a model's file, at a revision that never changes."""
        return f"{self.endpoint}/{known.repository}/resolve/{known.revision}/{known.file}"


def download(
    known: KnownModel,
    folder: Path,
    source: Source,
    progress: Progress,
    cancellation: Cancellation,
) -> Path:
    """Bring a model's file into a folder, going on with what an earlier run left; give its path.

    Raises `ResourceError` where the disk has no room or the server cannot be reached, `ModelError`
    where it has not the file that the catalog means, and `Interrupted`.
    """
    target = folder / known.file
    if target.is_file() and target.stat().st_size == known.bytes:
        return target
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise refused_write(folder, error) from error
    with opened_alone(target.with_name(f"{target.name}.part")) as file:
        transfer = _Transfer(known, target, source, file)
        try:
            transfer.require_space()
            transfer.run(progress, cancellation)
        finally:
            transfer.leave_nothing_empty()
    return target


class _Transfer:
    """One file on its way."""

    def __init__(self, known: KnownModel, target: Path, source: Source, file: int) -> None:
        self._known = known
        self._target = target
        self._part = target.with_name(f"{target.name}.part")
        self._note = Note(
            target.with_name(f"{target.name}.part.json"), known.sha256, source.url(known)
        )
        self._source = source
        self._file = file
        self._digest = hashlib.sha256()
        self._have = os.fstat(file).st_size
        self._tag: str | None = self._note.read_tag()
        if self._have > known.bytes or self._tag is None:
            self._start_over()  # nobody knows what that is a part of

    def require_space(self) -> None:
        """Raise `ResourceError` where the rest does not fit the disk."""
        free, missing = shutil.disk_usage(self._part.parent).free, self._known.bytes - self._have
        if free < missing:
            raise ResourceError(
                f"There is not enough room in {self._part.parent}: {missing:,} bytes are needed, "
                f"{free:,} are free.",
                "Free some space, or choose another folder with --to.",
            )

    def run(self, progress: Progress, cancellation: Cancellation) -> None:
        """Fetch what is missing, check it, and give the file its name."""
        total = self._known.bytes
        os.lseek(self._file, 0, os.SEEK_SET)
        copy_hash(self._file, self._digest, self._have, cancellation)
        progress(self._have, total)
        tries, pause = 0, 1.0
        while self._have < total:
            before = self._have
            wait, reason = self._try(progress, cancellation)
            if self._have >= total:
                break
            tries, pause = (1, 1.0) if self._have > before else (tries + 1, pause * 2)
            if tries >= _TRIES_WITHOUT_PROGRESS:
                raise ResourceError(
                    f"{self._known.file} could not be downloaded: {reason}.",
                    f"{_GOES_ON} {self._have:,} of {total:,} bytes are there.",
                )
            seconds = min(wait or pause, _LONGEST_PAUSE_SECONDS)
            self._source.notice(
                f"{reason[0].upper()}{reason[1:]}; trying again in {seconds:.0f} s."
            )
            self._source.pause(seconds, cancellation)
            if cancellation.is_cancelled:
                raise self._stopped()
        self._finish()

    def _try(self, progress: Progress, cancellation: Cancellation) -> tuple[float, str]:
        """Ask for the rest once; give how long the server wants us to wait, and what went wrong."""
        try:
            with self._ask() as response:
                self._accept(response)
                self._receive(response, progress, cancellation)
        except urllib.error.HTTPError as error:
            error.close()
            return self._heed(error)
        except urllib.error.URLError as error:
            return 0.0, str(error.reason) or "it cannot be reached"
        except (http.client.HTTPException, OSError) as error:
            return 0.0, str(error) or type(error).__name__
        return 0.0, "the connection ended too early"

    def _ask(self) -> http.client.HTTPResponse:
        request = urllib.request.Request(  # noqa: S310 - the opener below knows http and https only
            self._source.url(self._known), headers={"User-Agent": f"gptoss-writer/{__version__}"}
        )
        if self._source.token:  # not to be handed on to wherever we are sent
            request.add_unredirected_header("Authorization", f"Bearer {self._source.token}")
        if self._have:
            request.add_header("Range", f"bytes={self._have}-")
            if self._tag and not self._tag.startswith("W/"):  # weak tags say too little
                request.add_header("If-Range", self._tag)
        response = _opener().open(request, timeout=_TIMEOUT_SECONDS)
        assert isinstance(response, http.client.HTTPResponse)  # noqa: S101 - http gives nothing else
        return response

    def _accept(self, response: http.client.HTTPResponse) -> None:
        """Look at what the server is about to send; start over where it is the whole file."""
        size = self._announced(response)
        if size is not None and size != self._known.bytes:
            raise ModelError(
                f"{response.url} has {size:,} bytes, and {self._known.name} has "
                f"{self._known.bytes:,}: the server has another file.",
                "Unset HF_ENDPOINT, or download the file yourself and give --model its path.",
            )
        if response.status != _PARTIAL and self._have:
            self._start_over()
        tag = response.headers.get("ETag", "") or response.headers.get("Last-Modified", "")
        if tag != self._tag:
            self._tag = tag
            self._note.write_tag(tag)

    def _announced(self, response: http.client.HTTPResponse) -> int | None:
        """Give the size of the whole file as the server says it; None where it does not."""
        if response.status == _PARTIAL:
            start, _, whole = response.headers.get("Content-Range", "").partition("/")
            if not start.startswith(f"bytes {self._have}-"):
                message = f"asked for byte {self._have}, the server sent {start or 'no range'}"
                raise http.client.HTTPException(message)
            return int(whole) if whole.isdigit() else None
        length = response.headers.get("Content-Length", "")
        return int(length) if length.isdigit() else None

    def _receive(
        self,
        response: http.client.HTTPResponse,
        progress: Progress,
        cancellation: Cancellation,
    ) -> None:
        while chunk := response.read1(_CHUNK_BYTES):
            if self._have + len(chunk) > self._known.bytes:
                self._start_over()
                raise ModelError(
                    f"{response.url} sends more than the {self._known.bytes:,} bytes that "
                    f"{self._known.name} has.",
                    "Unset HF_ENDPOINT, or download the file yourself and give --model its path.",
                )
            self._write(chunk)
            progress(self._have, self._known.bytes)
            if cancellation.is_cancelled:
                raise self._stopped()

    def _stopped(self) -> Interrupted:
        return Interrupted(f"Stopped with {self._have:,} of {self._known.bytes:,} bytes.", _GOES_ON)

    def _write(self, chunk: bytes) -> None:
        rest = memoryview(chunk)
        while rest:
            try:
                written = os.write(self._file, rest)
            except OSError as error:
                raise refused_write(self._part, error, self._known.bytes - self._have) from error
            self._digest.update(rest[:written])
            self._have += written
            rest = rest[written:]

    def _heed(self, error: urllib.error.HTTPError) -> tuple[float, str]:
        """Decide what a refusal of the server means; raises where trying again is no use."""
        reason = f"the server says {error.code} {error.reason}".rstrip()
        if error.code == _BAD_RANGE:
            self._start_over()
            return 0.0, reason
        if error.code in _BUSY:
            after = error.headers.get("Retry-After", "")
            return (float(after) if after.isdigit() else 0.0), reason
        if error.code in _NOT_ALLOWED:
            raise ModelError(
                f"{error.url} may not be downloaded: {reason}.",
                "Set HF_TOKEN to a token that may read it.",
            )
        raise ModelError(
            f"{error.url} cannot be downloaded: {reason}.",
            f"Look at {self._known.page}, download the file yourself, and give --model its path.",
        )

    def _finish(self) -> None:
        found = self._digest.hexdigest()
        if found != self._known.sha256:
            self._start_over()
            self._forget()
            raise ModelError(
                f"{self._known.file} arrived damaged: its SHA-256 is {found}, not "
                f"{self._known.sha256}. It was deleted.",
                "Run the same command again; if it happens again, try another network.",
            )
        try:
            os.fsync(self._file)
            self._part.replace(self._target)
        except OSError as error:
            raise refused_write(self._target, error) from error
        with suppress(OSError):
            self._note.path.unlink()

    def leave_nothing_empty(self) -> None:
        """Remove the file of a download of which nothing has arrived."""
        if not os.fstat(self._file).st_size:
            self._forget()

    def _forget(self) -> None:
        for path in (self._part, self._note.path):
            with suppress(OSError):
                path.unlink()

    def _start_over(self) -> None:
        os.ftruncate(self._file, 0)
        os.lseek(self._file, 0, os.SEEK_SET)
        self._have, self._digest = 0, hashlib.sha256()
        self._tag = None


def _opener() -> urllib.request.OpenerDirector:
    """Make an opener for http and https, through proxies, and for nothing else."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPRedirectHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.UnknownHandler(),
    ):
        opener.add_handler(handler)
    return opener
