# SPDX-License-Identifier: AGPL-3.0-or-later
"""What production installs is enough: from the checkout (Toolforge) and from the wheel."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from service.config import Config
from service.services import build_services
from service.sessions.person import Person
from service.sessions.store import PERSON, SessionStore
from tests.install.conftest import ROOT, Bare
from tests.service.reports.desk import DESK, READERS, add_reader
from tests.service.test_app import free_port


def signed_in(environ: dict[str, str]) -> str:
    """A desk with readers, and the cookie of somebody who may file to it."""
    services = build_services(Config.from_environ(environ))
    for name, central_id in READERS.items():
        add_reader(services, DESK, central_id, name)
    store = SessionStore(
        services.database, services.vault, services.config.secret_key, services.clock
    )
    person = Person(central_id=4711, name="Heather Field", rights_checked=services.clock())
    token = store.create({PERSON: person.to_json()})
    services.database.dispose()
    return token


def test_wheel_holds_the_bundle_and_no_test(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()

    assert "service/web/static/dist/manifest.json" in names
    assert "service/migrations/versions/0001_first_tables.py" in names
    assert "service/i18n/en.json" in names
    assert [name for name in names if name.startswith(("tests/", "toolforge/", "docs/"))] == []


def test_build_services_image_runs_its_procfile(bare: Bare, environ: dict[str, str]) -> None:
    """Toolforge installs requirements.txt and runs the checkout; there is no wheel."""
    port = free_port()
    lines = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines())
    given = environ | {"PORT": str(port), "CS_BASE_URL": f"http://localhost:{port}"}
    shell = ["bash", "-c"]

    bare.run([*shell, lines["migrate"]], given, ROOT)
    assert "complete (demo)" in bare.run([*shell, lines["config-check"]], given, ROOT)
    bare.run([*shell, lines["audit-verify"]], given, ROOT)
    with bare.serving([*shell, f"exec {lines['web']}"], given, ROOT) as browser:
        health = browser.get(f"http://127.0.0.1:{port}/healthz", timeout=60)

    assert health.text == "ok\ndatabase: reachable\nschema: current\n"


def test_wheel_starts_and_serves_the_form(
    bare: Bare, wheel: Path, environ: dict[str, str], tmp_path: Path
) -> None:
    bare.install("--no-deps", wheel)
    port = free_port()
    command, base = str(bare.bin / "community-support"), f"http://localhost:{port}"
    given = environ | {"CS_BASE_URL": base}
    empty = tmp_path / "elsewhere"
    empty.mkdir()

    assert "schema" in bare.run([command, "db", "upgrade"], given, empty)
    token = signed_in(given)
    with bare.serving([command, "web", "--port", str(port)], given, empty) as browser:
        cookie = {"Cookie": f"session={token}"}
        form = browser.get(f"{base}/report/{DESK}", headers=cookie, timeout=60)
        script = re.findall(r'src="(/static/app-[^"]+\.js)"', form.text)
        code = browser.get(f"{base}{script[0]}", timeout=60)
    worked = bare.run([command, "worker", "--once"], given, empty)

    assert form.status_code == 200
    assert "data-form-id" in form.text
    assert "Rowanbark" in form.text
    assert code.status_code == 200
    assert worked.startswith("Done:")
    assert list(empty.iterdir()) == []


def test_nothing_of_the_tests_is_installed(bare: Bare, tmp_path: Path) -> None:
    listed = bare.run([str(bare.bin / "python"), "-c", _LISTED], {}, tmp_path)

    assert "flask" in listed.split()
    assert not {"pytest", "playwright", "mypy", "hypothesis"} & set(listed.split())


_LISTED = """
from importlib.metadata import distributions
print(*sorted({one.metadata["Name"].lower() for one in distributions()}))
"""
