"""Migrations of the records of a server, one file each, numbered."""
