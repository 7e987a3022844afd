"""Text that remembers where its characters stood."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gptoss_writer.grounding.mapped import Mapped
from gptoss_writer.text import fold

awkward = st.text(
    st.sampled_from("aé \u0301\u0323\u200b\u00ad´`“—\u1100\u1161\u11a8한か\uff9e¨\u2028|ﬁ\u0338=…")
)


@given(st.one_of(st.text(), awkward))
def test_folding_with_offsets_is_folding(text: str) -> None:
    """The text is what `text.fold` gives, and every character has a place in the original."""
    folded = Mapped.of(text, offset=3).folded()

    assert fold(text) == folded.text
    assert len(folded.text) == len(folded.starts) == len(folded.ends)
    assert list(folded.starts) == sorted(folded.starts)
    assert all(
        3 <= start < end <= 3 + len(text)
        for start, end in zip(folded.starts, folded.ends, strict=True)
    )


def test_a_span_points_at_what_was_typed() -> None:
    """A stretch of the folded text leads back to the characters it came from."""
    text = "the  “ﬁrst”\u00a0wheel"
    folded = Mapped.of(text).folded()
    start = folded.text.index('"first" wheel')

    assert 'the "first" wheel' == folded.text
    assert (5, len(text)) == folded.span(start, len(folded.text))
