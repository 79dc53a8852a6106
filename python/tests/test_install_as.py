"""install_as_aerospike() and `python -m winnow.as_aerospike`: each case in a Python of its own, as
it changes what `import` means."""
import subprocess
import sys
import textwrap

import pytest


def python(*arguments, cwd=None):
    return subprocess.run([sys.executable, *map(str, arguments)], capture_output=True, text=True,
                          timeout=60, cwd=cwd)


def run(code):
    return python("-c", textwrap.dedent(code))


@pytest.fixture
def program(tmp_path):
    """A file with a program in it."""
    def write(code, name="app.py"):
        path = tmp_path / name
        path.write_text(textwrap.dedent(code))
        return path
    return write


def test_all_modules_stand_in():
    ended = run("""
        import winnow
        winnow.install_as_aerospike()
        import aerospike, aerospike_helpers, aerospike.exception
        from aerospike import predicates, exception as ex
        from aerospike_helpers import cdt_ctx
        from aerospike_helpers.operations import operations, list_operations, map_operations
        from aerospike_helpers.operations import bitwise_operations, hll_operations
        import aerospike_helpers.batch.records as br
        assert aerospike is winnow and ex is winnow.exception is aerospike.exception
        assert br is winnow.helpers.batch.records and aerospike_helpers.operations.operations
        assert predicates.equals("a", 1) and cdt_ctx.cdt_ctx_list_index(0)
        winnow.install_as_aerospike()                       # again: nothing changes
        import aerospike as again
        assert again is winnow
        try:
            import aerospike_helpers.nonsense
        except ImportError as error:
            print(error)
        """)
    assert (ended.stdout, ended.stderr) == ("No module named 'aerospike_helpers.nonsense'\n", "")


@pytest.mark.parametrize("name", ["aerospike", "aerospike_helpers"])
def test_it_refuses_when_the_official_one_is_imported(name):
    ended = run(f"""
        import {name}
        import winnow
        try:
            winnow.install_as_aerospike()
        except ImportError as error:
            print(error)
        import {name}
        assert {name} is not winnow and {name} is not winnow.helpers
        """)
    assert ended.stderr == ""
    assert ended.stdout.startswith(f"{name} is imported already, from ")
    assert "call winnow.install_as_aerospike() before anything imports it" in ended.stdout


def test_embedded_every_host_is_that_database():
    ended = run("""
        import winnow
        winnow.install_as_aerospike(embedded=":memory:")
        import aerospike
        one = aerospike.client({"hosts": [("nowhere.invalid", 3000)]}).connect()
        one.put(("test", "demo", 1), {"a": 1})
        two = aerospike.client({"hosts": [("127.0.0.1", 1)], "policies": {"read": {}}})
        print(two.get(("test", "demo", 1))[2])
        one.close()
        two.close()
        print(aerospike.client({"hosts": [("127.0.0.1", 1)]}).get(("test", "demo", 1))[2])
        """)
    assert (ended.stdout, ended.stderr) == ("{'a': 1}\n{'a': 1}\n", "")


def test_embedded_may_be_a_database_that_is_open():
    ended = run("""
        import winnow
        database = winnow.Database(":memory:", namespaces=["mine"])
        winnow.install_as_aerospike(embedded=database)
        import aerospike
        client = aerospike.client({"hosts": [("127.0.0.1", 1)]})
        client.put(("mine", "demo", 1), {"a": 1})
        print(winnow.client({"embedded": database}).get(("mine", "demo", 1))[2])
        """)
    assert (ended.stdout, ended.stderr) == ("{'a': 1}\n", "")


# ---- python -m winnow.as_aerospike ---------------------------------------------------------------

APP = """
    import sys
    import aerospike
    import beside
    if __name__ == "__main__":
        client = aerospike.client({"hosts": [("127.0.0.1", 1)]}).connect()
        client.put(("test", "demo", 1), {"a": beside.value})
        print(client.get(("test", "demo", 1))[2], sys.argv[1:], __file__ == sys.argv[0])
        sys.exit(7)
    """


def test_a_program_runs_unmodified(program, tmp_path):
    app = program(APP)
    program("value = 5", "beside.py")
    for embedded in (["--embedded", ":memory:"], ["--embedded=:memory:"]):
        ended = python("-m", "winnow.as_aerospike", *embedded, app, "--embedded", "x")
        assert (ended.stdout, ended.stderr) == ("{'a': 5} ['--embedded', 'x'] True\n", "")
        assert ended.returncode == 7


def test_a_module_runs_unmodified(program, tmp_path):
    program(APP)
    program("value = 5", "beside.py")
    ended = python("-m", "winnow.as_aerospike", "--embedded", ":memory:", "-m", "app", "-v",
                   cwd=tmp_path)
    assert (ended.stdout, ended.stderr) == ("{'a': 5} ['-v'] True\n", "")
    assert ended.returncode == 7


def test_a_folder_runs_unmodified(program, tmp_path):
    program(APP, "__main__.py")
    program("value = 5", "beside.py")
    ended = python("-m", "winnow.as_aerospike", "--embedded", ":memory:", tmp_path, "-v")
    assert ended.stdout.startswith("{'a': 5} ['-v']") and ended.returncode == 7


def test_an_error_of_the_program_comes_as_usual(program):
    app = program("def broken():\n    raise ValueError('its own')\nbroken()")
    ended = python("-m", "winnow.as_aerospike", app)
    assert ended.returncode == 1 and ended.stderr.endswith("ValueError: its own\n")
    assert f'File "{app}", line 2, in broken' in ended.stderr


def test_what_ends_late_still_has_its_names(program):
    app = program("""
        import atexit, pickle
        class Mine:
            pass
        made = pickle.dumps(Mine())
        atexit.register(lambda: print(type(pickle.loads(made)) is Mine))
        """)
    ended = python("-m", "winnow.as_aerospike", app)
    assert (ended.stdout, ended.stderr) == ("True\n", "")


@pytest.mark.parametrize("arguments, text", [
    ([], "as_aerospike: which program?"),
    (["--embeded", "x"], "as_aerospike: unknown option --embeded"),
    (["--embedded"], "as_aerospike: --embedded needs a value"),
    (["--embedded=", "app.py"], "as_aerospike: embedded: the path is empty"),
    (["nowhere.py"], "as_aerospike: there is no file nowhere.py")])
def test_bad_command_lines(arguments, text):
    ended = python("-m", "winnow.as_aerospike", *arguments)
    assert ended.returncode == 1 and ended.stderr.startswith(text)


def test_help():
    ended = python("-m", "winnow.as_aerospike", "--help")
    assert ended.returncode == 0 and ended.stdout.startswith("usage: python -m winnow.as_aerospike")
