"""What comes next: load, PV and carbon intensity, 15 minutes to 48 hours ahead, as quantiles."""
