"""Forms of what the inventory says of denominators and of what it counts, for the catalogue."""

__all__ = ["INVENTORY"]


def mark(message: str) -> str:
    """Name a message for the extraction, as `languages.mark`, which reads these forms."""
    return message


INVENTORY = (
    mark("scope3.{number}"),
    mark("{count} of {total} parts cannot be computed ({named}): {reason}"),
    mark("{count} of {total} sites have no floor area ({named})"),
    mark("{count} of {total} sites have no {what} of {year} ({named})"),
    mark("no site of the organisation is counted"),
    mark("{what} was drawn up by {approach}, the inventory by {method}: they are not of one boundary"),
    mark("{what} is stated in units that do not add up: {units}"),
    mark(
        "{what} of the organisation is not stated, and that of sites cannot be added up: {named} came, left or changed "
        "hands within {year}"
    ),
    mark("floor area by the share of each site and its days in the year"),
    mark("{count} of {total} activity lines cannot be computed ({named} and {more} more): {reason}"),
    mark("{count} of {total} activity lines cannot be computed ({named}): {reason}"),
    mark("{count} of {total} meters and activity lines cannot be computed ({named} and {more} more): {reason}"),
    mark("{count} of {total} meters and activity lines cannot be computed ({named}): {reason}"),
    mark("no interval of the whole: the uncertainty of {share} of it is not known"),
    mark("decided as computed, but the year has no activity records of it"),
    mark("decided as computed since the inventory was taken: take it again, and it is computed"),
    mark("decided as computed, but none of its lines has a factor"),
    mark("category {category} is decided as computed, but the year has no activity records of it"),
    mark("categories {categories} are decided as computed, but the year has no activity records of them"),
)
