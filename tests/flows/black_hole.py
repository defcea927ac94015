"""A TCP relay that can swallow everything: a network in which connections stay open and nothing arrives."""

import asyncio
from contextlib import asynccontextmanager


class BlackHole:
    """Relays to ``port`` on loopback; ``swallow`` kills what is open now, silently. New connections work."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._generation = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: list[tuple[int, asyncio.StreamWriter]] = []
        self.url = ""

    def swallow(self) -> None:
        """From now on nothing passes through connections that are open, and nobody is told."""
        self._generation += 1

    def bury(self) -> None:
        """Close what was swallowed, as both ends' own timeouts would in the end."""
        for generation, writer in self._writers:
            if generation != self._generation:
                writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._port)
        self._writers += ((self._generation, writer), (self._generation, far_writer))
        for source, sink in ((reader, far_writer), (far_reader, writer)):
            task = asyncio.create_task(self._relay(source, sink, self._generation))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _relay(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, generation: int) -> None:
        try:
            while data := await source.read(65536):
                if generation == self._generation:
                    sink.write(data)
                    await sink.drain()
        except OSError:
            pass
        finally:
            if generation == self._generation:
                sink.close()

    async def _stop(self) -> None:
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for _, writer in self._writers:
            writer.transport.abort()
        await asyncio.sleep(0)  # lets the transports hear it

    @asynccontextmanager
    async def open(self):
        """Listen for as long as the block lasts."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            server.close()
            await self._stop()
