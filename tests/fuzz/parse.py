"""Search for a mail that breaks the reader, led by what code each mail reaches: ``make fuzz``.

Begins with the nasty mails. What is found is written to the folder given by ``-artifact_prefix``;
it becomes a row in ``tests/ingest/nasty``.
"""

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["ingest", "email", "html", "mailparser"]):
    from tests.ingest.test_fuzz import SMALL, can_be_kept


def main(seconds: int) -> None:
    with tempfile.TemporaryDirectory() as seeds:
        for number, data in enumerate(SMALL):
            (Path(seeds) / str(number)).write_bytes(data)
        bounds = [f"-max_total_time={seconds}", "-timeout=5", "-max_len=4096", "-rss_limit_mb=2048"]
        found = Path(tempfile.gettempdir()) / "found-"
        atheris.Setup([sys.argv[0], *bounds, f"-artifact_prefix={found}", seeds], can_be_kept)
        atheris.Fuzz()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 60)
