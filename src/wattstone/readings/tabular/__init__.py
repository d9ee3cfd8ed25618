"""Tables of readings, CSV and XLSX: detection, the mapping that keeps it, and the reader.

detect(path) -> Detection      what the file seems to be, with what is in doubt
Mapping                        how it is to be read; a person confirms it, a TOML file keeps it
read(path, mapping, zone=...)  a stream of readings, with its meters and findings
"""

from wattstone.readings.tabular.detection import CONFIDENT, Detection, detect
from wattstone.readings.tabular.mapping import ColumnMeter, Columns, Mapping
from wattstone.readings.tabular.result import TabularReadings, read

__all__ = ["CONFIDENT", "ColumnMeter", "Columns", "Detection", "Mapping", "TabularReadings", "detect", "read"]
