"""Accepted sections become one Markdown document."""
