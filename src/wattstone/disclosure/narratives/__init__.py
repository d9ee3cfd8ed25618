"""Texts of a report: Markdown with placeholders for figures, as data; numbers that were typed by hand are found."""
