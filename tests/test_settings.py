"""Settings: flags before environment before project file before user file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gptoss_writer.errors import UsageError
from gptoss_writer.harmony.messages import ReasoningEffort
from gptoss_writer.settings import (
    ENVIRONMENT_PREFIX,
    MAX_SEED,
    PROJECT_FILE,
    Settings,
    resolve,
)

KEYS = [
    *("model", "prompts", "workspace", "effort", "seed", "temperature", "top_p", "top_k"),
    *("min_p", "context", "threads", "weights", "mlock", "gpu_layers", "analysis_tokens"),
    "tolerance",
]


def refusal(
    flags: Mapping[str, object] | None = None,
    environment: Mapping[str, str] | None = None,
    folder: Path = Path("/nonexistent"),
    user_file: Path = Path("/nonexistent/config.toml"),
) -> tuple[str, str]:
    """Resolve what must be refused; give message and hint."""
    with pytest.raises(UsageError) as refused:
        resolve(flags or {}, environment or {}, folder, user_file)

    return refused.value.message, refused.value.hint


def test_nothing_set_is_nothing_known(tmp_path: Path) -> None:
    """What nobody named is None, so that the draft or the default can say."""
    assert Settings() == resolve({"seed": None}, {}, tmp_path, tmp_path / "none.toml")


def test_the_nearer_place_wins(tmp_path: Path) -> None:
    """A flag before a variable before the project file before the user file."""
    user = tmp_path / "config.toml"
    user.write_text("seed = 4\ntop_k = 4\nthreads = 4\ncontext = 4000\n")
    (tmp_path / PROJECT_FILE).write_text("seed = 3\ntop_k = 3\nthreads = 3\n")
    variables = {"GPTOSS_WRITER_SEED": "2", "GPTOSS_WRITER_TOP_K": "2"}
    found = resolve({"seed": "1", "top_k": None}, variables, tmp_path, user)

    assert (1, 2, 3, 4000) == (found.seed, found.top_k, found.threads, found.context)


def test_every_setting_has_every_place(tmp_path: Path) -> None:
    """Flag, variable and both files take the same keys and give the same values."""
    (tmp_path / "there").mkdir()
    texts = {
        "model": "20b",
        "prompts": str(tmp_path / "there"),
        "workspace": str(tmp_path / "new"),
        "effort": "High",
        "seed": "7",
        "temperature": "0.5",
        "top_p": "0.9",
        "top_k": "40",
        "min_p": "0.02",
        "context": "8192",
        "threads": "3",
        "weights": "mmap",
        "mlock": "true",
        "gpu_layers": "-1",
        "analysis_tokens": "0",
        "tolerance": "5",
    }
    expected = Settings(
        model="20b",
        prompts=tmp_path / "there",
        workspace=tmp_path / "new",
        effort=ReasoningEffort.HIGH,
        seed=7,
        temperature=0.5,
        top_p=0.9,
        top_k=40,
        min_p=0.02,
        context=8192,
        threads=3,
        weights="mmap",
        mlock=True,
        gpu_layers=-1,
        analysis_tokens=0,
        tolerance=5.0,
    )
    none = tmp_path / "none.toml"
    variables = {ENVIRONMENT_PREFIX + key.upper(): value for key, value in texts.items()}
    file = tmp_path / "config.toml"
    file.write_text("".join(f'{key} = "{value}"\n' for key, value in texts.items()))

    assert KEYS == list(texts)
    assert expected == resolve(texts, {}, tmp_path, none)
    assert expected == resolve({}, variables, tmp_path, none)
    assert expected == resolve({}, {}, tmp_path, file)
    file.rename(tmp_path / PROJECT_FILE)

    assert expected == resolve({}, {}, tmp_path, none)


def test_a_file_may_use_numbers(tmp_path: Path) -> None:
    """TOML's own whole numbers and fractions are taken as such."""
    (tmp_path / PROJECT_FILE).write_text("seed = 7\ntemperature = 1\ntop_p = 0.5\n")
    found = resolve({}, {}, tmp_path, tmp_path / "none.toml")

    assert (7, 1.0, 0.5) == (found.seed, found.temperature, found.top_p)


def test_the_project_file_is_found_above(tmp_path: Path) -> None:
    """The nearest one counts, alone."""
    deep = tmp_path / "a/b/c"
    deep.mkdir(parents=True)
    (tmp_path / PROJECT_FILE).write_text("seed = 1\nthreads = 1\n")
    (tmp_path / "a" / PROJECT_FILE).write_text("seed = 2\n")
    found = resolve({}, {}, deep, tmp_path / "none.toml")

    assert (2, None) == (found.seed, found.threads)


def test_paths_of_a_file_start_at_its_folder(tmp_path: Path) -> None:
    """Those of flags and variables stay as they were typed."""
    deep = tmp_path / "a/b"
    deep.mkdir(parents=True)
    (tmp_path / "weights.gguf").touch()
    (tmp_path / PROJECT_FILE).write_text(
        'model = "weights.gguf"\nprompts = "mine"\nworkspace = "../out"\n'
    )
    found = resolve({"workspace": "here"}, {}, deep, tmp_path / "none.toml")

    assert str(tmp_path / "weights.gguf") == found.model
    assert tmp_path / "mine" == found.prompts
    assert Path("here") == found.workspace
    assert tmp_path / "../out" == resolve({}, {}, deep, tmp_path / "none.toml").workspace


def test_a_model_that_is_no_path_is_a_name(tmp_path: Path) -> None:
    """What does not exist beside the file is handed on as it stands."""
    (tmp_path / PROJECT_FILE).write_text('model = "gpt-oss-20b"\n')

    assert "gpt-oss-20b" == resolve({}, {}, tmp_path, tmp_path / "none.toml").model


def test_a_home_is_filled_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tilde means the home folder in every place."""
    monkeypatch.setenv("HOME", str(tmp_path))
    found = resolve({"workspace": "~/w"}, {"GPTOSS_WRITER_PROMPTS": "~/p"}, tmp_path)

    assert (tmp_path / "w", tmp_path / "p") == (found.workspace, found.prompts)


def test_empty_variables_do_not_count() -> None:
    """As in a shell, an empty variable is one that is not set."""
    assert Settings() == resolve({}, {"GPTOSS_WRITER_SEED": ""}, Path("/nonexistent"))


REFUSED = [
    ("effort", "some", "'some' is not a reasoning effort.", "Use low, medium or high."),
    ("seed", "x", f"'x' is not a whole number from 0 to {MAX_SEED}.", None),
    ("seed", "-1", f"'-1' is not a whole number from 0 to {MAX_SEED}.", None),
    ("seed", str(2**31), f"'2147483648' is not a whole number from 0 to {MAX_SEED}.", None),
    ("seed", "1.5", f"'1.5' is not a whole number from 0 to {MAX_SEED}.", None),
    ("temperature", "hot", "'hot' is not a number from 0 to 5.", None),
    ("temperature", "nan", "'nan' is not a number from 0 to 5.", None),
    ("temperature", "inf", "'inf' is not a number from 0 to 5.", None),
    ("top_p", "0", "'0' is not a number from 0.01 to 1.", None),
    ("min_p", "1.1", "'1.1' is not a number from 0 to 1.", None),
    ("context", "255", "'255' is not a whole number from 256 to 1048576.", None),
    ("tolerance", "0.5", "'0.5' is not a number from 1 to 50.", None),
    ("tolerance", "51", "'51' is not a number from 1 to 50.", None),
    ("tolerance", "5%", "'5%' is not a number from 1 to 50.", None),
    ("threads", "0", "'0' is not a whole number from 1 to 1024.", None),
    ("model", " ", "' ' is not a text.", "Give a name or a path."),
    ("workspace", "a\0b", "'a\\x00b' cannot be used as a path", "Give another path."),
    ("prompts", "p" * 300, "cannot be used as a path: File name too long.", "Give another path."),
    ("model", "~nobody-of-this-name/x", "cannot be used as a path", "Give another path."),
]


@pytest.mark.parametrize(("key", "value", "message", "hint"), REFUSED)
def test_a_value_is_refused_under_the_name_it_was_given(
    tmp_path: Path, key: str, value: str, message: str, hint: str | None
) -> None:
    """The message names the flag, the variable, or the file with its key."""
    file = tmp_path / PROJECT_FILE
    escaped = value.replace("\0", "\\u0000")
    file.write_text(f'{key} = "{escaped}"\n', encoding="utf-8")
    places = {
        f"--{key.replace('_', '-')}: ": refusal({key: value}),
        f"GPTOSS_WRITER_{key.upper()}: ": refusal(
            environment={f"GPTOSS_WRITER_{key.upper()}": value}
        ),
        f"{file}: {key}: ": refusal(folder=tmp_path),
    }
    for name, (said, advice) in places.items():
        assert said.startswith(name)
        assert message in said
        assert (hint or "Give a number in that range.") == advice


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("seed = true", "seed: True is not a whole number"),
        ("seed = 1.0", "seed: 1.0 is not a whole number"),
        ("seed = [1]", "seed: [1] is not a whole number"),
        ("effort = 3", "effort: 3 is not a reasoning effort."),
        ("top_p = false", "top_p: False is not a number"),
        ("model = 20", "model: 20 is not a text."),
        ("model = {a = 1}", "model: {'a': 1} is not a text."),
        (f'effort = "{"x" * 500}"', "x… is not a reasoning effort."),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused(tmp_path: Path, line: str, message: str) -> None:
    """And shown, cut where it is long."""
    (tmp_path / PROJECT_FILE).write_text(line)

    assert message in refusal(folder=tmp_path)[0]


def test_a_file_with_an_unknown_key_is_refused_with_the_one_that_was_meant(tmp_path: Path) -> None:
    """The suggestion is spelled as the file spells it."""
    file = tmp_path / PROJECT_FILE
    file.write_text("top-k = 3\n")

    assert (
        f"{file}: 'top-k' is not a setting. Did you mean top_k?",
        f"Use any of: {', '.join(KEYS)}.",
    ) == refusal(folder=tmp_path)


@pytest.mark.parametrize("name", ["GPTOSS_WRITER_SEDE", "GPTOSS_WRITER_seed"])
def test_an_unknown_variable_is_refused_with_the_one_that_was_meant(name: str) -> None:
    """The suggestion is spelled as variables are."""
    message, hint = refusal(environment={name: "1"})

    assert (
        f"The environment variable {name} is not a setting. Did you mean GPTOSS_WRITER_SEED?"
    ) == message
    assert hint.startswith("Use any of: GPTOSS_WRITER_MODEL, GPTOSS_WRITER_PROMPTS, ")


BROKEN = {
    "syntax": (b"seed = ", "Invalid value (at end of document)"),
    "not utf-8": (b"# \xff\n", "invalid start byte"),
    "nested": (b"a = " + b"[" * 5000, ""),
    "huge": (b"seed = " + b"9" * 5000, ""),
}


@pytest.mark.parametrize(("content", "reason"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_named(tmp_path: Path, content: bytes, reason: str) -> None:
    """With what is wrong in it, and what to do."""
    file = tmp_path / PROJECT_FILE
    file.write_bytes(content)
    message, hint = refusal(folder=tmp_path)

    assert message.startswith(f"{file} cannot be read: ")
    assert reason in message
    assert "Mend the file or remove it." == hint


def test_a_folder_of_that_name_is_no_settings_file(tmp_path: Path) -> None:
    """Nor is anything else that is not a file."""
    (tmp_path / PROJECT_FILE).mkdir()

    assert Settings() == resolve({}, {}, tmp_path, tmp_path)


_anything = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.binary(max_size=5),
    st.lists(st.integers(), max_size=2),
    st.just(10**400),
    st.just("9" * 5000),
)
_toml_lines = st.lists(
    st.builds(
        "{} = {}".format,
        st.sampled_from([*KEYS, "sead", "[writer]\nx"]),
        st.one_of(
            st.integers().map(str),
            st.floats().map(str),
            st.sampled_from(
                ["true", "[1]", "{}", "1979-05-27", '"low"', '"\\u0000"', "''", "1e999"]
            ),
            st.text(max_size=8).map(repr),
        ),
    ),
    max_size=4,
).map("\n".join)


@settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    flags=st.dictionaries(st.sampled_from(KEYS), _anything, max_size=3),
    environment=st.dictionaries(
        st.one_of(
            st.sampled_from(KEYS).map(lambda key: ENVIRONMENT_PREFIX + key.upper()), st.text()
        ),
        st.text(max_size=10),
        max_size=3,
    ),
    content=st.one_of(
        st.binary(max_size=40), _toml_lines.map(lambda text: text.encode("utf-8", "replace"))
    ),
)
def test_whatever_is_set_gives_settings_or_a_usage_error(
    tmp_path: Path, flags: dict[str, Any], environment: dict[str, str], content: bytes
) -> None:
    """Nothing else is ever raised, and what is given lies in its range."""
    (tmp_path / PROJECT_FILE).write_bytes(content)
    try:
        found = resolve(flags, environment, tmp_path, tmp_path / "none.toml")
    except UsageError:
        return

    assert found.seed is None or 0 <= found.seed <= MAX_SEED
    assert found.temperature is None or 0 <= found.temperature <= 5
    assert found.effort is None or found.effort in ReasoningEffort


@pytest.mark.parametrize("mode", ["auto", "mmap", "repack"])
def test_weights_are_loaded_in_a_way_that_has_a_name(mode: str) -> None:
    """Anything else is refused with the names."""
    chosen = resolve({"weights": mode}, {}, Path("/nonexistent"), Path("/nonexistent/c.toml"))

    assert mode == chosen.weights
    assert (
        "--weights: 'fast' is not a way to load weights.",
        "Use auto, mmap or repack.",
    ) == refusal({"weights": "fast"})


@pytest.mark.parametrize(
    ("raw", "expected"), [("1", True), ("yes", True), ("TRUE", True), ("0", False), ("no", False)]
)
def test_a_switch_may_stand_in_the_environment(raw: str, expected: bool) -> None:  # noqa: FBT001 - a case
    """As 1, true or yes, and their opposites."""
    chosen = resolve(
        {}, {"GPTOSS_WRITER_MLOCK": raw}, Path("/nonexistent"), Path("/nonexistent/c.toml")
    )

    assert expected is chosen.mlock
    assert (
        "GPTOSS_WRITER_MLOCK: 'maybe' is neither true nor false.",
        "Use true or false.",
    ) == refusal(environment={"GPTOSS_WRITER_MLOCK": "maybe"})
