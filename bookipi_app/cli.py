"""The command `bookipi`. Each subcommand imports what it needs itself: a worker never loads the pages' library."""

from __future__ import annotations

import argparse
import importlib
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType

from bookipi_app.child import READY_MARK, REFUSED
from bookipi_app.clock import system_clock
from bookipi_app.settings import SettingsError, settings

Command = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a subcommand; returns the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["sandbox"]:  # its options are its own
        return _sandbox(given[1:])
    options = _parser().parse_args(given)
    command: Command = options.command
    return command(options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bookipi", description="Bookipi Web with QuickBooks.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    commands.add_parser("run", help="the whole app, until Ctrl-C").set_defaults(command=_run)
    worker = commands.add_parser("worker", help="serve one queue of jobs")
    worker.add_argument("--queue", choices=("sync", "mail"), default="sync")
    worker.add_argument("--slot", help="this worker's lasting name, machine-number")
    worker.add_argument("--redis", type=int, default=1, help="which of REDIS_URLS it serves, from 1")
    worker.set_defaults(command=_worker)
    commands.add_parser("web", help="the pages alone, on PORT; build them before").set_defaults(command=_web)
    webhooks = commands.add_parser("webhooks", help="QuickBooks' webhooks alone")
    webhooks.add_argument("--port", type=int, default=0, help="PORT if not given")
    webhooks.set_defaults(command=_webhooks)
    commands.add_parser("timers", help="wake what is due").set_defaults(command=_timers)
    commands.add_parser("sandbox", help="the pretend QuickBooks (bookipi sandbox --help)")
    commands.add_parser("doctor", help="what is configured and reachable").set_defaults(command=_doctor)
    commands.add_parser("seed", help="create the demo account").set_defaults(command=_seed)
    plan = commands.add_parser("plan", help="what the engine would do now for a company; does nothing")
    plan.add_argument("company", help="the company's id, its name, or its owner's e-mail")
    plan.set_defaults(command=_plan)
    backup = commands.add_parser("backup", help="copy the embedded database into a file, while the app runs")
    backup.add_argument("path", type=Path, help="the file, or a folder for a new one")
    backup.add_argument("--force", action="store_true", help="replace the file if it exists")
    backup.set_defaults(command=_backup)
    restore = commands.add_parser("restore", help="put a backup in the embedded database's place")
    restore.add_argument("path", type=Path, help="the backup's file")
    restore.add_argument(
        "--force", action="store_true", help="replace the present database, which is kept beside"
    )
    restore.set_defaults(command=_restore)
    rotate = commands.add_parser("rotate-keys", help="seal what is stored with the newest secret key")
    rotate.add_argument(
        "--forget-lost", action="store_true", help="ask for connections anew whose key is lost"
    )
    rotate.set_defaults(command=_rotate_keys)
    migrate = commands.add_parser("migrate", help="bring the database's schema up to date")
    migrate.add_argument("--seed", action="store_true", help="create the demo account too")
    migrate.add_argument(
        "--restored", action="store_true", help="it was brought back from a backup: hear QuickBooks first"
    )
    migrate.set_defaults(command=_migrate)
    rehearse = commands.add_parser("rehearse", help="what many companies would cost, on a virtual clock")
    rehearse.add_argument("--companies", type=int, default=100_000)
    rehearse.add_argument("--hours", type=float, default=1.0, help="from the busiest hour on")
    rehearse.add_argument("--seed", type=int, default=1)
    rehearse.add_argument("--sample", type=int, default=100, help="so many companies are played")
    rehearse.add_argument("--job-ms", type=float, help="how long a job takes; else its requests and 30 ms")
    rehearse.add_argument("--json", type=Path, help="a file for the figures")
    rehearse.set_defaults(command=_rehearse)
    commands.add_parser("build", help="build the pages, if they changed").set_defaults(command=_build)
    return parser


def _run(_options: argparse.Namespace) -> int:
    from bookipi_app.supervisor import run

    return run()


def _worker(options: argparse.Namespace) -> int:
    os.environ["BOOKIPI_WORKER_REDIS"] = str(options.redis)
    if options.slot:
        os.environ["BOOKIPI_WORKER_SLOT"] = options.slot
    _log_as(f"worker-{options.queue}")
    load_job(options.queue)
    work = importlib.import_module("jobs.worker")
    if code := _unless(SettingsError, work.require_keys):
        return code
    print(READY_MARK, flush=True)
    work.main(options.queue)
    return 0


def load_job(queue_name: str) -> None:
    """Load what a worker's queue asks for now, so that its first job is not the slow one, and nothing else."""
    # httpx brings a command of its own, with colours and tables, wherever those are installed; without, it goes on.
    sys.modules.setdefault("httpx._main", ModuleType("httpx._main"))
    from bookipi_app.queue import JOBS

    importlib.import_module(JOBS[queue_name].rpartition(".")[0])


def _web(_options: argparse.Namespace) -> int:
    from bookipi_app.serving import become_web

    return _unless(SettingsError, lambda: become_web(settings()))


def _webhooks(options: argparse.Namespace) -> int:
    from bookipi_app.serving import become_webhooks

    return _unless(SettingsError, lambda: become_webhooks(settings(), options.port))


def _timers(_options: argparse.Namespace) -> int:
    _log_as("timers")
    timers = importlib.import_module("jobs.timers")
    print(READY_MARK, flush=True)
    timers.main()
    return 0


def _sandbox(arguments: Sequence[str]) -> int:
    from bookipi_app.sandbox.command import main as serve

    return serve(arguments)


def _doctor(_options: argparse.Namespace) -> int:
    from bookipi_app.doctor import examine

    return examine()


def _plan(options: argparse.Namespace) -> int:
    from bookipi_app.sync.foretelling import tell

    return tell(options.company, lambda words: print(words, flush=True))


def _rehearse(options: argparse.Namespace) -> int:
    from bookipi_app.rehearsal.command import main as rehearse

    return rehearse(options)


def _migrate(options: argparse.Namespace) -> int:
    from bookipi_app.db import database
    from bookipi_app.quickbooks import keys

    _take_kept_key()
    database().migrate()
    if code := _unless(SettingsError, lambda: keys.require(database())):
        return code
    if options.restored:
        from bookipi_app import backup

        backup.hear_first(database(), system_clock())
    return _seed(options) if options.seed else 0


def _backup(options: argparse.Namespace) -> int:
    from bookipi_app import backup

    def work() -> None:
        print(f"Saved to {backup.back_up(settings(), options.path, force=options.force, now=system_clock())}")
        print("Save as well:", *backup.also_to_save(settings()), sep="\n  ")

    return _unless(backup.CannotBackUp, work)


def _restore(options: argparse.Namespace) -> int:
    from bookipi_app import backup

    _take_kept_key()

    def work() -> None:
        kept = backup.restore(settings(), options.path, force=options.force, now=system_clock())
        print(f"Restored from {options.path}.", f"The former database is {kept}." if kept else "")
        print("At its next start the app reads what QuickBooks holds by now before it sends anything.")

    return _unless((backup.CannotBackUp, SettingsError), work)


def _rotate_keys(options: argparse.Namespace) -> int:
    from bookipi_app.db import database
    from bookipi_app.quickbooks import auth, keys

    _take_kept_key()

    def work() -> None:
        vault = auth.this_vault()
        renewed, locked = keys.rotate(database(), vault)
        print(f"{renewed} sealed anew with the newest key.")
        if options.forget_lost:
            print(f"{keys.forget_lost(database(), vault)} forgotten: they ask to be connected again.")
        elif locked:
            raise SettingsError(f"{locked} cannot be opened with any of the keys in BOOKIPI_SECRET_KEY.")

    return _unless(SettingsError, work)


def _take_kept_key() -> None:
    """In development the key is kept beside the data; a command that is not part of a run looks for it there."""
    kept = settings().var / "secret.key"
    if not settings().secret_keys and settings().development and kept.exists():
        os.environ["BOOKIPI_SECRET_KEY"] = kept.read_text().strip()
        settings.cache_clear()


def _unless(expected: type[Exception] | tuple[type[Exception], ...], work: Callable[[], None]) -> int:
    """Do it; what is expected to go wrong is one sentence, and the exit code that says so."""
    try:
        work()
    except expected as refusal:
        print(refusal, file=sys.stderr, flush=True)
        return REFUSED
    return 0


def _seed(_options: argparse.Namespace) -> int:
    from bookipi_app.services.demo import DEMO_EMAIL, DEMO_PASSWORD, seed_demo

    seed_demo()
    print(f"Demo log-in: {DEMO_EMAIL} / {DEMO_PASSWORD}", flush=True)
    return 0


def _build(_options: argparse.Namespace) -> int:
    from bookipi_app.frontend import BuildFailed, make_build

    if os.getpgrp() == os.getpid():  # leads a group: whoever ends it ends npm and the bundler too
        signal.signal(signal.SIGTERM, lambda *_: os.killpg(0, signal.SIGKILL))
    try:
        make_build(lambda words: print(words, flush=True))
    except BuildFailed as error:
        print(error, flush=True)
        return 1
    return 0


def _log_as(part: str) -> None:
    from bookipi_app import logs

    logs.configure(settings(), os.environ.get("BOOKIPI_PART", part))


if __name__ == "__main__":
    sys.exit(main())
