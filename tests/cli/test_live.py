"""The live view: everything it promises, in forty columns as in a hundred and twenty."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from gptoss_writer.cli.live import LiveView
from gptoss_writer.cli.pace import Pace
from gptoss_writer.cli.progress import coarse_duration, duration
from gptoss_writer.cli.tail import Tail
from gptoss_writer.engine.interface import Cancellation
from gptoss_writer.events import (
    AttemptRejected,
    Event,
    ModelLoading,
    RunStarted,
    SectionAccepted,
    SectionFailed,
    SectionReading,
    SectionRetraction,
    SectionStarted,
    SectionText,
)
from tests.support.commands import TEXTS, Program, prose
from tests.support.screens import ALLOWED, Screen, on_terminal

TITLE = "A Title of Some Length, with 日本語 in It, that Goes on and on beyond Any Terminal"
STARTED = SectionStarted("two", TITLE, 2, 5, 180, 1, "missing")


class Seen:
    """A view whose console is a string and whose clock is a number."""

    def __init__(self, width: int, encoding: str = "utf-8") -> None:
        self.now = 100.0
        self.file = io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors="replace")
        self.cancellation = Cancellation()
        self.console = Console(
            file=self.file, width=width, force_terminal=True, color_system=None, _environ={}
        )
        self.view = LiveView(self.cancellation, self.console, lambda: self.now)

    def take(self, *events: Event) -> None:
        """Hand events to the view, a second apart."""
        for event in events:
            self.view(event)
            self.now += 1.0

    def write(self, text: str, phase: str = "writing") -> None:
        """Hand a text to the view word by word, ten tokens a second."""
        for index, word in enumerate(text.split(" "), 1):
            assert phase in ("thinking", "writing")
            self.view(SectionText("two", phase, f"{word} ", index))  # type: ignore[arg-type]  # asserted above
            self.now += 0.1

    @property
    def lines(self) -> list[str]:
        """What the view looks like now."""
        drawn = self.console.render_lines(self.view.render(), pad=False)
        return ["".join(piece.text for piece in line) for line in drawn]

    @property
    def printed(self) -> str:
        """What was printed above the view."""
        self.file.flush()
        buffer = self.file.buffer
        assert isinstance(buffer, io.BytesIO)
        return buffer.getvalue().decode(self.file.encoding)


@pytest.fixture(params=[20, 40, 80, 120])
def seen(request: pytest.FixtureRequest) -> Seen:
    """Give a view in several widths."""
    return Seen(request.param)


@pytest.fixture
def eighty() -> Seen:
    """Give a view of eighty columns."""
    return Seen(80)


def whole_run(seen: Seen) -> Iterator[None]:
    """Take a view through all it can meet; yields whenever it should be looked at."""
    seen.take(ModelLoading("m.gguf", 0.0))
    yield
    seen.take(RunStarted(TITLE, 4, 1, 700), ModelLoading("m.gguf", 0.43))
    yield
    seen.take(STARTED)
    yield
    for done in (0, 512, 1234):
        seen.take(SectionReading("two", done, 1234))
        yield
    for phase in ("thinking", "writing"):
        for place in range(3):
            seen.write(prose(90, place), phase)
            yield
    seen.write("日本語のとても長い題名がここにありますので端末の幅を超えてしまいます" * 3)
    yield
    seen.take(SectionRetraction("two", 90), AttemptRejected("two", 1, 9, "Too short.", True))
    yield
    seen.take(SectionAccepted("two", TITLE, 181, 180, True, 2, 75.0), STARTED)
    yield
    seen.take(SectionFailed("two", TITLE, 3, "It looped."))
    seen.cancellation.cancel()
    yield


def test_no_line_is_wider_than_the_terminal(seen: Seen) -> None:
    """Whatever the width, whatever the phase."""
    for _ in whole_run(seen):
        assert max(cell_len(line) for line in seen.lines) <= seen.console.width


def test_the_view_stands_still(seen: Seen) -> None:
    """From the first section to the last it has the same number of lines."""
    heights = [len(seen.lines) for _ in whole_run(seen)]

    assert 1 == len(set(heights[2:]))


def test_reading_is_shown_with_its_tokens(eighty: Seen) -> None:
    """The share of the prompt that is in the cache, and the speed of what was not there before."""
    eighty.take(RunStarted("A", 1, 0, 180), STARTED)
    eighty.take(SectionReading("two", 234, 1234), SectionReading("two", 734, 1234))

    assert "[2/5] A Title of Some Length" in eighty.lines[0]
    assert eighty.lines[1].startswith("reading  ━━━━━━━━━━━━────────")
    assert "734 of 1,234 tokens  167 tok/s" in eighty.lines[1]


def test_thinking_is_shown_with_what_is_thought(eighty: Seen) -> None:
    """Tokens, speed, and the end of the reasoning."""
    eighty.take(RunStarted("A", 1, 0, 180), STARTED)
    eighty.write("We need one hundred and eighty words about sand.", "thinking")

    assert "thinking 9 tokens  10 tok/s" == eighty.lines[1].strip()
    assert "We need one hundred and eighty words about sand." in eighty.lines[2]


def test_writing_is_shown_with_words_of_the_budget_and_time_left(eighty: Seen) -> None:
    """Words so far, tokens per second, and how long the whole will take."""
    eighty.take(RunStarted("A", 2, 0, 360), STARTED)
    eighty.write(prose(90))

    assert eighty.lines[1].startswith("writing  ━━━━━━━━━━──────────")
    assert "90 of 180 words  10 tok/s · " in eighty.lines[1]
    assert eighty.lines[1].endswith(" s left")


def test_what_an_earlier_run_wrote_is_no_speed(eighty: Seen) -> None:
    """It comes as one piece; speed and time left are those of the words behind it."""
    eighty.take(RunStarted("A", 2, 0, 360), replace(STARTED, reason="going on after 90 words"))
    eighty.view(SectionText("two", "writing", prose(90), 200))

    assert "90 of 180 words" in eighty.lines[1]
    assert "tok/s" not in eighty.lines[1]
    assert "left" not in eighty.lines[1]

    for number in range(1, 21):
        eighty.now += 0.1
        eighty.view(SectionText("two", "writing", f" word{number}", 200 + number))

    assert "110 of 180 words  10 tok/s · " in eighty.lines[1]


def test_words_are_counted_as_everywhere(eighty: Seen) -> None:
    """Headings and markup do not count, and what was taken back is gone."""
    eighty.take(RunStarted("A", 2, 0, 360), STARTED)
    eighty.write("Two words.")
    eighty.view(SectionText("two", "writing", "\n\n### A heading\n\nthree more words", 9))

    assert "5 of 180 words" in eighty.lines[1]

    eighty.view(SectionRetraction("two", len("more words")))

    assert "3 of 180 words" in eighty.lines[1]
    assert "more" not in " ".join(eighty.lines)


def test_a_retraction_of_nothing_takes_nothing(eighty: Seen) -> None:
    """Zero characters are none, not all."""
    eighty.take(RunStarted("A", 2, 0, 360), STARTED)
    eighty.write("Two words.")
    eighty.view(SectionRetraction("two", 0))

    assert "2 of 180 words" in eighty.lines[1]


def test_a_request_to_stop_is_shown(eighty: Seen) -> None:
    """At once, though the token that is being computed takes its time."""
    eighty.take(RunStarted("A", 1, 0, 180), STARTED)
    eighty.cancellation.cancel()

    assert eighty.lines[1].startswith("stopping ")


def test_what_is_done_stays_above_the_view(eighty: Seen) -> None:
    """A line for every section, one for every attempt that was not taken."""
    eighty.take(
        RunStarted("A", 3, 1, 360),
        STARTED,
        AttemptRejected("two", 1, 90, "90 words where 162 to 198 were wanted.", True),
        SectionAccepted("two", "Sand", 181, 180, True, 2, 75.0),
        SectionAccepted("three", "Dust", 90, 180, False, 3, 5.0),
        SectionFailed("four", "Clay", 3, "There is no text."),
    )

    assert (
        "A: writing 3 sections, 360 words; 1 stays as it is.\n"
        "[2/5] 90 words where 162 to 198 were wanted. Trying again.\n"
        "✓ Sand: 181 words of 180, best of 2 attempts, 1 min 15 s\n"
        "~ Dust: 90 words of 180, outside its budget, best of 3 attempts, 5.0 s\n"
        "✗ Clay: There is no text.\n"
    ) == eighty.printed


def test_a_poor_terminal_gets_plain_signs() -> None:
    """Where the encoding has no bars and ticks, others stand for them."""
    seen = Seen(80, encoding="ascii")
    seen.take(RunStarted("A", 2, 0, 360), STARTED)
    seen.write(prose(90))

    assert seen.lines[1].startswith("writing  ##########----------")
    assert all(line.isascii() for line in seen.lines[1:])


def test_markup_and_controls_are_shown_as_text(eighty: Seen) -> None:
    """Nothing in a title or a text is obeyed."""
    nasty = "[bold]x[/bold] \x1b[31mred\x1b]0;t\x07 [/]"
    eighty.take(RunStarted(nasty, 1, 0, 20), SectionStarted("x", nasty, 1, 1, 20, 1, "missing"))
    eighty.write(nasty)
    eighty.take(SectionAccepted("x", nasty, 20, 20, True, 1, 1.0))

    assert "[bold]x[/bold] [31mred]0;t [/]" in eighty.lines[0]
    assert "[bold]x[/bold] [31mred]0;t [/]" in eighty.lines[2]
    assert "✓ [bold]x[/bold] [31mred]0;t [/]: 20 words" in eighty.printed
    assert "\x1b" not in eighty.printed.replace("\x1b[1m", "").replace("\x1b[0m", "")


@pytest.mark.parametrize("width", [1, 2, 7, 20, 80])
@pytest.mark.parametrize("step", [1, 3, 1000])
def test_a_tail_wraps_the_same_however_the_text_arrives(width: int, step: int) -> None:
    """In one piece or in many, the last lines are the same, and none is too wide."""
    text = f"{prose(60)} 日本語日本語日本語 {'x' * 90}\n\n\tand   the end"
    whole, pieces = Tail(width), Tail(width)
    whole.show(text)
    for end in range(step, len(text) + step, step):
        pieces.show(text[:end])

    assert whole.last(3) == pieces.last(3)
    assert all(cell_len(line) <= max(2, width) for line in pieces.last(3))
    assert " ".join(whole.last(8)).replace(" ", "").endswith("theend"[-width:])


def test_finished_lines_of_a_tail_never_move() -> None:
    """As the text grows a line only ever moves up."""
    text, tail, before = prose(80), Tail(30), [""]
    for end in range(1, len(text)):
        tail.show(text[:end])
        now = tail.last(3)

        assert now[:-1] == before[: len(now) - 1] or now[:-2] == before[1:-1]
        before = now


class Clock:
    """A clock that a test sets."""

    now = 1000.0

    def __call__(self) -> float:
        """Give the time."""
        return self.now


def test_the_time_left_follows_the_sections_that_are_done() -> None:
    """Three of four equal sections are left after one that took a minute."""
    clock = Clock()
    pace = Pace(clock)
    pace.begin(400, 4)

    assert pace.left(0) is None
    clock.now += 50  # loading the model is not part of any section
    pace.enter(100, is_new=True)
    clock.now += 60
    pace.accept()

    assert pytest.approx(180) == pace.left(0)

    pace.enter(100, is_new=True)
    pace.write()

    assert pytest.approx(150) == pace.left(50)
    assert pytest.approx(120) == pace.left(170)


def test_inside_the_first_section_the_words_so_far_tell() -> None:
    """Reading takes ten seconds for each of two sections, a word takes one."""
    clock = Clock()
    pace = Pace(clock)
    pace.begin(200, 2)
    pace.enter(100, is_new=True)
    clock.now += 10
    pace.write()
    clock.now += 50

    assert pace.left(5) is None
    assert pytest.approx(150 + 10) == pace.left(50)


@pytest.mark.parametrize(
    ("seconds", "exact", "coarse"),
    [
        (0.04, "0.0 s", "1 s"),
        (5.04, "5.0 s", "5 s"),
        (9.96, "10 s", "10 s"),
        (47, "47 s", "45 s"),
        (125, "2 min 05 s", "2 min"),
        (3599, "59 min 59 s", "1 h 00 min"),
        (4020, "1 h 07 min", "1 h 07 min"),
    ],
)
def test_times_are_written_as_people_say_them(seconds: float, exact: str, coarse: str) -> None:
    """What was measured is exact, what is guessed is not."""
    assert exact == duration(seconds)
    assert coarse == coarse_duration(seconds)


CHECK_COMMAND = "gptoss-writer check drafts/three/article.md --against three.yaml"


@pytest.mark.parametrize("columns", [40, 80, 120])
def test_on_a_real_terminal(program: Program, columns: int) -> None:
    """Lines fit, the view is gone at the end, the words that stay are the run's."""
    command = ["generate", "three.yaml", "-m", program.tape(*TEXTS)]
    session = on_terminal(command, program.folder, columns=columns)
    screen = Screen(columns)
    screen.feed(session.raw)

    assert 0 == session.code
    assert "\x1b" not in ALLOWED.sub("", session.raw)
    assert screen.width <= columns
    # The command at the end stays in one piece, so that it can be copied.
    assert (1 if columns < len(CHECK_COMMAND) else 0) == screen.overflows
    assert 3 == screen.text.count("✓ ")
    assert "Article: drafts/three/article.md (70 words, 70 wanted)" in screen.text.replace(
        "\n", " "
    )
    assert screen.text.replace("\n", "").endswith(CHECK_COMMAND)
    assert "writing  " not in screen.text


@pytest.mark.parametrize(("name", "value"), [("TERM", "dumb"), ("NO_COLOR", "1")])
def test_poor_terminals_are_respected(program: Program, name: str, value: str) -> None:
    """A dumb one gets plain lines without any escape, one without colour gets no colour."""
    command = ["generate", "three.yaml", "-m", program.tape(*TEXTS)]
    session = on_terminal(command, program.folder, extra={name: value})

    assert 0 == session.code
    assert ("\x1b" in session.raw) == (name == "NO_COLOR")
    assert "\x1b[3" not in session.raw


def test_events_it_does_not_know_are_no_harm(eighty: Seen) -> None:
    """A view is only a view."""
    render: Callable[[], object] = eighty.view.render

    assert isinstance(render(), Text)
