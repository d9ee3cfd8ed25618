"""Savings of measures, from the readings of a workspace to figures with their evidence."""
