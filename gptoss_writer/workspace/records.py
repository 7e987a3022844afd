"""The two kinds of record on disk, as frozen values and as JSON: settings and attempts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date as calendar_date
from pathlib import Path
from typing import Any, get_args

from gptoss_writer.draft import (
    Attempt,
    Conditions,
    Finding,
    Origin,
    Sampling,
    Steering,
    TokenUsage,
    Verdict,
)
from gptoss_writer.errors import WorkspaceError
from gptoss_writer.workspace.fields import Fields, parse_versioned, to_json

_ORIGINS: tuple[Origin, ...] = get_args(Origin)
_VERDICTS: tuple[Verdict, ...] = get_args(Verdict)


@dataclass(frozen=True, slots=True)
class ModelUsed:
    """Which weights a workspace was written with; `fingerprint` is the identity's."""

    name: str
    path: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class WorkspaceSettings:
    """What holds for a whole workspace.

    `date` (ISO, as in 2025-08-05) is pinned when the workspace is created and goes into every
    prompt. `outline` is its path as the caller gave it. `model` and `sampling` (with the effort
    and the seed of the run) are None until something was generated. `prompts` is the folder of
    templates that replace the packaged ones, "" for none.
    """

    date: str
    outline: str
    model: ModelUsed | None = None
    sampling: Sampling | None = None
    prompts: str = ""

    def __post_init__(self) -> None:
        calendar_date.fromisoformat(self.date)


@dataclass(frozen=True, slots=True)
class AttemptRecord:
    """How attempt `number` of a section came about; the fields of `draft.Attempt`, less its texts.

    `sha256` is that of the bytes in `history/<id>/<number>.md`. `parent` is the attempt that was
    the section's text when this one was made, 0 for none; `made` is UTC, ISO format, in whole
    seconds. What records of earlier versions do not have is empty.
    """

    section_id: str
    number: int
    sha256: str
    words: int
    origin: Origin
    verdict: Verdict
    findings: tuple[Finding, ...]
    usage: TokenUsage
    steering: Steering | None
    sampling: Sampling | None
    model: str
    fingerprint: str
    because: str
    model_name: str = ""
    made_from: Mapping[str, str] = field(default_factory=dict)
    parent: int = 0
    made: str = ""
    conditions: Conditions | None = None

    @classmethod
    def of(
        cls, attempt: Attempt, number: int, sha256: str, *, parent: int = 0, made: str = ""
    ) -> AttemptRecord:
        """Make the record of an attempt that gets `number`."""
        return cls(
            section_id=attempt.section_id,
            number=number,
            sha256=sha256,
            words=attempt.words,
            origin=attempt.origin,
            verdict=attempt.verdict,
            findings=attempt.findings,
            usage=attempt.usage,
            steering=attempt.steering,
            sampling=attempt.sampling,
            model=attempt.model,
            fingerprint=attempt.fingerprint,
            because=attempt.because,
            model_name=attempt.model_name,
            made_from=attempt.made_from,
            parent=parent,
            made=made,
            conditions=attempt.conditions,
        )

    def attempt(self, text: str, analysis: str, raw: str) -> Attempt:
        """Give the attempt back, with its texts."""
        return Attempt(
            section_id=self.section_id,
            text=text,
            words=self.words,
            origin=self.origin,
            verdict=self.verdict,
            analysis=analysis,
            raw=raw,
            findings=self.findings,
            usage=self.usage,
            steering=self.steering,
            sampling=self.sampling,
            model=self.model,
            fingerprint=self.fingerprint,
            because=self.because,
            model_name=self.model_name,
            made_from=self.made_from,
            conditions=self.conditions,
        )


def settings_to_json(settings: WorkspaceSettings) -> bytes:
    """Write the settings as `workspace.json`."""
    return to_json(asdict(settings))


def settings_from_json(data: bytes, path: Path) -> WorkspaceSettings:
    """Read `workspace.json`; `WorkspaceError` where it is damaged or of a newer version."""
    try:
        fields = parse_versioned(data, path)
        settings = WorkspaceSettings(
            date=fields.text("date"),
            outline=fields.text("outline"),
            model=_model(fields.optional("model")),
            sampling=sampling_of(fields.optional("sampling")),
            prompts=fields.text("prompts"),
        )
        fields.finish()
    except ValueError as error:
        raise WorkspaceError(
            f"{path} is damaged: {error}.",
            "Mend that place, or put the file back from a copy; the sections are not affected.",
        ) from error
    return settings


def record_to_json(record: AttemptRecord) -> bytes:
    """Write the record of an attempt."""
    return to_json(asdict(record))


def record_from_json(data: bytes, path: Path) -> AttemptRecord:
    """Read the record of an attempt; `WorkspaceError` where it is damaged or newer."""
    try:
        fields = parse_versioned(data, path)
        record = AttemptRecord(
            section_id=fields.text("section_id"),
            number=fields.whole("number"),
            sha256=fields.text("sha256"),
            words=fields.whole("words"),
            origin=fields.choice("origin", _ORIGINS),
            verdict=fields.choice("verdict", _VERDICTS),
            findings=tuple(_finding(item) for item in fields.items("findings")),
            usage=_usage(fields.nested("usage")),
            steering=steering_of(fields.optional("steering", is_new=True)),
            sampling=sampling_of(fields.optional("sampling")),
            model=fields.text("model"),
            fingerprint=fields.text("fingerprint"),
            because=fields.text("because"),
            **_later(fields),
        )
        fields.finish()
    except ValueError as error:
        raise WorkspaceError(
            f"{path} is damaged: {error}.",
            "Put the file back from a copy, or mend that place; the attempt's text beside it "
            "is not affected.",
        ) from error
    return record


def _later(fields: Fields) -> dict[str, Any]:
    """Read what records of earlier versions do not have."""
    if not fields.has("made"):
        return {}
    return {
        "model_name": fields.text("model_name"),
        "made_from": fields.pairs("made_from"),
        "parent": fields.whole("parent"),
        "made": fields.text("made"),
        "conditions": conditions_of(fields.optional("conditions", is_new=True)),
    }


def _model(fields: Fields | None) -> ModelUsed | None:
    if fields is None:
        return None
    model = ModelUsed(fields.text("name"), fields.text("path"), fields.text("fingerprint"))
    fields.finish()
    return model


def sampling_of(fields: Fields | None) -> Sampling | None:
    """Read with which settings a text was drawn; `ValueError` where it is damaged."""
    if fields is None:
        return None
    sampling = Sampling(
        effort=fields.text("effort"),
        seed=fields.whole("seed"),
        temperature=fields.number("temperature"),
        top_p=fields.number("top_p"),
        top_k=fields.whole("top_k"),
        min_p=fields.number("min_p"),
    )
    fields.finish()
    return sampling


def _usage(fields: Fields) -> TokenUsage:
    usage = TokenUsage(
        prompt=fields.whole("prompt"),
        cached=fields.whole("cached"),
        evaluated=fields.whole("evaluated"),
        analysis=fields.whole("analysis"),
        final=fields.whole("final"),
        seconds=fields.number("seconds"),
    )
    fields.finish()
    return usage


def steering_of(fields: Fields | None) -> Steering | None:
    """Read what a guard did; `ValueError` where it is damaged."""
    if fields is None:
        return None
    steering = Steering(
        rejected=fields.whole("rejected"),
        refused_ends=fields.whole("refused_ends"),
        resampled=fields.whole("resampled"),
        forced_ends=fields.whole("forced_ends"),
    )
    fields.finish()
    return steering


def conditions_of(fields: Fields | None) -> Conditions | None:
    """Read under which conditions an attempt was written; `ValueError` where it is damaged."""
    if fields is None:
        return None
    conditions = Conditions(
        program=fields.text("program"),
        bindings=fields.text("bindings"),
        model_bytes=fields.whole("model_bytes"),
        outline=fields.text("outline"),
        templates=fields.text("templates"),
        seed=fields.whole("seed"),
        take=fields.whole("take"),
        tolerance=fields.number("tolerance"),
        analysis_tokens=fields.whole("analysis_tokens"),
        final_tokens=fields.whole("final_tokens"),
        threads=fields.whole("threads"),
        weights=fields.text("weights"),
        request=fields.text("request"),
    )
    fields.finish()
    return conditions


def _finding(fields: Fields) -> Finding:
    finding = Finding(fields.text("code"), fields.text("message"))
    fields.finish()
    return finding
