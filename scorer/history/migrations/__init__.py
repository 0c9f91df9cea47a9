"""Alembic's migrations of the history's schema; `scorer.history.store` runs them when it opens a store."""
