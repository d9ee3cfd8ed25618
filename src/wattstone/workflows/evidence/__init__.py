"""Evidence: from a figure down to rows and sources, and whether it still holds."""

from wattstone.workflows.evidence.differences import Difference
from wattstone.workflows.evidence.trace import Node, find_figure, trace
from wattstone.workflows.evidence.verify import Verified, verify

__all__ = ["Difference", "Node", "Verified", "find_figure", "trace", "verify"]
