"""Rules about audience."""
