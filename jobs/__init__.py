"""RQ jobs: open, call the engine or a service. Whatever they do can be done again."""
