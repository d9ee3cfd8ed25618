"""What the API and the pages share: the service, its settings, who asks, and what every request must pass."""
