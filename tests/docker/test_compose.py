"""The compose file against the code: every command, variable, port and volume in it is one that exists."""

from __future__ import annotations

import ast
import importlib.util
import re
import shutil
import subprocess
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from config.variables import NAMES, NEEDED
from tests.docker import box

pytestmark = pytest.mark.once
ROOT = box.ROOT
FOLDER = ROOT / "docker"
TEXT = (FOLDER / "compose.yaml").read_text()
COMPOSE = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"].startswith("groundswell:")}
ONE_SHOT = {"certificate", "migrate"}
SECRETS = ("POSTGRES_PASSWORD", "REDIS_PASSWORD", "S3_ACCESS_KEY", "S3_SECRET_KEY", "GARAGE_RPC_SECRET")
KEEPERS = {"database", "redis", "cache", "media"}


def entry_point() -> ModuleType:
    spec = importlib.util.spec_from_file_location("entrypoint", FOLDER / "entrypoint.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def example() -> dict[str, str]:
    """The variables that .env.example sets, and those it shows as defaults."""
    return dict(re.findall(r"^#?([A-Z][A-Z0-9_]+)=(.*)$", (FOLDER / ".env.example").read_text(), re.MULTILINE))


def filled(text: str, known: dict[str, str]) -> str:
    """What compose makes of ${NAME}, ${NAME:-default} and ${NAME:?why}, from the innermost outwards."""
    inner = re.compile(r"(?<!\$)\$\{([A-Z0-9_]+)(?::([-?])([^${}]*))?\}")
    while match := inner.search(text):
        name, kind, rest = match.groups()
        value = known.get(name, "")
        assert value or kind != "?", f"{name}: {rest}"
        text = text[: match.start()] + (value or (rest if kind == "-" else "")) + text[match.end() :]
    return text


def variables_asked(path: Path) -> set[str]:
    """Names of the environment that a Python file reads: env.x("NAME"), os.environ[...], .get(...), "NAME" in os.environ."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        names: list[ast.expr] = []
        if isinstance(node, ast.Call):
            asked = ast.unparse(node.func)
            if re.match(r"(env\.\w+|os\.environ\.\w+|number|said)$", asked):
                names = node.args[:1]
        elif isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
            names = [node.slice]
        elif isinstance(node, ast.Compare) and ast.unparse(node.comparators[0]) in ("os.environ", "said"):
            names = [node.left]
        found |= {n.value for n in names if isinstance(n, ast.Constant) and re.fullmatch(r"[A-Z][A-Z0-9_]+", str(n.value))}
    return found


def read_by_the_code() -> set[str]:
    files = [*(ROOT / "config").rglob("*.py"), FOLDER / "entrypoint.py"]
    return set().union(*(variables_asked(path) for path in files)) - {"DJANGO_SETTINGS_MODULE", "HTTPS_PROXY"}


def test_every_role_of_the_compose_file_is_one_of_the_entry_point() -> None:
    roles = entry_point().ROLES
    commands = {name: service["command"][0] for name, service in OURS.items()}
    assert set(commands.values()) <= set(roles), commands
    assert {"web", "worker", "beat", "migrate", "backup"} <= set(commands.values())


def test_every_variable_given_is_read_and_every_needed_one_is_given() -> None:
    for name, service in OURS.items():
        given = service["environment"]
        assert set(given) <= read_by_the_code(), name
        assert set(NEEDED) <= set(given), name


def test_with_the_example_filled_in_the_environment_is_a_whole_one() -> None:
    from config.refusals import problems

    secrets = dict.fromkeys(SECRETS, "a1b2")
    shown = re.findall(r"^([A-Z0-9_]+)=(.+)$", (FOLDER / ".env.example").read_text(), re.MULTILINE)
    known = dict(shown) | secrets | {"SECRET_KEY": box.PRODUCTION["SECRET_KEY"]}
    given = {name: filled(value, known) for name, value in OURS["web"]["environment"].items()}
    assert problems(known | given) == []
    assert given["DATABASE_URL"] == "postgres://groundswell:a1b2@database:5432/groundswell"
    assert given["SITE_URL"] == "https://contests.example.org"
    addresses = [given[name] for name in ("DATABASE_URL", "REDIS_URL", "CACHE_URL", "S3_ENDPOINT_URL")]
    assert {host for address in addresses for host in re.findall(r"[@/]([a-z]+):\d", address)} == KEEPERS


def test_the_example_documents_every_variable_and_holds_no_secret() -> None:
    asked = set(re.findall(r"(?<!\$)\$\{([A-Z0-9_]+)", TEXT)) - {"VERSION"}
    assert asked <= set(example()), "asked for by compose, not in the example"
    assert set(example()) <= asked | set(NAMES), "in the example, read by nobody"
    for name in ("SECRET_KEY", *SECRETS):
        assert example()[name] == "", name
    assert ".env" in (ROOT / ".gitignore").read_text().split()


def test_every_variable_the_code_reads_is_in_the_one_list_and_in_the_handbook() -> None:
    assert read_by_the_code() == set(NAMES) - {"ALLOW_HTTP"}
    handbook = (ROOT / "docs/operating.md").read_text()
    section = handbook[handbook.index("\n## Settings") :]
    rows = re.findall(r"^\| `([A-Z0-9_]+)` \|", section, re.MULTILINE)
    assert sorted(rows) == sorted(set(rows))
    assert set(rows) == set(NAMES)


def test_every_container_is_locked_down() -> None:
    for name, service in SERVICES.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert "no-new-privileges:true" in service["security_opt"], name
        assert "privileged" not in service and "network_mode" not in service, name
        tag = service["image"].rpartition(":")[2]
        assert name in OURS or (tag[:1] in "v0123456789" and tag != "latest"), f"{name} is not pinned to a version"
        if name not in ONE_SHOT:
            assert service["restart"] == "unless-stopped", name
            assert service["deploy"]["resources"]["limits"].keys() == {"cpus", "memory"}, name


def test_nobody_waits_for_a_health_that_nobody_checks() -> None:
    for name, service in SERVICES.items():
        for other, wanted in service.get("depends_on", {}).items():
            assert other in SERVICES, name
            condition = wanted["condition"]
            if condition == "service_healthy":
                assert "healthcheck" in SERVICES[other], other
            elif condition == "service_completed_successfully":
                assert other in ONE_SHOT and SERVICES[other]["restart"] == "no", other
    for name in ("web", "worker", "mailer", "beat", "backup"):
        assert SERVICES[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


def test_only_the_proxy_meets_the_world_and_nothing_that_keeps_data_does() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    assert COMPOSE["networks"]["data"]["internal"] is True
    for name in KEEPERS:
        assert SERVICES[name]["networks"] == ["data"], name
    assert "data" not in SERVICES["proxy"]["networks"]
    assert set().union(*(service["networks"] for service in SERVICES.values())) == set(COMPOSE["networks"])


def test_j3_the_bell_refuses_and_the_cache_forgets() -> None:
    bell, cache = (" ".join(SERVICES[name]["command"]) for name in ("redis", "cache"))
    assert "--maxmemory-policy noeviction" in bell and "--appendonly yes --appendfsync everysec" in bell
    assert "--maxmemory-policy allkeys-lru" in cache and "--appendonly no" in cache
    for name in ("redis", "cache"):
        assert "requirepass" in " ".join(SERVICES[name]["command"])
        assert "$$REDIS_PASSWORD" in " ".join(SERVICES[name]["command"]), "not on a command line, where ps shows it"


def test_j4_letters_have_workers_of_their_own() -> None:
    from django.conf import settings

    served = set()
    for name in ("worker", "mailer"):
        served |= set(SERVICES[name]["environment"]["WORKER_QUEUES"].split(","))
    assert served == {queue.name for queue in settings.CELERY_TASK_QUEUES}
    assert SERVICES["worker"]["environment"]["WORKER_QUEUES"] != SERVICES["mailer"]["environment"]["WORKER_QUEUES"]
    assert "deploy" in SERVICES["beat"] and "replicas" not in SERVICES["beat"]["deploy"]
    assert SERVICES["web"]["deploy"]["replicas"] == SERVICES["worker"]["deploy"]["replicas"] == 2


def test_mounts_are_declared_and_lead_to_what_is_there() -> None:
    used = set()
    for name, service in SERVICES.items():
        for mount in service.get("volumes", []):
            source, target = filled(mount, {}).split(":")[:2]
            if source.startswith("."):
                assert (FOLDER / source).exists(), f"{name}: {source}"
            else:
                used.add(source)
            assert target.startswith("/")
    assert used == set(COMPOSE["volumes"])
    made = (FOLDER / "Dockerfile").read_text()
    for folder in ("/backups", "/certificates", "/var/lib/groundswell"):
        assert folder in made, f"a volume takes over the owner of {folder} in the image"


def test_the_proxy_gets_exactly_the_names_that_its_template_asks_for() -> None:
    template = (FOLDER / "proxy/site.conf.template").read_text()
    asked = set(re.findall(r"\$\{([A-Z_]+)\}", template)) - {"NAMES"}
    given = SERVICES["proxy"]["environment"]
    assert asked == set(given)
    exposed = re.search(r"EXPOSE (\d+)", (FOLDER / "Dockerfile").read_text())
    assert exposed and given["WEB"] == f"web:{exposed[1]}"
    ports = [filled(port, {}).split(":")[1] for port in SERVICES["proxy"]["ports"]]
    assert ports == [given["HTTP_PORT"], given["HTTPS_PORT"]]


def test_docker_itself_reads_it(tmp_path: Path) -> None:
    program = shutil.which("docker")
    if not program or subprocess.run([program, "compose", "version"], capture_output=True, check=False).returncode:
        pytest.skip("no docker client with the compose plugin here")
    values = {name: value or "a1b2" for name, value in example().items()}
    (tmp_path / "env").write_text("".join(f"{name}={value}\n" for name, value in values.items()))
    made = tmp_path / "compose.yaml"
    made.write_text(TEXT.replace("env_file: .env", f"env_file: {tmp_path / 'env'}"))
    command = [program, "compose", "-f", str(made), "--env-file", str(tmp_path / "env"), "config", "--quiet"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr


def test_the_handbook_names_only_what_there_is() -> None:
    handbook = (ROOT / "docs/operating.md").read_text()
    code = "".join(path.read_text() for app in ("core", "notifications") for path in (ROOT / app).rglob("*.py"))
    for metric in set(re.findall(r"\bgroundswell_[a-z_]+(?=[`\s>{\[])", handbook)):
        assert f'"{metric.removesuffix("_total")}"' in code, metric
    known = {path.stem for path in ROOT.glob("*/management/commands/*.py")}
    known |= {"check", "collectstatic", "createsuperuser", "dumpdata", "loaddata", "COMMAND"}
    assert set(re.findall(r"manage\.py (\w+)", handbook)) <= known
    assert set(re.findall(r"entrypoint\.py ([a-z]+)", handbook)) <= set(entry_point().ROLES)
