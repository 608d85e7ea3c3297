"""The build's own parts; the build itself is proven by every test that opens a page."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest

from bookipi_app import frontend


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one source and one lock file."""
    for name in ("rxconfig.py", "bookipi_app/pages/home.py", "reflex.lock/package.json"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(name)
    return tmp_path


def _build(project: Path, name: str | None = None) -> Path:
    name = name or f"{frontend.source_digest(project)}-{frontend.lock_digest(project)}"
    build = project / frontend.BUILDS / name
    build.mkdir(parents=True)
    (build / frontend.IN_USE).touch()
    return build


def test_a_page_talks_to_its_own_origin(tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    script = tmp_path / "assets" / "reflex-env-1a2b.js"
    script.write_text(
        'var e={PING:"http://localhost:3000/ping",EVENT:`ws://localhost:3000/_event`,TEST_MODE:!1}'
    )
    frontend.use_own_origin(tmp_path)
    text = script.read_text()
    assert "localhost:3000" not in text
    assert 'location.origin)+"/ping"' in text
    assert 'location.origin.replace(/^http/,"ws"))+"/_event"' in text
    assert text.endswith("TEST_MODE:!1}")


def test_a_build_without_the_address_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(frontend.BuildFailed, match="reflex-env"):
        frontend.use_own_origin(tmp_path)


def test_only_inline_scripts_are_hashed(tmp_path: Path) -> None:
    body = "let a = '<b>';\n"
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "index.html").write_text(
        f'<script src="/a.js"></script><script type="module">{body}</script>'
    )
    (tmp_path / "index.html").write_text(f"<script>{body}</script>")
    digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
    assert frontend.script_hashes(tmp_path) == [f"'sha256-{digest}'"]


def test_the_digest_follows_the_sources_and_nothing_else(project: Path) -> None:
    before = frontend.source_digest(project)
    (project / "README.md").write_text("words")
    (project / "bookipi_app" / "supervisor.py").write_text("x = 1")
    assert frontend.source_digest(project) == before
    (project / "bookipi_app" / "pages" / "home.py").write_text("changed")
    assert frontend.source_digest(project) != before


def test_a_missing_build_is_none(project: Path) -> None:
    with frontend.held_build(project) as build:
        assert build is None


def test_a_finished_build_is_not_made_again(project: Path) -> None:
    made = _build(project)
    said: list[str] = []
    frontend.make_build(said.append, project)
    assert said == []
    with frontend.held_build(project) as build:
        assert build == made


def test_a_build_that_exists_already_is_left_to_who_serves_it(project: Path) -> None:
    """npm may bring its lock back to an earlier form while it builds."""
    workshop = project / "workshop"
    (workshop / frontend.PAGES).mkdir(parents=True)
    build = _build(project)
    frontend._publish(workshop, build)  # pyright: ignore[reportPrivateUsage]
    assert list(build.iterdir()) == [build / frontend.IN_USE]
    assert [folder.name for folder in build.parent.iterdir()] == [build.name]


def test_sweeping_spares_what_a_run_serves(project: Path) -> None:
    with frontend.held_build(project) as none:
        assert none is None
    served = _build(project)
    with frontend.held_build(project) as build:
        assert build == served
        for name in ("b", "c", "d"):
            _build(project, name)
        frontend._sweep(project / frontend.BUILDS)
        left = {folder.name for folder in (project / frontend.BUILDS).iterdir()}
    assert served.name in left
    assert len(left) == 3


def test_a_network_failure_is_named() -> None:
    assert "npm could not fetch" in frontend._what_failed(["npm error code ENOTFOUND"])
    assert "npm" not in frontend._what_failed(["NameError: name 'x' is not defined"])


def test_the_lock_files_name_no_registry() -> None:
    for file in (frontend.PROJECT / "reflex.lock").iterdir():
        assert '"resolved"' not in file.read_text()
        assert "registry" not in file.read_text()
