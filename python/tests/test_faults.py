"""What happens when things break: a server that is stopped, restarted, slow, or cuts connections in
the middle of a reply; Ctrl-C, fork, call-backs that raise; and that nothing leaks meanwhile."""
import ctypes
import gc
import logging
import os
import pickle
import signal
import subprocess
import sys
import textwrap
import threading
import tracemalloc

import pytest

import winnow
from proxy import Proxy
from served import Server, winnowd
from winnow import exception as ex
from winnow.helpers.batch import records
from winnow.helpers.operations import operations

KEY = ("test", "faults", "k")


@pytest.fixture(scope="module")
def server():
    with Server(winnowd()) as running:
        yield running


def connect(port, **config):
    return winnow.client({"hosts": [("127.0.0.1", port)], **config})


@pytest.fixture
def direct(server):
    with connect(server.port) as client:
        client.truncate("test", "faults", 0)
        yield client


@pytest.fixture
def proxy(server, direct):
    with Proxy(server.port) as running:
        yield running


@pytest.fixture
def client(proxy):
    """A client that reaches the server through the proxy."""
    with connect(proxy.port) as connected:
        yield connected


def fill(client, count):
    keys = [("test", "faults", number) for number in range(count)]
    for number, key in enumerate(keys):
        client.put(key, {"n": number, "text": "x" * 200})
    return keys


def open_files():
    return len(os.listdir("/proc/self/fd"))


# ---- stopped and restarted -----------------------------------------------------------------------

def test_no_server_at_all():
    with pytest.raises(ex.ConnectionError) as caught:
        connect(1)
    assert caught.value.code == -10 and "127.0.0.1:1" in caught.value.msg


def test_a_server_that_is_stopped_and_restarted():
    first = Server(winnowd())
    with first:
        client = connect(first.port)
        client.put(KEY, {"a": 1})
    for call in (lambda: client.get(KEY), lambda: client.put(KEY, {"a": 2}),
                 lambda: client.query("test", "faults").results(),
                 lambda: client.info_random_node("build"), lambda: client.batch_read([KEY]),
                 lambda: client.index_integer_create("test", "faults", "a", "faults_a")):
        with pytest.raises((ex.ConnectionError, ex.ClusterError)) as caught:
            call()
        assert caught.value.msg and not caught.value.in_doubt

    second = Server(winnowd())
    second.port = first.port
    with second:
        # The first commands may still meet a broken connection, or a node that counts as gone
        # until the cluster is looked at again.
        until(lambda: client.put(KEY, {"a": 3}) == 0, ex.AerospikeError)
        assert client.get(KEY)[2] == {"a": 3}
        client.close()


def until(succeeds, tolerated):
    """Tries again as long as it fails in the way that is tolerated; pytest's own limit ends it."""
    for _ in range(1000):
        try:
            if succeeds():
                return
        except tolerated:
            pass
        threading.Event().wait(0.02)
    raise AssertionError("no success in a thousand attempts")


def test_a_server_that_stops_while_a_query_runs():
    with Server(winnowd()) as server:
        client = connect(server.port)
        fill(client, 3000)
        seen = []

        def stop_it(record):
            if not seen:
                server.process.kill()
                server.process.wait()
            seen.append(record)

        # What had arrived is still handed over; then the query fails, or it had all arrived.
        try:
            client.query("test", "faults").foreach(stop_it)
        except (ex.ConnectionError, ex.ClusterError):
            assert len(seen) < 3000
        else:
            assert len(seen) == 3000
        with pytest.raises((ex.ConnectionError, ex.ClusterError)):
            client.get(KEY)
        client.close()
        server.process = subprocess.Popen(["true"])         # what the fixture then waits for
        server.process.wait()


# ---- slow ----------------------------------------------------------------------------------------

SHORT = {"total_timeout": 150}


def test_a_slow_server_and_reads(proxy, client):
    client.put(KEY, {"a": 1})
    proxy.stall()
    for policy in (SHORT, {"socket_timeout": 150}):
        with pytest.raises(ex.TimeoutError) as caught:
            client.get(KEY, policy)
        assert (caught.value.code, caught.value.in_doubt) == (9, False)
        assert "in time" in caught.value.msg and "node" in caught.value.msg
    with pytest.raises(ex.TimeoutError):
        client.batch_read([KEY], policy=SHORT)
    with pytest.raises(ex.TimeoutError):
        client.query("test", "faults").results(SHORT)
    proxy.go_on()
    assert client.get(KEY)[2] == {"a": 1}


def test_a_slow_server_and_writes_are_in_doubt(proxy, client, direct):
    proxy.stall()
    with pytest.raises(ex.TimeoutError) as caught:
        client.put(KEY, {"a": 1}, policy=SHORT)
    assert (caught.value.code, caught.value.in_doubt) == (9, True)
    assert "may have been done" in str(caught.value)
    proxy.go_on()
    assert direct.get(KEY)[2] == {"a": 1}           # it was


def test_the_policies_of_the_config_count(proxy, server):
    with connect(proxy.port, policies={"read": SHORT, "write": SHORT}) as client:
        client.put(KEY, {"a": 1})
        proxy.stall()
        with pytest.raises(ex.TimeoutError):
            client.get(KEY)
        with pytest.raises(ex.TimeoutError):
            client.put(KEY, {"a": 2})


# ---- cut in the middle of a reply ----------------------------------------------------------------

@pytest.mark.parametrize("size", [0, 1, 7, 8, 20])
def test_a_cut_reply(proxy, client, direct, size):
    client.put(KEY, {"a": 1})
    # A read that finds the connection it was given broken tries another one, at no price.
    proxy.cut_after(size)
    assert client.get(KEY)[2] == {"a": 1}
    proxy.cut_after(size, times=2)
    with pytest.raises(ex.ConnectionError) as caught:
        client.get(KEY)
    assert (caught.value.code, caught.value.in_doubt) == (-10, False)
    assert client.get(KEY)[2] == {"a": 1}

    proxy.cut_after(size)
    with pytest.raises(ex.ConnectionError) as caught:
        client.increment(KEY, "a", 1)
    assert caught.value.in_doubt is True
    assert direct.get(KEY)[2] == {"a": 2}           # once, as there are no retries by default


def test_retries(proxy, client, direct):
    client.put(KEY, {"a": 1})
    proxy.cut_after(5, times=2)
    assert client.get(KEY, {"max_retries": 1})[2] == {"a": 1}
    # A write that is sent again may be done twice: the caller asked for it.
    proxy.cut_after(5)
    client.increment(KEY, "a", 1, policy={"max_retries": 1})
    assert direct.get(KEY)[2] == {"a": 3}


def test_a_batch_that_is_cut(proxy, client, direct):
    keys = fill(direct, 20)
    proxy.cut_after(30, times=2)
    with pytest.raises(ex.ConnectionError):
        client.batch_read(keys)
    batch = records.BatchRecords([records.Write(key, [operations.write("n", 7)]) for key in keys])
    proxy.cut_after(30)
    with pytest.raises(ex.ConnectionError) as caught:
        client.batch_write(batch)
    assert caught.value.in_doubt is True
    assert len(client.batch_read(keys).batch_records) == 20


def test_a_query_that_is_cut_goes_on_where_it_was(proxy, client, direct):
    fill(direct, 3000)
    query = client.query("test", "faults")
    query.paginate()
    first = []
    proxy.cut_after(200_000)
    with pytest.raises(ex.ConnectionError):
        query.foreach(lambda record: first.append(record[2]["n"]))
    assert 0 < len(first) < 3000 and not query.is_done()
    rest = [bins["n"] for _, _, bins in query.results()]
    assert sorted(first + rest) == list(range(3000))        # each once
    assert query.is_done()


# ---- call-backs ----------------------------------------------------------------------------------

class Mine(Exception):
    pass


def test_an_exception_of_a_callback_comes_through(direct):
    fill(direct, 100)
    error = Mine("its own")

    def broken(record):
        raise error

    for reader in (direct.query("test", "faults"), direct.scan("test", "faults")):
        with pytest.raises(Mine) as caught:
            reader.foreach(broken)
        assert caught.value is error
        assert caught.traceback[-1].name == "broken"
    assert len(direct.query("test", "faults").results()) == 100


def test_a_callback_may_use_the_client(direct):
    keys = fill(direct, 300)

    def write(record):
        direct.increment(record[0], "n", 1000)
        assert len(direct.batch_read(keys[:2]).batch_records) == 2

    direct.query("test", "faults").foreach(write)
    numbers = [bins["n"] for _, _, bins in direct.query("test", "faults").results()]
    assert sorted(numbers) == list(range(1000, 1300))


def test_a_callback_may_close_the_client(direct, server):
    fill(direct, 300)
    client = connect(server.port)
    seen = []

    def close(record):
        client.close()
        seen.append(record)

    client.query("test", "faults").foreach(close)           # what is under way goes on
    assert len(seen) == 300
    with pytest.raises(ex.ClusterError):
        client.get(KEY)


# ---- Ctrl-C, fork --------------------------------------------------------------------------------

def run(code, *arguments):
    return subprocess.run([sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)],
                          capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("call", ["query.results(policy)", "query.foreach(print, policy)"])
def test_ctrl_c_ends_a_query_that_waits(proxy, direct, call):
    """The server never answers, and no timeout would end it."""
    fill(direct, 10)
    proxy.stall()
    code = f"""
        import sys, winnow
        client = winnow.client({{"hosts": [("127.0.0.1", int(sys.argv[1]))]}})
        query = client.query("test", "faults")
        policy = {{"socket_timeout": 0, "total_timeout": 0}}
        try:
            {call}
        except KeyboardInterrupt:
            print("interrupted")
        """
    process = subprocess.Popen([sys.executable, "-c", textwrap.dedent(code), str(proxy.port)],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert proxy.requests.wait(60)
    process.send_signal(signal.SIGINT)
    try:
        output, errors = process.communicate(timeout=60)
    finally:
        process.kill()
    assert (output, errors) == ("interrupted\n", "")


def test_ctrl_c_ends_a_query_that_gets_records(direct, server):
    fill(direct, 3000)
    ended = run("""
        import signal, sys, winnow
        client = winnow.client({"hosts": [("127.0.0.1", int(sys.argv[1]))]})
        seen = []
        def callback(record):
            seen.append(record)
            if len(seen) == 5:
                signal.raise_signal(signal.SIGINT)
        try:
            client.query("test", "faults").foreach(callback)
        except KeyboardInterrupt:
            print(len(seen), len(client.query("test", "faults").results()))
        """, server.port)
    assert (ended.stdout, ended.stderr) == ("5 3000\n", "")


@pytest.mark.parametrize("where", ["served", "embedded"])
def test_fork(where, server):
    ended = run("""
        import os, sys, winnow
        config = {"embedded": ":memory:"} if sys.argv[1] == "embedded" else {
            "hosts": [("127.0.0.1", int(sys.argv[2]))]}
        key = ("test", "forked", 1)
        client = winnow.client(config)
        client.put(key, {"a": 1})
        child = os.fork()
        if child == 0:
            try:
                client.get(key)
                print("the child used its parent's client")
            except winnow.exception.AerospikeError as error:
                print("fork" in str(error), flush=True)
            own = winnow.client(config)
            own.put(key, {"a": 2})
            print(own.get(key)[2], flush=True)
            own.close()
            client.close()                      # the parent's stays open
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print(status, client.get(key)[2])
        """, where, server.port)
    last = {"a": 1} if where == "embedded" else {"a": 2}
    assert (ended.stdout, ended.stderr) == (f"True\n{{'a': 2}}\n0 {last}\n", "")


def test_a_process_that_ends_without_closing(server):
    ended = run("""
        import sys, winnow
        client = winnow.client({"hosts": [("127.0.0.1", int(sys.argv[1]))]})
        here = winnow.client({"embedded": ":memory:"})
        query = client.query("test", "faults")
        query.foreach(lambda record: None)
        cycle = [client, query, here]
        cycle.append(cycle)
        """, server.port)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


# ---- threads -------------------------------------------------------------------------------------

def test_many_threads_and_one_that_closes(server):
    client = connect(server.port)
    wrong, ready = [], threading.Barrier(9)

    def work(number):
        key = ("test", "faults", f"thread{number}")
        ready.wait()
        try:
            while True:
                client.put(key, {"n": number})
                assert client.get(key)[2] == {"n": number}
        except ex.ClusterError:
            pass                                # closed
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    ready.wait()
    for _ in range(200):
        client.put(KEY, {"a": 1})
    client.close()
    for thread in threads:
        thread.join()
    assert wrong == []


# ---- errors --------------------------------------------------------------------------------------

def test_exceptions_that_came_can_be_pickled(direct):
    with pytest.raises(ex.RecordNotFound) as caught:
        direct.get(("test", "faults", "nobody"))
    error = caught.value
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), copy.args, copy.key) == (type(error), error.args, error.key)
    assert copy.key[:3] == ("test", "faults", "nobody") and copy.file and copy.line


# ---- leaks ---------------------------------------------------------------------------------------

def test_connections_are_not_leaked(proxy, client):
    client.put(KEY, {"a": 1})
    gc.collect()

    def fail():
        proxy.cut_after(3, times=2)
        with pytest.raises(ex.ConnectionError):
            client.get(KEY)
        proxy.stall()
        with pytest.raises(ex.TimeoutError):
            client.get(KEY, {"total_timeout": 5})
        proxy.cut()
        proxy.go_on()
        client.get(KEY)

    fail()
    before = open_files()
    for _ in range(30):
        fail()
    # The proxy's ends of connections may close a little later than the client's.
    until(lambda: open_files() <= before + 4, ())


def test_a_client_that_is_dropped_closes_its_connections(server):
    gc.collect()
    before = open_files()
    for _ in range(5):
        client = connect(server.port)
        client.put(KEY, {"a": 1})
        query = client.query("test", "faults")
        query.results()
        del client, query
    gc.collect()
    assert open_files() <= before


WORK = {
    "put": lambda c: c.put(KEY, {"a": 1, "b": ["x", {"y": 2.5}], "c": b"z"}, {"ttl": 100}),
    "get": lambda c: c.get(KEY),
    "select": lambda c: c.select(KEY, ["a"]),
    "exists": lambda c: c.exists(KEY),
    "touch": lambda c: c.touch(KEY),
    "operate": lambda c: c.operate(KEY, [operations.increment("a", 1), operations.read("b")]),
    "operate_ordered": lambda c: c.operate_ordered(KEY, [operations.read("a")]),
    "batch_read": lambda c: c.batch_read([KEY, ("test", "faults", "nobody")]),
    "batch_write": lambda c: c.batch_write(records.BatchRecords(
        [records.Write(KEY, [operations.write("a", 1)]), records.Read(KEY, None, True)])),
    "get_many": lambda c: c.get_many([KEY, ("test", "faults", "nobody")]),
    "results": lambda c: c.query("test", "faults").results(),
    "foreach": lambda c: c.query("test", "faults").foreach(lambda record: None),
    "stopped": lambda c: c.query("test", "faults").foreach(lambda record: False),
    "pages": lambda c: paged(c),
    "info": lambda c: c.info_all("build"),
    "not found": lambda c: fails(ex.RecordNotFound, lambda: c.get(("test", "faults", "nobody"))),
    "bad policy": lambda c: fails(ex.ParamError, lambda: c.get(KEY, {"nonsense": 1})),
    "bad value": lambda c: fails(ex.ParamError, lambda: c.put(KEY, {"a": [1, object()]})),
    "bad key": lambda c: fails(ex.ParamError, lambda: c.get(("test", "faults", 1.5))),
    "broken call-back": lambda c: fails(
        ZeroDivisionError, lambda: c.query("test", "faults").foreach(lambda record: 1 / 0)),
    "no index": lambda c: fails(
        ex.IndexNotFound, lambda: c.query("test", "faults").where(
            winnow.predicates.equals("nowhere", 1)).results()),
}


def fails(kind, call):
    try:
        call()
    except kind:
        return
    raise AssertionError(f"no {kind.__name__}")


def paged(client):
    query = client.query("test", "faults")
    query.max_records = 5
    query.paginate()
    query.results()
    return query.get_partitions_status()


class Heap(ctypes.Structure):
    """struct mallinfo2"""
    _fields_ = [(name, ctypes.c_size_t) for name in (
        "arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks",
        "fordblks", "keepcost")]


def memory():
    """Bytes in use: by Python objects, and by malloc."""
    gc.collect()
    mallinfo = ctypes.CDLL(None).mallinfo2
    mallinfo.restype = Heap
    heap = mallinfo()
    return tracemalloc.get_traced_memory()[0], heap.uordblks + heap.hblkhd


@pytest.mark.parametrize("name", WORK)
def test_memory_is_not_leaked(direct, name):
    """What is in use does not grow with the number of calls. Caches grow now and then; a leak grows
    every time."""
    work = WORK[name]
    fill(direct, 10)
    direct.put(KEY, {"a": 1, "b": [1, 2]})
    tracemalloc.start()
    try:
        grown = []
        for _ in range(4):
            before = memory()
            for _ in range(100):
                work(direct)
            grown.append([now - then for now, then in zip(memory(), before)])
    finally:
        tracemalloc.stop()
    for of, sizes in zip(("Python", "malloc"), zip(*grown)):
        assert min(sizes) < 800, f"{of}: 100 calls take {sizes} bytes"


@pytest.mark.parametrize("name", WORK)
def test_references_are_not_leaked(direct, name):
    """Nor do references to what lives longer: None, small ints, and what was handed in."""
    work = WORK[name]
    fill(direct, 10)
    direct.put(KEY, {"a": 1, "b": [1, 2]})
    watched = [KEY, None, True, False, direct, winnow.Query, dict, tuple, "test", "faults"]
    for _ in range(20):
        work(direct)
    gc.collect()
    before = [sys.getrefcount(thing) for thing in watched]
    for _ in range(100):
        work(direct)
    gc.collect()
    after = [sys.getrefcount(thing) for thing in watched]
    grown = [(thing, new - old) for thing, old, new in zip(watched, before, after)
             if new - old >= 50]
    assert grown == []


# ---- the log -------------------------------------------------------------------------------------

def test_the_log_tells_of_a_node_that_is_gone(caplog):
    caplog.set_level(logging.DEBUG, logger="winnow")
    events = []
    winnow.set_log_handler(lambda level, function, path, line, text: events.append((level, text)))
    try:
        with Server(winnowd()) as server:
            client = connect(server.port, tend_interval=250)
            port = server.port
        until(lambda: events, ())       # it comes to this thread, between its own steps
        client.close()
    finally:
        winnow.set_log_handler()
    level, text = events[0]
    assert level == winnow.LOG_LEVEL_WARN and str(port) in text
    assert any(record.name == "winnow" and record.levelno == logging.WARNING
               for record in caplog.records)


def test_log_levels():
    logger = logging.getLogger("winnow")
    try:
        assert winnow.set_log_level(winnow.LOG_LEVEL_ERROR) == 0 and logger.level == logging.ERROR
        winnow.set_log_level(winnow.LOG_LEVEL_OFF)
        assert not logger.isEnabledFor(logging.CRITICAL)
        with pytest.raises(ex.ParamError, match="none of LOG_LEVEL_OFF"):
            winnow.set_log_level(99)
        with pytest.raises(ex.ParamError, match="cannot be called"):
            winnow.set_log_handler(5)
    finally:
        logger.setLevel(logging.NOTSET)


# ---- beside other extensions ---------------------------------------------------------------------

@pytest.mark.parametrize("order", ["numpy, winnow", "winnow, numpy"])
def test_beside_another_extension_in_cpp(order):
    """The memory of one is not given back to the allocator of the other."""
    ended = run(f"""
        import {order}
        client = winnow.client({{"embedded": ":memory:"}})
        for number in range(300):
            client.put(("test", "faults", "a key that is rather long " * 5), {{"a": "x" * number}})
            try:
                client.get(("test", "faults", 1), {{"a policy that does not exist " * 5: 1}})
            except winnow.exception.ParamError as error:
                text = error.msg
        print("a policy that does not exist" in text)
        """)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "True\n", "")
