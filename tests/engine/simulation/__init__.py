"""A seeded simulation of the engine: both sides are edited, everything goes wrong, and in the end the books agree.

One seed is one trace. The real engine works over a real database and the sandbox's core, in one process; `chance` picks
what people do on both sides, and strikes the worker at its borders: before and after each request and each commit. Then
the faults end, the engine runs until it is quiet, and a checker that knows nothing of the engine's tables of policy
compares what people did with what both sides hold.

    world    both sides, the clock, borders at which the worker can be struck
    kinds, faults, answers  what strikes there, counted by kind, and what is answered then
    owner, answerer, connector, bookkeeper, closer, both, journal    what people do, and what they did
    faces    what both sides hold, read without the engine's mapping
    pairs, invariants, checker, history, untouched  a record on both sides, and what must be true of it in the end
    run      one seed, from the first operation to the verdict

`make prove SEEDS=1000` runs many (`tests.prove`); `make prove ARGS="--seed N"` replays one with its trace.
"""
