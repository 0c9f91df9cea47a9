"""Rules about unsubscribe."""
