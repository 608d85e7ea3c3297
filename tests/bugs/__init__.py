"""Who tests the tests: twenty plausible mistakes, kept as patches; each has to be caught by a harness.

A patch is applied to a copy of the app in a folder of its own, where the harnesses run against it: the planner's
properties, the seeds of the simulation, the deaths at every step. A test that was written for the very mistake does not
count. `make prove BUGS=1` runs them all; `python -m tests.bugs 05 --all` one, with its own tests too.

A patch begins with what the mistake is, with the tests that were written for it, and with where the deaths at every
step begin to look (all of them would find it, and take a quarter of an hour).
"""
