"""Settings that change while the server runs."""
import os

import pytest

import wire
from conftest import ROOT
from server import Server


@pytest.fixture
def own_server():
    """A server whose settings nobody else feels."""
    with Server(os.environ.get("WINNOWD", ROOT / "build/release/bin/winnowd")) as running:
        yield running


def is_served(server):
    try:
        with wire.Wire(server) as connection:
            return connection.info("build").count(".") == 3
    except (AssertionError, OSError):
        return False


def test_the_number_of_connections_can_be_limited_and_raised(own_server):
    with wire.Wire(own_server) as admin, wire.Wire(own_server) as second:
        assert second.info("build")
        assert is_served(own_server)
        assert admin.info("set-config:context=service;proto-fd-max=2") == "ok"
        assert not is_served(own_server)
        assert second.info("build"), "those that are there stay"
        assert admin.info("set-config:context=service;proto-fd-max=100") == "ok"
        assert is_served(own_server)


def test_the_default_ttl_of_a_namespace(own_server):
    with wire.Wire(own_server) as admin:
        assert admin.info("set-config:context=namespace;id=test;default-ttl=100") == "ok"
        assert "default-ttl=100;" in admin.info("get-config:context=namespace;id=test") + ";"
