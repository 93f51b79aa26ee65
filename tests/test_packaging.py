"""How the service is wrapped: the unit that systemd reads, and the container."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

HOME = Path(__file__).parent.parent
UNIT = HOME / "daemon/doleances.service"
CONTAINER = HOME / "packaging/container/Containerfile"
EXTRA = HOME / "packaging/debian/unit-extra.conf"
OFFICE = HOME / "packaging/debian/unit-extra-office.conf"
EXPOSED = 15  # tenths, of 100 for no protection at all
NEEDED = {"program": "/bin/true", "config": "/etc/x.toml", "user": "daemon", "home": "/var/lib/x"}

analyze = shutil.which("systemd-analyze") or ""
on_systemd = pytest.mark.skipif(not analyze, reason="systemd-analyze comes with systemd")


def as_by_init() -> str:
    return UNIT.read_text(encoding="utf-8").format(**NEEDED)


def as_by_the_package(besides: Path = EXTRA) -> str:
    told, extra = as_by_init(), besides.read_text(encoding="utf-8")
    return told.replace("ProtectHome=read-only", "ProtectHome=yes").replace(
        "UMask=", extra + "UMask="
    )


@on_systemd
@pytest.mark.parametrize(
    "unit",
    [as_by_init(), as_by_the_package(), as_by_the_package(OFFICE)],
    ids=["init", "package", "one of several offices"],
)
def test_systemd_understands_every_line_and_little_is_exposed(tmp_path: Path, unit: str) -> None:
    path = tmp_path / "doleances.service"
    path.write_text(unit, encoding="utf-8")
    for question in (
        ["verify", path],
        ["security", "--offline=true", "--no-pager", f"--threshold={EXPOSED}", path],
    ):
        asked = [analyze, *question]
        told = subprocess.run(asked, capture_output=True, text=True, check=False)
        said = told.stdout + told.stderr
        assert told.returncode == 0, said
        assert "doleances.service:" not in told.stderr, said  # « unknown key … ignoring »


def steps() -> list[tuple[str, str]]:
    """What the file tells the builder, in order: instruction and words."""
    text = re.sub(r"(?m)^#.*\n", "", CONTAINER.read_text(encoding="utf-8"))
    lines = text.replace("\\\n", " ").splitlines()
    return [(word, rest) for line in lines if line for word, _, rest in [line.partition(" ")]]


def test_the_container_runs_without_root_and_keeps_what_it_must() -> None:
    last = [word for word, _ in steps()].index("FROM", 1)
    final = dict(steps()[last:])
    user, _, group = final["USER"].partition(":")
    assert user.isdigit()
    assert group.isdigit()
    assert int(user) > 0
    assert final["VOLUME"] == final["WORKDIR"] == "/data"
    assert "DOLEANCES_CONFIG=/data/" in final["ENV"]
    assert "/healthz" in final["HEALTHCHECK"]
    assert final["ENTRYPOINT"] == '["doleances"]'
    order = [word for word, _ in steps()[last:]]
    assert order.index("USER") > max(n for n, word in enumerate(order) if word in ("RUN", "COPY"))


def test_the_container_installs_what_is_locked_and_is_handed_nothing_else() -> None:
    told = steps()
    assert any("--require-hashes -r /build/requirements.lock" in rest for _, rest in told)
    copied = [shlex.split(rest)[:-1] for word, rest in told if word == "COPY"]
    handed = [name for names in copied if not names[0].startswith("--from") for name in names]
    allowed = CONTAINER.with_name("Containerfile.dockerignore").read_text(encoding="utf-8")
    assert sorted(f"!{name}" for name in handed) == sorted(re.findall(r"(?m)^!.*$", allowed))
    assert "\n*\n" in allowed
    assert (HOME / "requirements.lock").exists()
