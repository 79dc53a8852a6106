"""Long queries beside each other: slow readers, clients that hang up, aborts, time-outs, pipelines."""
import itertools
import time

import pytest
from aerospike_helpers.batch import records as batch
from aerospike_helpers.operations import operations as op

import wire

COUNT = 60_000
SET = "many"
task_ids = itertools.count(1_000_001)


@pytest.fixture(scope="module")
def many(client):
    """60,000 records of some 250 bytes: 15 MB, more than any socket buffers."""
    text = "x" * 200
    for start in range(0, COUNT, 1000):
        client.batch_write(batch.BatchRecords([
            batch.Write(("test", SET, n), [op.write("n", n), op.write("t", text)])
            for n in range(start, start + 1000)]))


def job(server, task_id):
    """What the server says of a query."""
    with wire.Wire(server) as other:
        answer = other.info(f"query-show:trid={task_id}")
    return dict(pair.split("=", 1) for pair in answer.split(":") if "=" in pair)


def wait_for_end(server, task_id):
    deadline = time.monotonic() + 10
    while True:
        status = job(server, task_id).get("status", "")
        if status.startswith("done"):
            return status
        assert time.monotonic() < deadline, f"the query does not end: {status}"
        time.sleep(0.02)


def resident_bytes(server):
    with open(f"/proc/{server.process.pid}/statm", encoding="ascii") as numbers:
        return int(numbers.read().split()[1]) * 4096


def test_many_scans_at_once_are_complete(server, many):
    connections = [wire.Wire(server) for _ in range(8)]
    for connection in connections:
        connection.send(wire.scan(SET, next(task_ids)))
    for connection in connections:
        with connection:
            assert connection.stream() == (COUNT, 0)


def test_slow_readers_cost_little_memory_and_stop_nobody(server, client, many):
    before = resident_bytes(server)
    slow = [wire.Wire(server, receive_bytes=4096) for _ in range(8)]
    tasks = [next(task_ids) for _ in slow]
    for connection, task in zip(slow, tasks):
        connection.send(wire.scan(SET, task))
    time.sleep(0.5)
    assert all(job(server, task)["status"].startswith("active") for task in tasks)
    # 8 scans of 15 MB lie still; what each may have in flight is some 2 MB.
    assert resident_bytes(server) - before < 60 << 20
    started = time.monotonic()
    for n in range(200):
        assert client.get(("test", SET, n))[2]["n"] == n
    assert time.monotonic() - started < 5
    with slow[0]:
        assert slow[0].stream() == (COUNT, 0)
    for connection in slow[1:]:
        connection.socket.close()
    for task in tasks:
        wait_for_end(server, task)


def test_a_query_ends_when_its_client_hangs_up(server, many):
    task = next(task_ids)
    connection = wire.Wire(server, receive_bytes=4096)
    connection.send(wire.scan(SET, task))
    time.sleep(0.2)
    assert job(server, task)["status"].startswith("active")
    connection.socket.close()
    assert "abort" in wait_for_end(server, task)


def test_abort_by_info_command(server, many):
    task = next(task_ids)
    with wire.Wire(server, receive_bytes=4096) as connection, wire.Wire(server) as other:
        connection.send(wire.scan(SET, task))
        time.sleep(0.2)
        assert other.info(f"query-abort:trid={task}").lower() == "ok"
        rows, code = connection.stream()
        assert code == 210 and rows < COUNT
        # The socket is good for the next request.
        connection.send(wire.scan("none", next(task_ids)))
        assert connection.stream() == (0, 0)


def test_the_total_timeout_of_a_query(server, many):
    with wire.Wire(server, receive_bytes=4096) as connection:
        connection.send(wire.scan(SET, next(task_ids), timeout_ms=300))
        time.sleep(0.6)
        rows, code = connection.stream()
        assert code == 9 and rows < COUNT


def test_a_client_that_does_not_read_for_its_socket_timeout(server, many):
    task = next(task_ids)
    with wire.Wire(server, receive_bytes=4096) as connection:
        connection.send(wire.scan(SET, task, socket_timeout_ms=300))
        wait_for_end(server, task)
        assert connection.stream()[1] == 9


def test_pipelined_requests_are_answered_in_order(server, client, many):
    key, _ = client.exists(("test", SET, 7))
    with wire.Wire(server) as connection:
        one_get = wire.get(bytes(key[3]))
        connection.send(one_get + wire.scan(SET, next(task_ids)) + one_get)
        first = connection.reply()
        assert connection.stream() == (COUNT, 0)
        assert connection.reply() == first
