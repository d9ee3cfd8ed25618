"""Models of use that what happens is held against: typical weeks and dependence on weather, with intervals."""
