"""The shape of docker-compose.yml and of the image. No container is started here."""

import json
import re
from typing import Any

import pytest
import yaml

from server.cli import build_parser
from server.settings import Settings
from tests.documented import ROOT, commands, setting_names, settings_named

TEXT = (ROOT / "docker-compose.yml").read_text()
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = ("api", "worker", "scheduler")
BESIDE = ("valkey", "postgres", "searxng")


def test_every_part_of_serve_is_a_service() -> None:
    """Three commands of one image, and the three servers they need."""
    assert sorted(SERVICES) == sorted(OURS + BESIDE)
    assert {SERVICES[name]["image"] for name in OURS} == {SERVICES["api"]["image"]}
    assert all(SERVICES[name]["build"] == "." for name in OURS)


@pytest.mark.parametrize("name", OURS)
def test_each_of_our_services_runs_a_real_command(name: str) -> None:
    """The argument parser takes its command as it stands, and its health check too."""
    assert SERVICES[name]["command"] == [name]
    assert callable(build_parser().parse_args(SERVICES[name]["command"]).run)
    probe = SERVICES[name]["healthcheck"]["test"]
    if "threadproof" in probe:
        assert callable(build_parser().parse_args(probe[probe.index("threadproof") + 1 :]).run)


@pytest.mark.parametrize("name", OURS + BESIDE)
def test_every_service_is_watched_and_comes_back(name: str) -> None:
    """A health check in list form with all its times, and a restart policy."""
    check = SERVICES[name]["healthcheck"]
    assert check["test"][0] == "CMD"
    assert all(isinstance(word, str) for word in check["test"])
    assert {"interval", "timeout", "retries"} <= set(check)
    assert SERVICES[name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", OURS)
def test_our_services_wait_for_what_they_need(name: str) -> None:
    """Each awaited service exists and is waited for until it is well."""
    needed = SERVICES[name]["depends_on"]
    assert {"valkey", "postgres"} <= set(needed) <= set(SERVICES)
    assert all(each == {"condition": "service_healthy"} for each in needed.values())


def test_every_setting_that_is_named_exists() -> None:
    """A renamed setting must not live on in a file that nobody runs every day."""
    real = set(setting_names())
    assert settings_named(TEXT) | settings_named(DOCKERFILE) <= real
    for name in OURS:
        assert set(SERVICES[name]["environment"]) <= real


@pytest.mark.parametrize("name", OURS)
def test_the_environment_of_each_service_is_valid(name: str) -> None:
    """Settings read it, and find queue and store under the names of the services that run them."""
    environment = {key: fill_in(str(value)) for key, value in SERVICES[name]["environment"].items()}
    settings = Settings.from_env(environment)
    assert settings.redis_url
    assert settings.redis_url.startswith("redis://valkey:")
    assert "@postgres:" in settings.store_url
    if settings.searxng_url:
        assert settings.searxng_url.startswith("http://searxng:")


def fill_in(value: str) -> str:
    """What compose makes of `${NAME:-default}` and `${NAME:?message}`."""
    return re.sub(r"\$\{\w+(?::-([^}]*)|:\?[^}]*)\}", lambda match: match[1] or "secret", value)


def test_secrets_come_from_the_environment_file() -> None:
    """None is written here, each has a line in .env.example, and compose refuses to start without it."""
    asked = set(re.findall(r"\$\{(\w+)", TEXT))
    example = (ROOT / ".env.example").read_text()
    assert asked <= set(re.findall(r"(?m)^#?([A-Z][A-Z0-9_]+)=", example))
    for name in ("POSTGRES_PASSWORD", "SEARXNG_SECRET"):
        assert set(re.findall(rf"\$\{{{name}(..)", TEXT)) == {":?"}
    assert all(SERVICES[name]["env_file"] == [".env"] for name in OURS)
    assert ".env" not in [line.split()[1] for line in DOCKERFILE.splitlines() if line.startswith("COPY ")]


def test_only_the_pages_can_be_reached_and_only_from_this_machine() -> None:
    """The one published port is the API's, on loopback, and the one it listens on inside."""
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    port = str(setting_names()["THREADPROOF_PORT"])
    assert published == {"api": [f"127.0.0.1:{port}:{port}"]}
    assert SERVICES["api"]["environment"]["THREADPROOF_PORT"] == port
    assert f"127.0.0.1:{port}/readyz" in " ".join(SERVICES["api"]["healthcheck"]["test"])
    assert f"EXPOSE {port}" in DOCKERFILE


def test_every_volume_is_declared_and_every_mounted_file_is_here() -> None:
    """What must outlive a container has a named volume."""
    mounts = [mount.split(":") for service in SERVICES.values() for mount in service.get("volumes", [])]
    named = {place for place, *_ in mounts if not place.startswith(".")}
    assert named == set(COMPOSE["volumes"])
    assert all((ROOT / place).is_file() for place, *_ in mounts if place.startswith("."))
    for name in ("valkey", "postgres"):
        assert SERVICES[name]["volumes"]


def test_valkey_keeps_what_it_was_told() -> None:
    """Append-only, and never dropping a key for want of memory."""
    command = SERVICES["valkey"]["command"]
    assert command[command.index("--appendonly") + 1] == "yes"
    assert command[command.index("--maxmemory-policy") + 1] == "noeviction"


def test_searxng_answers_in_json() -> None:
    """Its defaults do not, and our searcher asks for nothing else."""
    settings = yaml.safe_load((ROOT / "docker" / "searxng" / "settings.yml").read_text())
    assert settings["use_default_settings"] is True
    assert "json" in settings["search"]["formats"]
    assert "secret_key" not in settings["server"]


def test_the_image_runs_as_nobody_in_particular() -> None:
    """Hash-pinned dependencies, no root, and `threadproof` in front of every command."""
    lines = DOCKERFILE.splitlines()
    assert any("--require-hashes -r requirements.txt" in line for line in lines)
    assert [line for line in lines if line.startswith("USER ")] == ["USER threadproof"]
    last = lines[max(i for i, line in enumerate(lines) if line.startswith("FROM ")) :]
    assert "USER threadproof" in last
    entry = next(line.removeprefix("ENTRYPOINT ") for line in last if line.startswith("ENTRYPOINT "))
    assert json.loads(entry) == ["threadproof"]
    assert set(OURS) <= commands()


def test_what_the_image_copies_is_here() -> None:
    """Each COPY from the checkout names files that exist."""
    copies = [line.split()[1:-1] for line in DOCKERFILE.splitlines() if line.startswith("COPY ")]
    local = [place for places in copies if not places[0].startswith("--from") for place in places]
    assert {"requirements.txt", "pyproject.toml", "server", "workers"} <= set(local)
    assert all((ROOT / place).exists() for place in local)
