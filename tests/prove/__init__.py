"""`make prove`: the engine's simulation over many seeds, and what the other harnesses add to its one table.

    report    what some seeds showed; two reports make one
    seeds     some seeds in this process: `prove(range(1, 101)) -> Report`
    spread    many seeds over several processes
    parts     what another harness adds: the planner's properties, real processes, seeded bugs
    table     the one table, and `prove.json`

Whoever wants to know whether a changed engine is caught needs one call, which ends with the first violation:

    from tests.prove.seeds import prove
    report = prove(range(1, 301), first_only=True)
    report.failures[0].violations     # with no failures it was not caught

The same from outside, in a process of its own, which writes what it saw and exits with 1 if a seed fails:

    python -m tests.prove --seeds 300 --first-only --processes 1 --json FILE
"""
