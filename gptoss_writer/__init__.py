"""Outline in, article out: gpt-oss-20b on your own machine, section by section."""

__version__ = "0.1.0"
