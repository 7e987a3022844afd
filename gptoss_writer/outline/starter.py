"""The outline that a new writer begins with: it explains itself, and generates as it is."""

from __future__ import annotations

from gptoss_writer.outline.schema import SCHEMA_NAME

STARTER = """\
# yaml-language-server: $schema={schema}
#
# An outline: what you know before the article exists. It works as it is. Change one line after
# the other, and look at it in between:
#
#   gptoss-writer check {name}
#   gptoss-writer generate {name} --model path/to/gpt-oss-20b-mxfp4.gguf

title: What Darwin Saw in Worms
description: For forty years Charles Darwin watched earthworms, and found out who makes the soil.
tags: [science, history, nature]

# Every section sees this. Say who reads the article and what it is getting at.
strategy:
  angle: Small work, done long enough, changes the face of the land.
  audience: Gardeners who like a good story.

# The length you promised. `check` says where the budgets do not add up to it.
total_words: 360
reading_minutes: 2
words_per_minute: [180, 220]

sections:
  # The id names the section's files. Keep it when you change the title.
  - id: lawn
    role: introduction           # the introduction has no heading of its own
    title: A Stone in the Lawn
    words: 80                    # kept within 10 percent; a range such as 70-90 works too
    key_points:                  # what the section must say
      - A large stone on a lawn sinks a little every year, and worms do it.
    evidence:                    # what it rests on: nothing else may be claimed
      - Darwin had a flat stone laid in his garden at Down House to measure how fast worms bury it.
    notes: Begin with the stone, not with Darwin.

  - id: piano
    title: The Piano and the Worms
    words: 180-220
    key_points:
      - label: In the study       # a label, and what belongs to it
        detail: Darwin kept worms in pots of earth, where he could watch them at night.
      - label: Music
        detail: They did not mind the piano played in the room, but they felt it through the wood.
    evidence:
      - fact: >-
          Darwin found that worms take no notice of shrill notes, and retreat when their pot stands
          on the piano.
        source: The Formation of Vegetable Mould through the Action of Worms, 1881
      - quote: >-                # exact words: the model can only copy them
          It may be doubted whether there are many other animals which have played so important a
          part in the history of the world, as have these lowly organised creatures.
        speaker: Charles Darwin
        source: The Formation of Vegetable Mould through the Action of Worms, 1881
        required: true           # the section must quote it

  - id: patience
    role: conclusion
    title: What Patience Sees
    words: 80
    key_points:
      - His last book was about worms.
      - Watching long enough is a method too.
    evidence:
      - The book on worms appeared in 1881, six months before Darwin died.

# What you do not want to hear of: codes from `gptoss-writer explain`.
# lint: {ignore: [OL211]}
"""


def starter(name: str) -> str:
    """Give the starter outline for a file of this name."""
    return STARTER.replace("{name}", name).replace("{schema}", SCHEMA_NAME)
