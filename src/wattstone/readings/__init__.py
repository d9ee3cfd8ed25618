"""Datasets in: files to readings in one form, their quality, registers to intervals."""

from wattstone.readings.incoming import Extra, Incoming, content_key
from wattstone.readings.schema import INTENSITY, READINGS, REGISTERS, SESSIONS, WEATHER, Flag

__all__ = ["INTENSITY", "READINGS", "REGISTERS", "SESSIONS", "WEATHER", "Extra", "Flag", "Incoming", "content_key"]
