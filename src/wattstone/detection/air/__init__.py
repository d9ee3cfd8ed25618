"""Compressed-air stations assessed from their logs, in the style of ISO 11011: where does each kWh go.

`log` has what is given (`AirLog`, `DayProfile`, `Calendar`), `result` what is said (`Assessment`), `assess` the way
from one to the other.
"""
