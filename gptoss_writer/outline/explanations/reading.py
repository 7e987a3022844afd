"""Explanations of what can be wrong with a file before its values are looked at: OL001 to OL034."""

from __future__ import annotations

from gptoss_writer.outline.explanations.explanation import Explanation

_GOOD = "title: Tides\nsections:\n  - {title: Shores, words: 80}\n"

READING = (
    Explanation(
        "OL001",
        "no-such-file",
        means="There is no file with this name.",
        why="Nothing can be read. Often the name is right and the folder is not.",
        bad="gptoss-writer check tide.yaml",
        good="gptoss-writer check outlines/tides.yaml",
        language="text",
    ),
    Explanation(
        "OL002",
        "not-a-file",
        means="The path is a folder, a pipe or a device.",
        why="An outline is one plain file, so that it can be read again when you go on.",
        bad="gptoss-writer check outlines/",
        good="gptoss-writer check outlines/tides.yaml",
        language="text",
    ),
    Explanation(
        "OL003",
        "unreadable-file",
        means="The system refused to read the file; its own reason stands in the message.",
        why="Mostly the file belongs to somebody else, or is a link that leads nowhere.",
        bad="chmod 000 tides.yaml",
        good="chmod 644 tides.yaml",
        language="text",
    ),
    Explanation(
        "OL004",
        "large-file",
        means="The file is larger than 1 MiB.",
        why="That is five hundred times a usual outline: probably another file was named.",
        bad="gptoss-writer check all-my-articles.txt",
        good="gptoss-writer check outlines/tides.yaml",
        language="text",
    ),
    Explanation(
        "OL005",
        "empty-file",
        means="The file has no values: nothing, or only comments and blank lines.",
        why="There is nothing to write about.",
        bad="# I shall write this tomorrow.\n",
        good=_GOOD,
    ),
    Explanation(
        "OL006",
        "not-utf8",
        means="A byte of the file does not belong to UTF-8, the encoding of plain text.",
        why="The file was saved with an older encoding, such as Windows-1252. Its accents and "
        "quotation marks would come out as other characters.",
        bad="caf\\xe9 (é as one byte)",
        good="caf\\xc3\\xa9 (é in UTF-8: in the editor, save with the encoding UTF-8)",
        language="text",
    ),
    Explanation(
        "OL007",
        "utf16",
        means="The file is UTF-16, which Windows programs call Unicode.",
        why="Every second byte of it is zero; read as UTF-8 it is noise. In Notepad choose Save "
        "as, Encoding: UTF-8. (The mark that Windows puts before UTF-8 does no harm.)",
        bad="Save as, Encoding: Unicode",
        good="Save as, Encoding: UTF-8",
        language="text",
    ),
    Explanation(
        "OL008",
        "control-character",
        means="A text holds a control character, or one that reverses the direction of writing, "
        "as itself or as an escape.",
        why="It cannot be seen, a terminal may obey it, and an article cannot show it.",
        bad='title: "\\e[31mTides"\nsections:\n  - {title: Shores, words: 80}\n',
        good=_GOOD,
    ),
    Explanation(
        "OL010",
        "not-yaml",
        means="A line cannot be read as YAML: indentation that fits nothing, a second `: `, a "
        "character that cannot begin a value.",
        why="What stands behind it cannot be read either. Mend the first one first.",
        bad="title: Tides: a primer\nsections:\n  - {title: Shores, words: 80}\n",
        good="title: 'Tides: a primer'\nsections:\n  - {title: Shores, words: 80}\n",
    ),
    Explanation(
        "OL011",
        "tab",
        means="A tab stands where YAML wants spaces.",
        why="A tab is as wide as each editor likes, so YAML does not take it for indentation.",
        bad="title: Tides\nsections:\n\t- {title: Shores, words: 80}\n",
        good=_GOOD,
    ),
    Explanation(
        "OL012",
        "not-closed",
        means="A quotation mark or a bracket is opened and not closed.",
        why="All that follows is taken for a part of the value.",
        bad='title: "Tides\nsections:\n  - {title: Shores, words: 80}\n',
        good='title: "Tides"\nsections:\n  - {title: Shores, words: 80}\n',
    ),
    Explanation(
        "OL013",
        "anchor",
        means="A value begins with `&name` or `*name`, YAML's anchors and aliases.",
        why="They can make a small file enormous. In outlines they are mostly Markdown: a value "
        "in asterisks.",
        bad="title: &main Tides\nsections:\n  - {title: *main, words: 80}\n",
        good="title: Tides\nsections:\n  - {title: Tides, words: 80}\n",
    ),
    Explanation(
        "OL014",
        "tag",
        means="A value begins with `!`, which YAML takes for a tag.",
        why="Tags make programs build other things than text, which is how YAML files attack. As "
        "text, a `!` at the beginning needs quotation marks.",
        bad="title: !Tides\nsections:\n  - {title: Shores, words: 80}\n",
        good="title: '!Tides'\nsections:\n  - {title: Shores, words: 80}\n",
    ),
    Explanation(
        "OL015",
        "key-twice",
        means="A key is given twice in one mapping.",
        why="Most programs keep the last one in silence. Here you decide.",
        bad="title: Tides\nsections:\n  - title: Shores\n    words: 80\n    words: 90\n",
        good="title: Tides\nsections:\n  - title: Shores\n    words: 90\n",
    ),
    Explanation(
        "OL016",
        "too-deep",
        means="Values are nested more than 32 deep.",
        why="An outline needs six levels. More come from a broken file, or from a hostile one.",
        bad="title: " + "[" * 33 + "Tides" + "]" * 33 + "\n",
        good=_GOOD,
    ),
    Explanation(
        "OL017",
        "second-document",
        means="A line `---` begins a second YAML document.",
        why="One file is one outline; the second one would be lost.",
        bad=_GOOD + "---\ntitle: Storms\n",
        good=_GOOD,
    ),
    Explanation(
        "OL018",
        "no-mapping",
        means="The file is YAML, but a list or a single value.",
        why="An outline is made of keys with values: `title: ...`, `sections: ...`.",
        bad="- Tides\n- Shores\n",
        good=_GOOD,
    ),
    Explanation(
        "OL019",
        "too-many-values",
        means="The file holds more values, lines or quotation marks than an outline can use.",
        why="An article needs a few hundred values. Reading hundreds of thousands takes long and "
        "ends in a section that no model can hold.",
        bad="title: Tides\nsections: [{title: Shores, key_points: [a, a, ... 100,000 times]}]",
        good=_GOOD,
        language="text",
    ),
    Explanation(
        "OL020",
        "odd-key",
        means="A key is a list, a mapping, or nothing at all.",
        why="Keys are the words that the program knows. Mostly a `?` or a `:` got to the beginning "
        "of a line.",
        bad="title: Tides\n? [shores, bays]\n: 80\n",
        good=_GOOD,
    ),
    Explanation(
        "OL030",
        "no-sections",
        means="A Markdown file has nothing that looks like a section of an outline.",
        why="A section begins with a heading, or with a bold or numbered line. Without one there "
        "is nothing to write.",
        bad="Dear editor,\n\nhere is my idea about tides.\n",
        good="# Tides\n\n## Shores (80 words)\n\n- The moon pulls.\n",
        language="markdown",
    ),
    Explanation(
        "OL031",
        "not-placed",
        severity="warning",
        means="A line of a Markdown outline belongs to nothing that the program knows, so it is "
        "not in the outline.",
        why="You wrote it for a reason. Put it under a label such as `Key points:`, `Evidence:` or "
        "`Notes:`, or delete it.",
        bad="# Tides\n\n## Shores (80 words)\n\nMood: stormy\n\n- The moon pulls.\n",
        good="# Tides\n\n## Shores (80 words)\n\nNotes: The mood is stormy.\n\nKey points:\n\n"
        "- The moon pulls.\n",
        language="markdown",
    ),
    Explanation(
        "OL032",
        "quotation-open",
        severity="warning",
        means="In the evidence of a Markdown outline a quotation mark is not closed, so that what "
        "follows it was read as a fact.",
        why="Only what stands between two marks may be quoted word for word.",
        bad='# Tides\n\n## Shores (80 words)\n\nEvidence:\n\n- "The sea takes the road.\n',
        good='# Tides\n\n## Shores (80 words)\n\nEvidence:\n\n- "The sea takes the road."\n',
        language="markdown",
    ),
    Explanation(
        "OL033",
        "said-twice",
        severity="warning",
        means="A Markdown outline gives the same thing twice, such as a title or a budget. The "
        "first one is taken.",
        why="The two may not agree, and only you know which is meant.",
        bad="# Tides\n\n## Shores (80 words)\n\nWords: 120\n\n- The moon pulls.\n",
        good="# Tides\n\n## Shores (120 words)\n\n- The moon pulls.\n",
        language="markdown",
    ),
    Explanation(
        "OL034",
        "shared-budget",
        severity="warning",
        means="Sections of a Markdown outline have no budget, so that they share what is left of "
        "the stated total.",
        why="Equal shares are a guess. An opening is mostly shorter than what it opens.",
        bad="# Tides\n\nTotal words: 300\n\n## Shores\n\n- The moon pulls.\n\n## Bays\n\n"
        "- Funnels lift.\n",
        good="# Tides\n\nTotal words: 300\n\n## Shores (100 words)\n\n- The moon pulls.\n\n"
        "## Bays (200 words)\n\n- Funnels lift.\n",
        language="markdown",
    ),
    Explanation(
        "OL035",
        "beside-figures",
        severity="note",
        means="A line of a Markdown outline that states a length says something else as well, "
        "which is not in the outline.",
        why="Of a budget or a total only the figures are kept. If the words are for the writer, "
        "they do not reach it.",
        bad="# Tides\n\n## Shores (80 words, told by a fisherman)\n\n- The moon pulls.\n",
        good="# Tides\n\n## Shores (80 words)\n\nNotes: Told by a fisherman.\n\nKey points:\n\n"
        "- The moon pulls.\n",
        language="markdown",
    ),
)
"""OL00 and OL01: files and YAML; OL03: Markdown."""
