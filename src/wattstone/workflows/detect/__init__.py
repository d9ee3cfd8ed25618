"""What is wasted and what is broken in a workspace: hours from the lake, findings, and the figures they rest on."""

from wattstone.workflows.detect.run import Detected, detect_waste

__all__ = ["Detected", "detect_waste"]
