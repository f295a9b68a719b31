# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a maintainer copies: every command in it exists, every name is one that the tool reads."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner

from service.cli import main
from service.database import Database
from service.migrations.state import upgrade
from service.sealing import age
from service.variables import FILE_SUFFIX, SECRETS, VARIABLES

ROOT = Path(__file__).parents[2]
HOSTING = ROOT / "toolforge"
UNITS = sorted((HOSTING / "vps").glob("*.service"))
RUN = "python -m service.cli "


def procfile() -> dict[str, str]:
    """Name → command."""
    lines = (ROOT / "Procfile").read_text("utf-8").splitlines()
    return dict(line.split(": ", 1) for line in lines)


def entries(text: str) -> list[dict[str, str]]:
    """The flat YAML of jobs.yaml and service.template: a list of mappings of plain values."""
    found: list[dict[str, str]] = [{}]
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("- ") and found[-1]:
            found.append({})
        name, value = line.removeprefix("- ").strip().split(":", 1)
        found[-1][name] = value.strip().strip('"')
    return found


JOBS = entries((HOSTING / "jobs.yaml").read_text("utf-8"))


def test_every_line_of_the_procfile_leads_to_a_command() -> None:
    for name, command in procfile().items():
        if command.startswith(RUN):
            arguments = shlex.split(command.removeprefix(RUN))
            shown = CliRunner().invoke(main, [*arguments, "--help"])
            assert shown.exit_code == 0, (name, shown.output)
            assert "Example: " in shown.output, name
        else:
            script = ROOT / command.split()[0]
            assert os.access(script, os.X_OK), name


def test_options_of_the_procfile_are_the_commands_own() -> None:
    health = "/tmp/worker.health"  # noqa: S108 - the container's own

    assert procfile()["web"].endswith("web --host 0.0.0.0 --port $PORT")
    assert procfile()["worker"].endswith(f"--health-file {health}")
    assert procfile()["worker-alive"].endswith(f"worker-alive {health}")


def test_jobs_run_what_the_procfile_has() -> None:
    known = {
        *("name", "image", "command", "continuous", "schedule", "health-check-script"),
        *("mount", "mem", "cpu", "emails", "replicas"),
    }
    for job in JOBS:
        assert set(job) <= known
        assert re.fullmatch(r"[a-z][a-z0-9-]{0,51}", job["name"])
        assert job["image"] == "tool-community-support/tool-community-support:latest"
        for command in (job["command"], job.get("health-check-script", job["command"])):
            launcher, name = command.split()
            assert launcher == "launcher"
            assert name in procfile()
        assert ("continuous" in job) != ("schedule" in job)
        assert job.get("schedule", "@daily") in {"@hourly", "@daily"}
    assert len({job["name"] for job in JOBS}) == len(JOBS)


def test_worker_runs_for_ever_and_is_looked_after() -> None:
    [worker] = [job for job in JOBS if "continuous" in job]

    assert worker["command"] == "launcher worker"
    assert worker["health-check-script"] == "launcher worker-alive"
    daily = {job["name"] for job in JOBS if job.get("schedule") == "@daily"}
    assert {"backup", "audit-verify", "roster-check"} <= daily


def test_web_service_is_probed_without_the_database() -> None:
    [template] = entries((HOSTING / "service.template").read_text("utf-8"))

    assert template["type"] == "buildservice"
    assert template["health-check-path"] == "/healthz/alive"


def test_every_variable_in_the_hosting_files_is_known() -> None:
    known = {one.name for one in VARIABLES} | {f"{name}{FILE_SUFFIX}" for name in SECRETS}
    for path in [*HOSTING.rglob("*"), ROOT / "docs" / "operating.md"]:
        if path.is_file() and path.suffix != ".pyc":
            text = path.read_text("utf-8").replace("CS_BOT_CONSUMER_*", "")
            text = text.replace("CS_BOT_ACCESS_*", "")
            assert set(re.findall(r"\bCS_[A-Z_]+", text)) <= known, path


def test_environment_of_the_plain_path_is_whole() -> None:
    """What is needed stands in the example or, if secret, comes from a file that the unit names."""
    example = (HOSTING / "vps" / "environment.example").read_text("utf-8")
    named = set(re.findall(r"^(CS_[A-Z_]+)=", example, re.M))
    needed = {one.name for one in VARIABLES if not one.otherwise}
    for unit in UNITS:
        text = unit.read_text("utf-8")
        if "EnvironmentFile=" not in text:
            continue
        files = set(re.findall(r"(CS_[A-Z_]+)_FILE=%d/", text))
        assert needed <= named | files, unit.name
        assert not named & set(SECRETS)
        credentials = set(re.findall(r"^LoadCredential=([a-z-]+):", text, re.M))
        assert set(re.findall(r"_FILE=%d/([a-z-]+)", text)) == credentials


def test_proxy_keeps_no_log_of_addresses_and_hands_none_on() -> None:
    text = (HOSTING / "vps" / "nginx.conf").read_text("utf-8")
    servers = text.split("server {")[1:]

    for server in servers:
        assert "access_log off;" in server
        assert "error_log /dev/null crit;" in server
    assert not re.search(r"access_log (?!off)", text)
    assert "log_format" not in text
    assert "$remote_addr" not in text
    assert "$proxy_add_x_forwarded_for" not in text
    assert 'proxy_set_header X-Forwarded-For "";' in text
    assert "TLSv1 " not in text


def test_proxy_leads_only_people_from_http_to_https() -> None:
    """What is posted in plain was read on its way: a silent redirect would hide that."""
    plain = (HOSTING / "vps" / "nginx.conf").read_text("utf-8").split("server {")[1]
    ways = dict(re.findall(r"    location (.+) \{\n((?:        .*\n)+)", plain))

    assert list(ways) == ["/", "^~ /.well-known/acme-challenge/"]
    refusals = ways["/"].split("return 301 https://")[0]
    assert re.findall(r"if \((.+)\) \{\s*return 403;", refusals) == [
        "$request_method !~ ^(GET|HEAD)$",
        "$wants_page = 0",
    ]


def test_readme_names_files_that_are_there() -> None:
    text = (HOSTING / "README.md").read_text("utf-8")
    for name in re.findall(r"^\| `([^`]+)`", text, re.M):
        assert (HOSTING / name).exists(), name
    for link in re.findall(r"\]\(([^)#]+)\)", text):
        assert (HOSTING / link).exists(), link


def test_backup_script_makes_private_files_and_lets_old_ones_go(
    environ: dict[str, str], tmp_path: Path
) -> None:
    _, recipient = age.new_identity()
    database = Database(environ["CS_DATABASE_URL"])
    upgrade(database)
    database.dispose()
    folder = tmp_path / "backups"
    folder.mkdir()
    for name, days in (("2026-01-01.age", 40), ("2026-02-01.age", 5)):
        (folder / name).write_bytes(b"old")
        past = (folder / name).stat().st_mtime - days * 86_400
        os.utime(folder / name, (past, past))
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    given = {
        **os.environ,
        **environ,
        "PATH": path,
        "BACKUP_FOLDER": str(folder),
        "CS_BACKUP_RECIPIENT": recipient,
        "CS_BACKUP_DAYS": "30",
    }
    for what in ("nightly", "erasures"):
        subprocess.run([HOSTING / "backup.sh", what], env=given, check=True, capture_output=True)

    names = sorted(one.name for one in folder.iterdir())
    assert "2026-01-01.age" not in names
    assert "2026-02-01.age" in names
    [backup] = [one for one in folder.glob("*.age") if "T" in one.name]
    [erasures] = folder.glob("erasures-*.jsonl")
    assert backup.stat().st_mode & 0o077 == 0
    assert erasures.stat().st_mode & 0o077 == 0
    assert backup.read_bytes().startswith(b"age-encryption.org/v1\n")
    assert subprocess.run([HOSTING / "backup.sh"], env=given, check=False).returncode == 2
