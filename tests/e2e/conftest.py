"""What the tests with the official Python client share: a server of their own and a client."""
import itertools
import os
import pathlib
import sys

import aerospike
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))
from server import Server  # noqa: E402

numbers = itertools.count()


@pytest.fixture(scope="session")
def server():
    """One winnowd for all tests; WINNOWD names the program."""
    with Server(os.environ.get("WINNOWD", ROOT / "build/release/bin/winnowd")) as running:
        yield running


@pytest.fixture(scope="session")
def client(server):
    connected = aerospike.client({"hosts": [(server.host, server.port)]})
    yield connected
    connected.close()


@pytest.fixture
def set_name():
    """A set that no other test uses."""
    return f"set{next(numbers)}"
