"""The climate report as people read it: one book in each language, and the forms that it takes."""

from wattstone.interfaces.present.disclosure.book import book
from wattstone.interfaces.present.disclosure.content import Book

__all__ = ["Book", "book"]
