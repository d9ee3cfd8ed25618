"""Hazards at sites: layers that the user has, read at the places of sites, and counted."""
