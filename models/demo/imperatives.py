"""The commands with which people begin key points, and what a text makes of them.

"Highlight the costs" is an order to a writer. The article says "Here the focus is on the costs":
the command goes, a lead-in of its kind comes, the rest is copied.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

Kind = Literal["about", "that", "how", "call", "task"]

_ABOUT = """
Highlight|Emphasize|Emphasise|Stress|Underline|Underscore|Introduce|Present
Describe|Explain|Discuss
Outline|Explore|Examine|Cover|Define|Show|Illustrate|Demonstrate|Mention|Note
Address|Detail|Identify
Reiterate|Recap|Summarize|Summarise|Review|Set the stage for|Touch on|Point to|Call attention to
Talk about|Walk through|Look at|Analyze|Analyse|Cite|Include|Provide|Offer|Give|List|Feature
Reference|Reflect on|Close with|End with|Begin with|Open with|Start with
Return to|Acknowledge|Clarify|Consider
Conclude with|Refer to|Restate|Sketch|Name|Cover briefly|Briefly introduce
Briefly explain|Point out
Draw attention to|Set up|Tell the story of|Paint a picture of
Give an overview of|Dive into|Zoom in on
"""
_THAT = """
Emphasize that|Note that|Explain that|Acknowledge that|Mention that|Argue that
Stress that|Show that
Point out that|Make clear that|State that|Clarify that|Remind readers that
Admit that|Highlight that
Underline that|Conclude that|Emphasise that|Remember that|Make the point that|Say that
"""
_HOW_VERBS = "Explain Discuss Show Describe Explore Examine Illustrate Clarify Tell Outline Ask"
_HOW_WORDS = "how why what when where whether"
_CALL = "Encourage|Invite|Urge|Ask|Challenge|Push|Call on|Inspire|Motivate|Remind"
_TASK = """
Compare|Contrast|Connect|Link|Distinguish|Debunk|Weigh|Balance|Trace|Map out
Break down|Situate|Use
Avoid|Keep|Tie|Bring in|Put|Make|Take|Build on|Answer|Separate|Correct|Lay out
Warn against|Argue for
"""

_OF_KIND: dict[Kind, tuple[str, ...]] = {
    "about": tuple(_ABOUT.replace("\n", "|").strip("|").split("|")),
    "that": tuple(_THAT.replace("\n", "|").strip("|").split("|")),
    "how": tuple(_HOW_VERBS.split()),
    "call": tuple(_CALL.split("|")),
    "task": tuple(_TASK.replace("\n", "|").strip("|").split("|")),
}
_WEIGHTS: dict[Kind, float] = {"about": 10, "that": 4, "how": 3, "call": 1, "task": 2}
LEADS: dict[Kind, str] = {kind: f"{kind}s" for kind in _WEIGHTS}
"""The list of lead-ins of a kind."""


@dataclass(frozen=True, slots=True)
class Command:
    """An order at a key point's start: `words` stand in the outline, `kept` in the article too."""

    kind: Kind
    words: str
    kept: str = ""


def draw_command(draw: Random) -> Command:
    """Draw a command."""
    kind = draw.choices(list(_WEIGHTS), list(_WEIGHTS.values()))[0]
    words = draw.choice(_OF_KIND[kind])
    if kind == "how":
        word = draw.choice(_HOW_WORDS.split())
        return Command(kind, f"{words} {word}", word)
    if kind == "task":
        return Command(kind, words, words[0].lower() + words[1:])
    return Command(kind, words)
