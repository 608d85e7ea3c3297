"""A stand-in for QuickBooks Online: OAuth 2 and the Accounting API v3, for trying and testing.

The core (`core.Sandbox`) is a plain object without socket, thread or wall clock; `server` is its shell.
Nothing here imports the rest of the application.
"""
