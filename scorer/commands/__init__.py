"""What each subcommand of `score` does. `scorer.cli` parses and hands over."""
