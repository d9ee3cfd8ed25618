"""Contracts, certificates and rates that the market-based method of scope 2 rests on."""
