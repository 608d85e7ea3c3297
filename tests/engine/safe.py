"""A backup of a world's database, the way back to it, and what both sides hold afterwards."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from sqlmodel import select

from bookipi_app import backup
from bookipi_app.db import Database
from bookipi_app.models import Invoice, Item
from bookipi_app.services.invoice_form import LineForm
from bookipi_app.settings import Settings, read_settings
from tests.engine.world import World

HOUR = 3600


class Safe:
    """Where the backup is, and the way back to it: the very functions of the command line."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world = world
        self.folder = folder
        self.file = folder / "backup.db"

    def settings(self) -> Settings:
        return read_settings({"BOOKIPI_VAR": str(self.folder), "DATABASE_URL": self.world.database.url})

    def save(self) -> None:
        backup.back_up(self.settings(), self.file, force=True, now=self.world.now)

    def bring_back(self) -> None:
        url = self.world.database.url
        self.world.database.engine.dispose()
        backup.restore(self.settings(), self.file, force=True, now=self.world.now)
        self.world.database = Database(url)


def line(item: Item) -> LineForm:
    return LineForm(item_id=str(item.id), quantity="2", price="10.50")


def numbers(world: World) -> Counter[str]:
    return Counter(row["DocNumber"] for row in world.all("Invoice") if row.get("DocNumber"))


def local_numbers(world: World) -> Counter[str]:
    with world.database.reading() as session:
        return Counter(one.number for one in session.exec(select(Invoice)))
