"""The embedded Valkey: broker, cache and nudges; loopback only, password always, nothing ever evicted."""

import os
import socket
import subprocess
import time
from pathlib import Path

from stack.binaries import valkey_server
from stack.errors import StackError
from stack.files import private_folder, tail, write_private
from stack.keyring import Keyring
from stack.ports import LOOPBACK
from stack.process import Program, spawn

START_TIMEOUT_S = 60.0
DATABASES = 64  # one for each process of a parallel test run


class Valkey:
    """One server: its files under `home`, listening on `port`."""

    def __init__(self, home: Path, port: int, keyring: Keyring, log: Path, *, durable: bool = True) -> None:
        self.home = private_folder(home).absolute()
        self.port = port
        self.log = log.absolute()
        self.durable = durable
        self._password = keyring.valkey_password

    def url(self, database: int = 0) -> str:
        """This will give the connection address, password included."""
        return f"redis://:{self._password}@{LOOPBACK}:{self.port}/{database}"

    def program(self) -> Program:
        """This will describe the server to run."""
        # A file, because arguments can be read by every user of the machine.
        write_private(self.home / "valkey.conf", self._configuration())
        return Program(
            name="valkey",
            argv=[str(valkey_server()), str(self.home / "valkey.conf")],
            env=dict(os.environ),
            cwd=self.home,
            log=self.log,
        )

    def start(self) -> "subprocess.Popen[bytes]":
        """This will start the server and return when it has loaded its data and answers."""
        process = spawn(self.program())
        deadline = time.monotonic() + START_TIMEOUT_S
        while not self.is_ready(process.pid):
            if process.poll() is not None:
                raise StackError(f"Valkey stopped while starting. The end of {self.log}:\n{tail(self.log)}")
            if time.monotonic() > deadline:
                process.kill()
                raise StackError(f"Valkey was not ready after {START_TIMEOUT_S:.0f} s; see {self.log}")
            time.sleep(0.02)
        return process

    def is_ready(self, _pid: int) -> bool:
        """This will ask the server itself, with the password."""
        try:
            with socket.create_connection((LOOPBACK, self.port), timeout=1) as connection:
                connection.sendall(f"AUTH {self._password}\r\nPING\r\n".encode())
                connection.settimeout(1)
                answer = b""
                while answer.count(b"\r\n") < 2:
                    part = connection.recv(256)
                    if not part:
                        return False
                    answer += part
        except OSError:
            return False
        return answer == b"+OK\r\n+PONG\r\n"

    def _configuration(self) -> str:
        lines = {
            "bind": LOOPBACK,
            "port": str(self.port),
            "dir": f'"{self.home}"',
            "requirepass": self._password,
            "databases": str(DATABASES),
            "daemonize": "no",
            "appendonly": "yes" if self.durable else "no",
            "save": '""',
            "maxmemory-policy": "noeviction",  # a queue's message must never be evicted
        }
        return "".join(f"{name} {value}\n" for name, value in lines.items())
