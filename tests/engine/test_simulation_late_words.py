"""What the simulation takes for QuickBooks' late word of a merge: that word alone, of what was found gone before."""

from __future__ import annotations

from bookipi_app.models import Item
from tests.engine.simulation.late_words import LateWords
from tests.engine.simulation.run import simulate
from tests.engine.test_late_word_of_a_merge import find_it_gone, items_merged
from tests.engine.world import World


def listening(world: World) -> LateWords:
    return LateWords(world.database, world.connection_id, world.now)


def test_a_word_that_comes_after_what_was_merged_was_found_gone(world: World) -> None:
    both = items_merged(world)
    find_it_gone(world)
    assert not world.here(Item, both.loser).active
    words = listening(world)
    world.pass_time(seconds=61)
    world.run()
    assert not words.followed()  # nothing came
    world.sync(8)
    assert words.followed()
    assert not listening(world).followed()  # it is known by now


def test_a_word_that_came_before_excuses_nothing(world: World) -> None:
    items_merged(world)
    find_it_gone(world)
    words = listening(world)
    world.sync(8)
    words.since = world.now
    assert not words.followed()


def test_a_word_that_comes_in_time_is_not_late(world: World) -> None:
    items_merged(world)
    words = listening(world)
    world.sync(8)
    assert not words.followed()


def test_what_was_refused_for_another_reason_may_be_tried_once_more_after_that_word() -> None:
    """Our address had not answered for an hour: the word came in the middle of the peace."""
    assert not simulate(44085).wrong
