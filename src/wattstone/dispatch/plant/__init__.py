"""Operation of cold-and-heat plants: which machine runs, at which load and set-point, and what that saves."""
