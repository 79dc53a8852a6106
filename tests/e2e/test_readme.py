"""The first query of README.md, with the official client and a server as README.md says."""
import pathlib
import re
import subprocess
import sys

README = pathlib.Path(__file__).resolve().parents[2] / "README.md"


def test_first_query(server):
    code, output = re.search(r"```python\n(.*?)```\n.*?```text\n(.*?)```", README.read_text(),
                             re.DOTALL).groups()
    embedded = re.search(r'winnow\.client\(\{"embedded": .*?\}\)', code)[0]
    served = f'winnow.client({{"hosts": [("127.0.0.1", {server.port})]}})'
    assert served.replace(str(server.port), "3000") in README.read_text()
    code = code.replace(embedded, served)
    code = code.replace("import winnow\nfrom winnow", "import aerospike as winnow\nfrom aerospike")
    assert "import winnow" not in code
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (run.stdout, run.stderr) == (output, "")
