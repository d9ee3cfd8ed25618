"""The use cases, in the order of the work, and the ports to what they need from outside."""
