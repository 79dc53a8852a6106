"""The first query of README.md does what README.md says."""
import pathlib
import re
import subprocess
import sys

README = pathlib.Path(__file__).resolve().parents[2] / "README.md"


def test_first_query(server):
    code, output = re.search(r"```python\n(.*?)```\n.*?```text\n(.*?)```", README.read_text(),
                             re.DOTALL).groups()
    assert code.count("3000") == 1, "the snippet names the default port once"
    run = subprocess.run([sys.executable, "-c", code.replace("3000", str(server.port))],
                         capture_output=True, text=True, timeout=60)
    assert (run.stdout, run.stderr) == (output, "")
