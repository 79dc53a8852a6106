"""A winnowd of its own for a test: starts on a free port, is stopped and its exit judged.

    with Server("build/asan/bin/winnowd") as server:
        talk_to(server.host, server.port)
"""
import pathlib
import signal
import socket
import subprocess
import tempfile
import time

START_SECONDS, STOP_SECONDS = 20, 20


class ServerFailed(Exception):
    """The server did not start, or did not end cleanly; the text holds the end of its log."""


class Server:
    def __init__(self, program, *arguments):
        self.program, self.arguments = pathlib.Path(program), arguments
        self.host, self.port = "127.0.0.1", free_port()

    def __enter__(self):
        if not self.program.exists():
            raise ServerFailed(f"{self.program} is not built")
        self.log = tempfile.TemporaryFile("w+", errors="replace")
        self.process = subprocess.Popen(
            [self.program, "--bind", self.host, "--port", str(self.port), "--memory",
             "--namespace", "test", "--namespace", "bar", *self.arguments],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT)
        deadline = time.monotonic() + START_SECONDS
        while True:
            if self.process.poll() is not None:
                raise ServerFailed(f"{self.program} ended at start\n{self.log_end()}")
            try:
                socket.create_connection((self.host, self.port), 1).close()
                return self
            except OSError:
                if time.monotonic() > deadline:
                    self.process.kill()
                    raise ServerFailed(f"no answer on port {self.port}\n{self.log_end()}") from None
                time.sleep(0.02)

    def __exit__(self, kind, error, trace):
        """SIGTERM has to end the server soon and with status 0; sanitizers complain here too."""
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            status = f"none, killed after {STOP_SECONDS} s"
        if status != 0 and kind is None:
            raise ServerFailed(f"exit status after SIGTERM: {status}\n{self.log_end()}")
        return False

    def log_end(self, size=8000):
        self.log.seek(0)
        return self.log.read()[-size:]


def free_port():
    """A port that nobody listens on now. Another program may take it before the server does, which
    shows as a clear error at start."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
