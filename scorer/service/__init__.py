"""The preflight service: the HTTP API, the drop-in protocols, and the processes that run them.

Nothing that scores one message on the command line imports this package.
"""
