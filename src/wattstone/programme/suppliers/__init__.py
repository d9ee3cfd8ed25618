"""Suppliers and products: footprints exchanged, requests to suppliers, and what a bill of materials comes to."""
