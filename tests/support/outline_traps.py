"""Outlines that broke a parser somewhere, each with the code that it must get.

What can be read by a person lies as a file in `tests/outline/traps/`; what is too large or too odd
for a file is made here.
"""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parents[1] / "outline" / "traps"

_SMALL = b"title: Tides\nsections:\n  - {title: Shores, words: 80}\n"

MADE: dict[str, tuple[bytes, str]] = {
    "brackets-30000.yaml": (b"title: " + b"[" * 30_000, "OL016"),
    "brackets-closed-30000.yaml": (b"title: " + b"[" * 30_000 + b"]" * 30_000, "OL016"),
    "braces-30000.yaml": (b"{a: " * 30_000, "OL016"),
    "dashes-30000.yaml": (b"- " * 30_000, "OL018"),
    "question-marks-30000.yaml": (b"? " * 30_000, "OL020"),
    "one-line-10-mb.yaml": (b"title: " + b"x" * 10_000_000, "OL004"),
    "one-line-1-mb.yaml": (b"title: " + b"x" * 1_000_000, "OL106"),
    "sections-2000.yaml": (
        b"title: T\nsections:\n" + b"- {title: a, words: 80}\n" * 2000,
        "OL110",
    ),
    "sections-2000.md": (b"# T\n" + b"## a (80 words)\n" * 2000, "OL110"),
    "values-100000.yaml": (b"a: [" + b"1, " * 100_000 + b"]", "OL019"),
    "keys-50000.yaml": (b"".join(b"k%d: v\n" % n for n in range(50_000)), "OL019"),
    "lines-200000.md": (b"- a\n" * 200_000, "OL019"),
    "marks-100000.md": (b"# T\n## a (80 words)\nEvidence:\n- " + b'"a" ' * 100_000, "OL019"),
    "quotes-in-one-line.md": (b"# T\n## a (80 words)\nEvidence:\n- " + b'"' * 30_000, "OL106"),
    "asterisks.md": (b"# T\n## a (80 words)\n" + b"*" * 200_000, "OL210"),
    "labels.md": (b"# T\n## a (80 words)\n" + b"**a:** " * 50_000, "OL031"),
    "hashes.md": (b"#" * 200_000 + b"\n# T\n## a (80 words)\n", "OL031"),
    "numbers.md": (b"# T\n## a (" + b"1" * 200_000 + b" words)\n", "OL102"),
    "spaces.md": (b"# T\n## a" + b" " * 500_000 + b"(80 words)\n", "OL106"),
    "quotation-deep.yaml": (b'title: "' + b'\\"' * 100_000 + b'"\n', "OL106"),
    "same-evidence.yaml": (
        b"title: T\nsections:\n"
        + b"".join(
            b"- {title: s%d, words: 80, evidence: [%s]}\n"
            % (n, b", ".join(b"one two three four five %d" % item for item in range(30)))
            for n in range(150)
        ),
        "OL220",
    ),
    "utf16-le-mark.yaml": (_SMALL.decode().encode("utf-16"), "OL007"),
    "utf16-be.yaml": (_SMALL.decode().encode("utf-16-be"), "OL007"),
    "utf32.yaml": (_SMALL.decode().encode("utf-32"), "OL007"),
    "latin-1.yaml": ("title: Café\n".encode("latin-1"), "OL006"),
    "lone-surrogate.yaml": (b"title: \xed\xa0\x80\n", "OL006"),
    "overlong.yaml": (b"title: \xc0\xaf\n", "OL006"),
    "nul.yaml": (b"title: a\0b\n", "OL008"),
    "escape.yaml": (b"title: \x1b[31mred\n", "OL008"),
    "c1.yaml": (b"title: \xc2\x9b31m\n", "OL008"),
    "bidi.yaml": ("title: \u202eevil\n".encode(), "OL008"),
    "mark-inside.yaml": (b"title: a\xef\xbb\xbfb\n", "OL008"),
    "line-separator.yaml": ("title: a\u2028b\n".encode(), "OL008"),
    "empty.yaml": (b"", "OL005"),
    "blank.md": (b" \n\t\n\n", "OL005"),
    "random.yaml": (bytes(range(256)) * 16, "OL006"),
    "gzip.yaml": (b"\x1f\x8b\x08\x00" + bytes(range(256)), "OL006"),
    "png.md": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "OL006"),
}
"""Name, bytes, and the code among those it gets."""


def traps() -> dict[str, tuple[bytes, str]]:
    """Give every trap; the code of one that is a file stands before its name: `OL013-bomb.yaml`."""
    files = {
        path.name: (path.read_bytes(), path.name.partition("-")[0])
        for path in sorted(FOLDER.iterdir())
    }
    return files | MADE
