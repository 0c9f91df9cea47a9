"""Readers of the feeds: each turns bytes into values and does no I/O. What they read is hostile."""
