"""The command `bookipi sandbox`: its options, what it says when it is ready, and why it cannot start."""

import argparse
import asyncio
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from bookipi_app.sandbox.core import Sandbox
from bookipi_app.sandbox.meanings import switch_table
from bookipi_app.sandbox.presets import DEFAULT_PRESETS, PRESETS, UnknownPreset, preset_called
from bookipi_app.sandbox.server import Config, serve_until_signal
from bookipi_app.sandbox.statefile import UnusableState

CLIENT_ID, CLIENT_SECRET = "sandbox-client", "sandbox-secret"
REDIRECTS = tuple(f"http://localhost:{port}/callback" for port in (3000, 5000, 8000, 8080))
_DISCOVERY = "/.well-known/openid_sandbox_configuration"
_LARGEST_PORT = 65535


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bookipi sandbox",
        description="A stand-in for QuickBooks Online on 127.0.0.1. Without options: three companies, in memory,\n"
        f"for the app {CLIENT_ID} with the secret {CLIENT_SECRET}. More in docs/sandbox.md.",
        epilog="presets:\n" + "\n".join(f"  {preset.name:<19}{preset.about}" for preset in PRESETS),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    place = parser.add_argument_group("where")
    place.add_argument("--port", type=int, default=8600, help="default 8600; 0 takes a free one")
    place.add_argument("--state", type=Path, metavar="FILE", help="keeps everything over a restart")
    place.add_argument(
        "--company",
        action="append",
        metavar="PRESET",
        help="a company to open, by its preset (below); repeat it for several",
    )
    _add_app(parser)
    parser.add_argument("--switches", action="store_true", help="list what can be switched, and end")
    return parser


def _add_app(parser: argparse.ArgumentParser) -> None:
    app = parser.add_argument_group("the app that connects")
    app.add_argument("--client-id", default="", help=f"default {CLIENT_ID}")
    app.add_argument("--client-secret", default="", help=f"default {CLIENT_SECRET}")
    app.add_argument(
        "--redirect-uri", action="append", metavar="URI", default=[], help="repeat it for several"
    )
    app.add_argument("--webhook-url", metavar="URL", default="", help="where changes are told")
    app.add_argument("--verifier-token", metavar="TOKEN", default="", help="what webhooks are signed with")
    app.add_argument(
        "--disconnect-url", metavar="URL", default="", help="opened after a disconnection in QuickBooks"
    )
    app.add_argument(
        "--webhook-delay", metavar="SECONDS", type=float, default=5.0, help="how long changes are gathered"
    )


def _config(options: argparse.Namespace) -> Config:
    own = not options.client_id
    return Config(
        port=options.port,
        state_file=options.state,
        companies=tuple(options.company or DEFAULT_PRESETS),
        client_id=options.client_id or CLIENT_ID,
        client_secret=options.client_secret or (CLIENT_SECRET if own else ""),
        redirect_uris=tuple(options.redirect_uri) or (REDIRECTS if own else ()),
        webhook_url=options.webhook_url,
        verifier_token=options.verifier_token,
        webhook_delay=options.webhook_delay,
        disconnect_url=options.disconnect_url,
    )


def _why_not(config: Config) -> str:
    """What keeps the server from starting, or nothing."""
    if not 0 <= config.port <= _LARGEST_PORT:
        return f"--port takes a number from 0 to {_LARGEST_PORT}."
    if config.webhook_delay < 0:
        return "--webhook-delay takes no negative number."
    for preset in config.companies:
        try:
            preset_called(preset)
        except UnknownPreset as error:
            return str(error)
    if not _port_is_free(config.port):
        return f"Port {config.port} is taken; choose another with --port."
    return ""


def _port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _greet(config: Config, port: int, sandbox: Sandbox) -> None:
    """Says where it is; and, to whoever brought no app of their own, all that is needed to use it."""
    address = f"http://127.0.0.1:{port}"
    lines = [f"QuickBooks sandbox on {address}"]
    if config.client_id == CLIENT_ID:
        lines += [
            f"  client id      {CLIENT_ID}",
            f"  client secret  {config.client_secret}",
            f"  redirect URIs  {' '.join(config.redirect_uris)}",
            f"  discovery      {address}{_DISCOVERY}",
            f"  API            {address}/v3/company/REALM/...",
            f"  control        {address}/sandbox",
        ]
        lines += [
            f"  company        {company.realm}  {company.preset}"
            for company in sandbox.world.companies.values()
        ]
        lines.append(f"  state          {config.state_file or 'in memory; --state FILE would keep it'}")
    print("\n".join(lines), flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM or Ctrl-C; the exit code is 1, with a sentence, when that cannot be."""
    options = _parser().parse_args(arguments)
    if options.switches:
        print(switch_table())
        return 0
    config = _config(options)
    reason = _why_not(config)
    if not reason:
        try:
            asyncio.run(serve_until_signal(config, lambda port, sandbox: _greet(config, port, sandbox)))
        except UnusableState as error:
            reason = str(error)
    if reason:
        print(reason, file=sys.stderr)
    return 1 if reason else 0


if __name__ == "__main__":
    sys.exit(main())
