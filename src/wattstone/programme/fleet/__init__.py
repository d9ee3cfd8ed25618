"""Vehicles: what sold ones emit over their lives, own ones in a year, and electric against combustion."""
