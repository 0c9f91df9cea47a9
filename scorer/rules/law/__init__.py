"""Rules about law."""
