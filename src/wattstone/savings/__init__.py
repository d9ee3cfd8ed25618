"""Measurement and verification: what a measure saved, with an interval that means what it says."""
