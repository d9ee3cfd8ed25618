"""Green factories and parks: registries by year, the status of own sites, scorecards with evidence."""
