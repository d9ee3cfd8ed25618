"""Scenarios: paths of drivers from files, and what they would cost by year, as it is and with the levers."""
