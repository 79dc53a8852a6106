"""The ways to the database for tests that hold whichever is taken: in this process, and a server.

    from doors import door      # a fixture; with it a test runs once for each
"""
import pytest

import winnow
from served import Server, winnowd


@pytest.fixture(scope="module", params=["embedded", "served"])
def door(request):
    """A connected client."""
    if request.param == "embedded":
        with winnow.client({"embedded": ":memory:"}) as client:
            yield client
        return
    with Server(winnowd()) as server:
        with winnow.client({"hosts": [(server.host, server.port)]}) as client:
            yield client
