"""What is wrong with entries of a report, across their fields and with each other, when they are entered."""
