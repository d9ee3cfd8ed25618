"""Side-by-side measurements of every hot path against the bare engine: `python -m benchmarks`."""
