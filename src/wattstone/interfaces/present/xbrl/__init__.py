"""Inline XBRL: a small taxonomy of the product's own, reports tagged by it, and their validation without a network."""
