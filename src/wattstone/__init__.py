"""Wattstone turns meter readings into climate action that can be proved."""

__version__ = "0.1.0"

__all__ = ["__version__"]
