"""Rules about what happened to earlier mailings of the sender."""
