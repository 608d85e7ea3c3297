"""Deaths at every step: each scenario is played once to find its steps, and once more for each step with a blow there.

A step is whatever a process does that the world can see: a commit, a request, an answer, a job put into the queue, a
message published. Nobody lists them: the first playing finds them, so that a new one cannot be forgotten. Then the
scenario is played again from the same beginning, a blow falls on the one step (the worker dies, is stopped while
another one takes over, gets no answer, somebody edits at that moment), time goes on, and the simulation's checker
judges both sides.

    points      what is a step, and the blows
    watched     a database that tells of readings, a moment that is kept
    stage       the processes of the app around one world: web, receiver of webhooks, timers, queue, workers
    people      what a person does, said in words instead of by chance
    scenarios   kinds × operations × sides, what may follow, and how many steps each has at least
    further     beyond one record: connections, tokens, batches, the change feed, crowds, another company
    verdicts    what must be true beside the checker's list
    play        one scenario, from the first step to the verdict

`python -m tests.engine.crashes` plays all of them and prints how many steps each has; `--scenario NAME` one,
`--scenario NAME --blow BLOW --point N` replays one blow with its trace.
"""
