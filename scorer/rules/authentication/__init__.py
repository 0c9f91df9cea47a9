"""Rules about authentication."""
