"""Green revenue and investment by a taxonomy, commitments of money in time, people, safety, indicators across years."""
