"""Real servers for the tests: each private, on 127.0.0.1 only, and gone when its test is over."""

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest


def require(binary: str, package: str) -> Path:
    """Where this program is; without it the test is skipped, and fails in CI."""
    found = shutil.which(binary, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin")
    if found is None:
        unavailable(f"{binary} is missing: install the Debian package {package}")
    return Path(found)


def unavailable(reason: str) -> NoReturn:
    """Give the test up, and say why: on a developer's machine it is skipped, in CI it fails."""
    if os.environ.get("CI", "").lower() in ("", "0", "false", "no", "off"):
        pytest.skip(reason)
    pytest.fail(reason, pytrace=False)
