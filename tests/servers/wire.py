"""A line between a client and a server of ours that fails as lines do: silent, cut, garbled."""

import socket
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread
from typing import Self

Garbling = Callable[[bytes], bytes | None]  # what the server said → what arrives; None: cut


class Wire:
    """Relays ``port`` to a port of this machine. Connections made later get what holds then."""

    def __init__(self, target: int, garbling: Garbling = lambda said: said) -> None:
        self.garbling = garbling
        self._target = target
        self._frozen = Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._ends: list[socket.socket] = []
        self.connections = 0

    def __enter__(self) -> Self:
        Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()
        self.cut()

    def freeze(self) -> None:
        """Nothing passes any more, and nobody is told: a black hole for all present connections."""
        self._frozen.set()
        self._frozen = Event()

    def cut(self) -> None:
        """End all present connections."""
        for end in self._ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self._ends.clear()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._target))
                self.connections += 1
                self._ends += [client, server]
                frozen = self._frozen
                for pair in ((client, server, False), (server, client, True)):
                    Thread(target=self._relay, args=(*pair, frozen), daemon=True).start()

    def _relay(
        self, source: socket.socket, sink: socket.socket, garble: bool, frozen: Event
    ) -> None:
        with suppress(OSError):
            while said := source.recv(1 << 20):
                if frozen.is_set():
                    continue
                arrives = self.garbling(said) if garble else said
                if arrives is None:
                    break
                sink.sendall(arrives)
            if not frozen.is_set():
                for end in (source, sink):
                    with suppress(OSError):
                        end.shutdown(socket.SHUT_RDWR)
