"""``python -m daemon`` is ``doleances``."""

from daemon.cli import main

main()
