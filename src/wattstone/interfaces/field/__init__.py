"""Links to the field: readings in over MQTT and HTTP, set-points out over Modbus, and a simulator of devices."""
