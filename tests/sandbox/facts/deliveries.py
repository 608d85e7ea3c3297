"""What webhooks told, in short."""

from bookipi_app.sandbox.core import Delivery
from tests.sandbox.access_client import told
from tests.sandbox.client import Books


def types(deliveries: list[Delivery]) -> list[str]:
    return [entry["type"] for delivery in deliveries for entry in told(delivery)]


def named(deliveries: list[Delivery]) -> list[str]:
    """The ids of the objects that were told of."""
    return [entry["intuitentityid"] for delivery in deliveries for entry in told(delivery)]


def silent(books: Books) -> bool:
    return books.sandbox.seconds_to_next_webhook(books.now) is None
