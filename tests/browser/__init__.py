"""A browser on the program as people start it."""
