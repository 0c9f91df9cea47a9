"""Rules about attachments."""
