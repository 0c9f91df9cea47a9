"""Past campaigns: read, scored on an engine, compared with what happened to them, and learned from."""
