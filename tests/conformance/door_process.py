"""Programs that answer steps: one JSON line in, one JSON line out (README.md).

A door that dies or does not answer in time fails the file that asked, and is started anew for the
next one.
"""
import json
import os
import pathlib
import queue
import subprocess
import tempfile
import threading

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
NODE_MODULES = ROOT / "tests/e2e/node/node_modules"
ANSWER_SECONDS = 60
OURS = ("embedded", "tcp")      # need nothing but a build


class DoorFailed(Exception):
    """The door has died or hangs; the text holds what it wrote to stderr last."""


def commands(build, python_build, address):
    """{name of a door: its command}. `build` holds bin/conformance_door, `python_build` our Python
    package; address is HOST:PORT of a server."""
    program = str(build / "bin/conformance_door")
    python, door_py = str(ROOT / ".venv/bin/python"), str(HERE / "doors/door.py")
    ours = [python, "-B", door_py, "winnow", "--path", f"{python_build}/python"]
    return {
        "embedded": [program, "--embedded"],
        "tcp": [program, "--tcp", address],
        "python": [*ours, "--tcp", address],
        "python-embedded": [*ours, "--embedded"],
        "official-python": [python, "-B", door_py, "aerospike", "--tcp", address],
        "official-node": ["node", str(HERE / "doors/door.js"), "--tcp", address],
    }


class Door:
    def __init__(self, name, command, answer_seconds=ANSWER_SECONDS):
        self.name, self.command, self.answer_seconds = name, command, answer_seconds
        self.process = None
        self.errors = tempfile.TemporaryFile("w+", errors="replace")

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        self.stop()
        self.errors.close()
        return False

    def start(self):
        try:
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors,
                text=True, env={**os.environ, "NODE_PATH": str(NODE_MODULES)})
        except OSError as trouble:
            raise DoorFailed(f"door {self.name} does not start: {trouble}") from None
        self.answers = queue.Queue()
        threading.Thread(target=read, args=(self.process.stdout, self.answers),
                         daemon=True).start()

    def ask(self, request):
        if self.process is None:
            self.start()
        try:
            self.process.stdin.write(json.dumps(request, ensure_ascii=False) + "\n")
            self.process.stdin.flush()
            line = self.answers.get(timeout=self.answer_seconds)
            if line is None:
                self.answers.put(None)              # for stop()
            answer = json.loads(line) if line else None
        except (OSError, queue.Empty, ValueError) as trouble:
            raise self.failure(f"{type(trouble).__name__} {trouble}", request) from None
        if not isinstance(answer, dict) or "broken" in answer:
            raise self.failure((answer or {}).get("broken", "no answer"), request)
        return answer

    def failure(self, what, request):
        try:
            status = self.process.wait(1)       # it has died by itself, or it hangs
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = "none, killed"
        self.stop()
        return DoorFailed(f"door {self.name} (status {status}) at {json.dumps(request)}: {what}\n"
                          + self.last_words())

    def last_words(self):
        self.errors.seek(0)
        return self.errors.read()[-4000:]

    def stop(self):
        """Its exit status; 0 after the end of its input is what a door in order has."""
        if self.process is None:
            return 0
        process, self.process = self.process, None
        try:
            process.stdin.close()
        except OSError:
            pass
        try:
            status = process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            status = process.wait()
        while self.answers.get() is not None:       # until the reading thread is through
            pass
        process.stdout.close()
        return status


def read(output, answers):
    """Of the thread that waits for a door's lines; None: there will be no more."""
    for line in output:
        answers.put(line)
    answers.put(None)


def missing(name, command, python_build):
    """Why a door cannot be used here; None if it can."""
    program = pathlib.Path(command[0])
    if program.is_absolute() and not program.exists():
        return f"{program.relative_to(ROOT) if ROOT in program.parents else program} is missing"
    if name.startswith("python"):
        if python_build is None:
            return "no --python-build"
        if not (python_build / "python/winnow").exists():
            return f"no Python package in {python_build}"
    if name == "official-node" and not (NODE_MODULES / "aerospike").exists():
        return "the Node.js client is not installed: tools/setup"
    return None
