"""Targets, pathways, abatement measures and what to do by when: pure functions of frames and arrays."""
