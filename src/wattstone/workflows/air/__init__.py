"""Compressed-air stations: their files and logs, what an assessment says, and what modifications would save."""
