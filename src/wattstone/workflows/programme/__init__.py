"""What was promised, as use cases: entries kept with their history, and reports of the modules that are recorded."""
