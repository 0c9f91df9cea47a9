"""Readers of the forms in which people keep their past mailings."""
