"""What the agents have in common: the commands, and sockets that stay on loopback and are recorded.

An agent runs one client of another project. Its only argument is a JSON object, see `Settings`. It reads a command from
each line of standard input, `{"id": 1, "do": "search", "query": "snow"}`, and answers each with a line on standard
output, `{"id": 1, "ok": [..]}` or `{"id": 1, "error": ".."}`. A command is answered when it has happened, or when it
has not within `seconds`. What the client itself has to say goes to standard error.
"""

import asyncio
import json
import os
import socket
import sys
import time
import traceback
from types import SimpleNamespace

sys.dont_write_bytecode = True

# How long a command may take, unless it says otherwise.
SECONDS = 30
# How often the state of a client is looked at, in seconds, where it has no event for a change.
GLANCE = 0.02


class Settings(SimpleNamespace):
    """`user` and `password`; `server`, a pair; `ip`, the own address, and `port`, what the server is told to be our
    port; `reachable`, whether anybody listens there; `obfuscated_port`, 0 for none, and `obfuscate`, whether it is
    preferred for others; `direct_first`, whether others are asked to connect only where we can't; `folder` for all that is written; `shares`, pairs of a name and a folder; `description` and
    `picture`, a path or empty; `record`, the file that all packets are recorded in."""


class Failure(Exception):
    """What an answer says instead of `ok`."""


class Recorder:
    """Writes what goes over TCP as JSON lines that `slsk decode` reads."""

    def __init__(self, path):
        self._file = open(path, "a", buffering=1, encoding="ascii")
        self._count = 0

    def number(self):
        self._count += 1
        return self._count

    def row(self, call, when, sent, data):
        me, other = call.ends
        source, target = (me, other) if sent else (other, me)
        forth = sent == call.initiator
        row = {
            "conn_id": call.number,
            "t": when,
            "dir": "initiator->acceptor" if forth else "acceptor->initiator",
            "src": "%s:%d" % source,
            "dst": "%s:%d" % target,
            "frame": bytes(data).hex(),
            "sent": sent,
        }
        self._file.write(json.dumps(row) + "\n")


class Call:
    """A TCP connection and its two ends."""

    def __init__(self, number, initiator, ends):
        self.number, self.initiator, self.ends = number, initiator, ends


def tame(settings):
    """Puts a socket class in place that keeps the client on its own address, refuses all but 127.0.0.0/8, and records.

    Call it before the client is imported.
    """
    recorder = Recorder(settings.record)
    plain = socket.socket

    def check(address):
        host = address[0] if isinstance(address, tuple) else ""
        if isinstance(address, tuple) and not str(host).startswith("127."):
            raise PermissionError("%s is outside of 127.0.0.0/8" % (host,))

    class Socket(plain):
        call = None

        def _leave(self, address):
            check(address)
            if self.family == socket.AF_INET and self.getsockname()[0] != settings.ip:
                # No port before the connection is made, or the few there are run out.
                super().setsockopt(socket.SOL_IP, 24, 1)
                super().bind((settings.ip, 0))

        def _call(self):
            if self.call is None:
                self.call = Call(recorder.number(), True, (self.getsockname()[:2], self.getpeername()[:2]))
            return self.call

        def _seen(self, when, sent, data):
            if self.family == socket.AF_INET and self.type == socket.SOCK_STREAM and len(data):
                recorder.row(self._call(), when, sent, data)

        def connect(self, address):
            self._leave(address)
            return super().connect(address)

        def connect_ex(self, address):
            self._leave(address)
            return super().connect_ex(address)

        def bind(self, address):
            if self.family == socket.AF_INET:
                host, port = address
                if host in ("", "0.0.0.0"):
                    host = settings.ip
                check((host, port))
                if port in (settings.port, settings.obfuscated_port) and not settings.reachable:
                    port = 0
                address = host, port
            return super().bind(address)

        def setsockopt(self, level, name, *value):
            # To root this succeeds without a name of an interface, and then nobody binds to our address.
            if (level, name) == (socket.SOL_SOCKET, getattr(socket, "SO_BINDTODEVICE", 25)):
                raise PermissionError("addresses, not interfaces")
            return super().setsockopt(level, name, *value)

        def accept(self):
            # The standard library makes an object of this class.
            other, address = super().accept()
            other.call = Call(recorder.number(), False, (other.getsockname()[:2], address[:2]))
            return other, address

        def send(self, data, *flags):
            when = time.time()
            count = super().send(data, *flags)
            self._seen(when, True, memoryview(data).cast("B")[:count])
            return count

        def sendall(self, data, *flags):
            when = time.time()
            super().sendall(data, *flags)
            self._seen(when, True, memoryview(data).cast("B"))

        def sendmsg(self, buffers, *rest):
            when = time.time()
            buffers = list(buffers)
            count = super().sendmsg(buffers, *rest)
            self._seen(when, True, b"".join(buffers)[:count])
            return count

        def sendto(self, data, *rest):
            check(rest[-1])
            return super().sendto(data, *rest)

        def sendfile(self, *_):
            raise OSError("what is sent would not be recorded")

        def recv(self, *arguments):
            data = super().recv(*arguments)
            self._seen(time.time(), False, data)
            return data

        def recv_into(self, buffer, *rest):
            count = super().recv_into(buffer, *rest)
            self._seen(time.time(), False, memoryview(buffer).cast("B")[:count])
            return count

    lookup = socket.getaddrinfo

    def getaddrinfo(host, *rest, **named):
        check((host or "127.0.0.1", 0)) if host not in ("localhost", "0.0.0.0", "") else None
        return lookup(host, *rest, **named)

    socket.socket = Socket
    socket.getaddrinfo = getaddrinfo


async def until(condition):
    """Waits for a condition, and returns it."""
    while not (value := condition()):
        await asyncio.sleep(GLANCE)
    return value


class Agent:
    """The commands that every client understands. A subclass has a coroutine `do_..` for each."""

    def __init__(self, settings):
        self.settings = settings

    async def do_connect(self, host, port):
        """Tries to connect, as any library that the client uses could; the answer is why it must not."""
        with socket.socket() as sock:
            try:
                sock.connect((host, port))
            except PermissionError as error:
                return str(error)
        return None

    async def do_state(self):
        """Something for people to read, when a command is late."""
        return {}

    async def _answer(self, line):
        request = json.loads(line)
        number, name = request.pop("id"), request.pop("do")
        seconds = request.pop("seconds", SECONDS)
        try:
            async with asyncio.timeout(seconds):
                answer = {"ok": await getattr(self, "do_" + name)(**request)}
        except TimeoutError:
            answer = {"error": "%s: not within %s seconds; %s" % (name, seconds, await self.do_state())}
        except Failure as error:
            answer = {"error": "%s: %s" % (name, error)}
        except Exception:
            answer = {"error": "%s: %s" % (name, traceback.format_exc())}
        self._write({"id": number, **answer})

    def _write(self, answer):
        self._output.write(json.dumps(answer) + "\n")
        self._output.flush()

    async def main(self):
        """Whatever has to go on besides the commands; the agent ends with it."""
        await asyncio.Event().wait()

    async def serve(self):
        """Obeys until standard input ends."""
        self._output = os.fdopen(os.dup(1), "w", encoding="utf-8")
        os.dup2(2, 1)
        reader = asyncio.StreamReader(limit=1 << 24)
        loop = asyncio.get_running_loop()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        self._write({"id": 0, "ok": None})
        main = asyncio.create_task(self.main())
        commands = set()

        async def obey():
            async for line in reader:
                task = asyncio.create_task(self._answer(line))
                commands.add(task)
                task.add_done_callback(commands.discard)
        obeying = asyncio.create_task(obey())
        await asyncio.wait({main, obeying}, return_when=asyncio.FIRST_COMPLETED)
        for task in (main, obeying, *commands):
            task.cancel()
        if main.done() and not main.cancelled() and main.exception():
            raise main.exception()


def run(agent):
    """Runs an agent; the process ends with it, whatever threads are left."""
    status = 1
    try:
        asyncio.run(agent.serve())
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def settings():
    """The settings on the command line."""
    return Settings(**json.loads(sys.argv[1]))
