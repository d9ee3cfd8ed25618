"""Everything that touches sockets, databases, terminals and templates."""
