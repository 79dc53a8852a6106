"""The wheel: what is in it, and that it works where nothing else is installed."""
import re
import subprocess
import sys
import zipfile

import pytest

from served import ROOT, Server, winnowd

# Pages whose first snippet is the quickstart, and prints what follows it.
PAGES = ["README.md", "docs/python.md"]


def command(*arguments, **options):
    return subprocess.run([*map(str, arguments)], capture_output=True, text=True, timeout=1800,
                          **options)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    built = command(ROOT / "tools/wheel", folder)
    assert built.returncode == 0, built.stdout + built.stderr
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def clean_python(wheel, tmp_path_factory):
    """The Python of a virtual environment that has this wheel and nothing else."""
    folder = tmp_path_factory.mktemp("clean") / "env"
    made = command(sys.executable, "-m", "venv", folder)
    assert made.returncode == 0, made.stderr
    installed = command(folder / "bin/pip", "install", "--no-index", "--quiet",
                        "--disable-pip-version-check", wheel)
    assert installed.returncode == 0, installed.stderr
    return folder / "bin/python"


@pytest.fixture
def run(clean_python, tmp_path):
    def run_code(*arguments):
        return command(clean_python, *arguments, cwd=tmp_path, env={"PATH": "/usr/bin:/bin"})
    return run_code


def test_what_is_in_it(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        (metadata,) = [name for name in names if name.endswith(".dist-info/METADATA")]
        text = archive.read(metadata).decode()
    tops = {name.split("/")[0] for name in names}
    assert len(tops) == 2 and "winnow" in tops          # the package, and what pip writes down
    assert [name for name in names if re.fullmatch(r"winnow/_core\..*so", name)]
    for name in ["winnow/py.typed", "winnow/_core.pyi", "winnow/as_aerospike.py",
                 "winnow/helpers/operations/map_operations.py"]:
        assert name in names
    assert not [name for name in names if "__pycache__" in name or "test" in name]
    assert [name for name in names if name.endswith("LICENSE")]
    version = re.search(r"project\(winnow VERSION ([0-9.]+)", (ROOT / "CMakeLists.txt").read_text())
    assert f"\nName: winnow\nVersion: {version[1]}\n" in text
    assert "License-Expression: Apache-2.0" in text
    assert f"winnow-{version[1]}-" in wheel.name


@pytest.mark.parametrize("page", PAGES)
def test_the_quickstart(run, page):
    code, output = re.search(r"```python\n(.*?import winnow\n.*?)```\n.*?```text\n(.*?)```",
                             (ROOT / page).read_text(), re.DOTALL).groups()
    ended = run("-c", code)
    assert (ended.stdout, ended.stderr) == (output, "")


def test_against_a_server(run):
    with Server(winnowd()) as server:
        ended = run("-c", f"""if True:
            import winnow
            with winnow.client({{"hosts": [("{server.host}", {server.port})]}}) as client:
                client.put(("test", "demo", 1), {{"a": 1}})
                print(client.get(("test", "demo", 1))[2])
            """)
    assert (ended.stdout, ended.stderr) == ("{'a': 1}\n", "")


def test_an_unmodified_program(run, tmp_path):
    (tmp_path / "app.py").write_text(
        "import aerospike\n"
        "from aerospike_helpers.operations import operations\n"
        "client = aerospike.client({'hosts': [('127.0.0.1', 1)]}).connect()\n"
        "client.operate(('test', 'demo', 1), [operations.increment('a', 5)])\n"
        "print(client.get(('test', 'demo', 1))[2])\n")
    ended = run("-m", "winnow.as_aerospike", "--embedded", ":memory:", "app.py")
    assert (ended.stdout, ended.stderr) == ("{'a': 5}\n", "")


def test_there_is_no_module_of_the_official_name(run):
    ended = run("-c", "import winnow, aerospike")
    assert "No module named 'aerospike'" in ended.stderr
