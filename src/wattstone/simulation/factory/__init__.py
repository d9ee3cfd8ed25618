"""A simulated factory with compressed air and sources of cold and heat, and a campus cooled by eight chillers.

Nothing that this room makes was measured: files and names are marked as simulated.
"""
