"""What there is: organisation, sites, spaces, meters and the vocabulary of what they measure."""

from wattstone.portfolio.kinds import Kind, canonical_kind, kind_of, vocabulary
from wattstone.portfolio.model import Control, Meter, Organisation, Share, Site, Space

__all__ = [
    "Control",
    "Kind",
    "Meter",
    "Organisation",
    "Share",
    "Site",
    "Space",
    "canonical_kind",
    "kind_of",
    "vocabulary",
]
