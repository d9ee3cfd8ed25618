"""Shapes of answers that no room declares itself, and of what is sent; by what they are about.

The rest are the portfolio's own models, as the command line's `--json` has them.
"""
