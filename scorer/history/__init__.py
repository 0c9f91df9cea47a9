"""What happened before: sends, bounces, complaints, unsubscribes and DMARC results, kept and judged.

Nothing here is imported while a message is scored, unless a history was asked for (`--history`). The store
needs the extra `history` (SQLAlchemy, Alembic, psycopg); the readers do not.
"""
