"""What was emitted: energy, scope 1 and scope 2 of what meters measure, with cost, intensity and change."""
