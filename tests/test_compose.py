"""The shape of docker-compose.yml and of the image. No container is started here."""

import json
import re
import shutil
import subprocess
import tempfile
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import redis
import yaml
from jsonschema.validators import validator_for

from server.adapters.embedded_valkey import find_binary
from server.cli import build_parser
from server.settings import Settings
from tests.documented import ROOT, commands, setting_names, settings_named
from tests.processes import soon

TEXT = (ROOT / "docker-compose.yml").read_text()
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
SCHEMA: dict[str, Any] = json.loads(
    (files("check_jsonschema") / "builtin_schemas" / "vendor" / "compose-spec.json").read_text()
)
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
    named = settings_named(TEXT) | settings_named(DOCKERFILE)
    assert {name.removesuffix("_FILE") for name in named} <= real
    for name in OURS:
        assert {key.removesuffix("_FILE") for key in SERVICES[name]["environment"]} <= real


@pytest.mark.parametrize("name", OURS)
def test_the_environment_of_each_service_is_valid(name: str) -> None:
    """Settings read it, and find queue and store under the names of the services that run them."""
    environment = {key: fill_in(str(value)) for key, value in SERVICES[name]["environment"].items()}
    environment = {key: value for key, value in environment.items() if not key.endswith("_FILE")}
    settings = Settings.from_env(environment | {"THREADPROOF_DATABASE_PASSWORD": "from-the-file"})
    assert settings.redis_url
    assert settings.redis_url.startswith("redis://valkey:")
    assert ":from-the-file@postgres:" in settings.store_url
    if settings.searxng_url:
        assert settings.searxng_url.startswith("http://searxng:")


def fill_in(value: str) -> str:
    """What compose makes of `${NAME:-default}` and `${NAME:?message}`."""
    return re.sub(r"\$\{\w+(?::-([^}]*)|:\?[^}]*)\}", lambda match: match[1] or "secret", value)


def test_secrets_come_from_files_and_from_the_environment_file() -> None:
    """None is written here, what is asked of .env has a line in its example, and SearXNG does not start without."""
    asked = set(re.findall(r"\$\{(\w+)", TEXT))
    example = (ROOT / ".env.example").read_text()
    assert asked <= set(re.findall(r"(?m)^#?([A-Z][A-Z0-9_]+)=", example))
    assert set(re.findall(r"\$\{SEARXNG_SECRET(..)", TEXT)) == {":?"}
    assert all(SERVICES[name]["env_file"] == [".env"] for name in OURS)
    for name in (*OURS, "postgres"):
        files = {key: value for key, value in SERVICES[name]["environment"].items() if key.endswith("_FILE")}
        assert files
        assert {value.removeprefix("/run/secrets/") for value in files.values()} == set(SERVICES[name]["secrets"])
        assert set(SERVICES[name]["secrets"]) <= set(COMPOSE["secrets"])
    assert ".env" not in [line.split()[1] for line in DOCKERFILE.splitlines() if line.startswith("COPY ")]


def test_only_the_pages_can_be_reached_and_only_from_this_machine() -> None:
    """The one published port is the API's, on loopback, and the one it listens on inside."""
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    port = str(setting_names()["THREADPROOF_PORT"])
    assert published == {"api": [f"127.0.0.1:{port}:{port}"]}
    assert SERVICES["api"]["environment"]["THREADPROOF_PORT"] == port
    assert f"127.0.0.1:{port}/healthz" in " ".join(SERVICES["api"]["healthcheck"]["test"])
    assert f"EXPOSE {port}" in DOCKERFILE


def test_every_volume_is_declared_and_every_mounted_file_is_here() -> None:
    """What must outlive a container has a named volume."""
    mounts = [mount.split(":") for service in SERVICES.values() for mount in service.get("volumes", [])]
    named = {place for place, *_ in mounts if not place.startswith(".")}
    assert named == set(COMPOSE["volumes"])
    assert all((ROOT / place).is_file() for place, *_ in mounts if place.startswith("."))
    for name in ("valkey", "postgres"):
        assert SERVICES[name]["volumes"]


def test_the_file_follows_the_compose_schema() -> None:
    """The specification's own schema, which a misspelt key does not pass."""
    validator = validator_for(SCHEMA)(SCHEMA)
    assert [f"{error.json_path}: {error.message}" for error in validator.iter_errors(COMPOSE)] == []
    wrong = COMPOSE | {"services": {"api": {"image": "x", "restrat": "always"}}}
    assert list(validator.iter_errors(wrong))


@pytest.mark.parametrize("name", OURS + BESIDE)
def test_every_service_is_bounded(name: str) -> None:
    """In memory and cores, and none may gain rights; images have a version that does not move."""
    limits = SERVICES[name]["deploy"]["resources"]["limits"]
    assert set(limits) == {"cpus", "memory"}
    assert SERVICES[name]["security_opt"] == ["no-new-privileges:true"]
    assert re.search(r":[^:/]*\d+\.\d+[^:/]*$", SERVICES[name]["image"]), SERVICES[name]["image"]


def test_store_and_queue_have_no_way_out() -> None:
    """Nor in: they are on the network that leads nowhere."""
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert all(SERVICES[name]["networks"] == ["inside"] for name in ("valkey", "postgres"))
    assert all("inside" in service["networks"] for service in SERVICES.values())


def test_a_worker_has_time_to_hand_its_cards_back() -> None:
    """Its own grace ends before the container's."""
    grace_s = float(SERVICES["worker"]["environment"]["THREADPROOF_GRACE_S"])
    assert grace_s + 20 < float(SERVICES["worker"]["stop_grace_period"].removesuffix("s"))


def test_secrets_are_made_once_and_never_overwritten(tmp_path: Path) -> None:
    """A folder of one's own, a password that nobody knows, and what was there stays."""
    (tmp_path / "docker").mkdir()
    script = Path(shutil.copy(ROOT / "docker" / "make-secrets.sh", tmp_path / "docker"))
    runs = [made_by(script, tmp_path / "secrets") for _ in range(2)]
    made = runs[0]
    assert runs[1] == made
    assert set(made) == set(COMPOSE["secrets"])
    assert re.fullmatch("[0-9a-f]{64}", made["postgres_password"])
    assert made["anthropic_api_key"] == ""
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700
    assert all(COMPOSE["secrets"][name]["file"] == f"./secrets/{name}" for name in made)
    assert "secrets/" in (ROOT / ".gitignore").read_text().splitlines()


def made_by(script: Path, folder: Path) -> dict[str, str]:
    """What is in the folder after the script has run."""
    subprocess.run(["sh", str(script)], check=True, capture_output=True, timeout=20)
    return {path.name: path.read_text() for path in folder.iterdir()}


def test_only_what_the_image_needs_is_sent_to_its_builder() -> None:
    """So that neither .env nor secrets/ can ever be in a layer."""
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    assert "*" in lines
    sent = {line.removeprefix("!") for line in lines if line.startswith("!")}
    copied = {place for line in DOCKERFILE.splitlines() if line.startswith("COPY ") and "--from" not in line
              for place in line.split()[1:-1]}  # fmt: skip
    assert {place.removeprefix("./") for place in copied} == sent


def test_valkeys_command_runs_as_a_plain_process(tmp_path: Path) -> None:
    """Its options are ones that a valkey knows; asked in the way that its health check asks."""
    command = [str(find_binary()), *SERVICES["valkey"]["command"][1:], "--port", "0", "--dir", str(tmp_path)]
    with tempfile.TemporaryDirectory(prefix="valkey-") as short:
        process = subprocess.Popen([*command, "--unixsocket", f"{short}/s"], stdout=subprocess.DEVNULL)
        try:
            with redis.Redis(unix_socket_path=f"{short}/s") as client:
                assert soon(lambda: answers(client))
                assert client.config_get("appendonly") == {"appendonly": "yes"}
        finally:
            process.kill()
            process.wait()


def answers(client: "redis.Redis") -> bool:
    """Whether it says PONG."""
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False


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
