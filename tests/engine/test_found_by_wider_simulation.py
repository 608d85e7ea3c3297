"""What the widened simulation found, each as small as it could be made."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from bookipi_app.models import ConnectionStatus
from bookipi_app.services import connections
from bookipi_app.sync import due
from tests.engine.world import World


def ask_to_disconnect(world: World) -> None:
    with world.database.transaction() as session:
        connections.request_disconnect(session, world.company_id, world.now)


def woken(world: World) -> bool:
    with world.database.reading() as session:
        return bool(due.connections(session, world.now))


@pytest.mark.parametrize("failure", [httpx.ConnectError("no route"), httpx.ReadTimeout("no answer")])
def test_a_disconnection_that_intuit_does_not_answer_says_so_and_is_tried_again(
    world: World, failure: httpx.TransportError
) -> None:
    world.sync()
    ask_to_disconnect(world)

    def unreachable(_method: str, _path: str) -> None:
        raise failure

    world.before_request = unreachable
    world.run()
    connection = world.connection()
    assert connection.status is ConnectionStatus.DISCONNECTING
    assert connection.problem
    assert connection.lease_holder is None
    assert not woken(world)
    world.before_request = None
    world.now = (connection.paused_until or world.now) + timedelta(seconds=1)
    assert woken(world)
    world.run()
    assert (world.connection().status, world.connection().problem) == (ConnectionStatus.FROZEN, "")
