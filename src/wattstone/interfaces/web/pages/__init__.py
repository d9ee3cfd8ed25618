"""Pages: every module here is found by the router; importing it registers its routes."""
