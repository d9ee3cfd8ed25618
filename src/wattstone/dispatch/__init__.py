"""What to do next: plans for batteries, chargers and loads, the programs behind them, and the guards around them."""
