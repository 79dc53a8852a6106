"""The pages do what they say: every ```python block runs, in the order of its page and with what
the blocks before it left; what a block prints is the ```text block that follows it. mypy --strict
has nothing to say about them, nor about the package."""
import ast
import os
import pathlib
import re
import subprocess
import sys

import pytest

import winnow
from served import ROOT, Server, winnowd

PAGES = ["docs/python.md", "docs/from-the-official-client.md", "python/README.md"]
PACKAGE = pathlib.Path(winnow.__file__).parent


def snippets(page):
    """[(line, code, expected output)] of a page."""
    found = []
    text = (ROOT / page).read_text()
    for block in re.finditer(r"^```(python|text)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        line = text.count("\n", 0, block.start(2)) + 1
        if block[1] == "python":
            found.append((line, block[2], ""))
        else:
            line, code, before = found[-1]
            assert before == "", f"{page}:{line}: two outputs of one snippet"
            found[-1] = (line, code, block[2])
    return found


@pytest.fixture(scope="module")
def port():
    with Server(winnowd()) as server:
        yield server.port


MARK = "\x1e"


@pytest.mark.parametrize("page", PAGES)
def test_snippets_run(page, port, tmp_path):
    blocks = snippets(page)
    assert blocks
    program = tmp_path / "page.py"
    program.write_text("".join(f"{code}\nprint({MARK!r}, end='')\n" for _, code, _ in blocks)
                       .replace("3000", str(port)))
    ended = subprocess.run([sys.executable, program], capture_output=True, text=True, timeout=120)
    outputs = ended.stdout.split(MARK)
    for (line, _, expected), output in zip(blocks, outputs):
        assert output == expected, f"{page}:{line}\n{ended.stderr}"
    assert (ended.stderr, ended.returncode) == ("", 0) and len(outputs) == len(blocks) + 1


def mypy(tmp_path, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", tmp_path / "cache", *arguments],
        capture_output=True, text=True, timeout=300, env={**os.environ, "MYPYPATH":
                                                          str(PACKAGE.parent)})


def test_snippets_have_types(tmp_path):
    for number, page in enumerate(PAGES):
        if page == "docs/from-the-official-client.md":
            continue                                # it imports a package that has no types
        (tmp_path / f"page{number}.py").write_text(
            "\n".join(code for _, code, _ in snippets(page)))
    ended = mypy(tmp_path, *sorted(tmp_path.glob("page*.py")))
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_types_refuse_what_is_wrong(tmp_path):
    """The stubs are not just Any."""
    wrong = tmp_path / "wrong.py"
    wrong.write_text('import winnow\n'
                     'client = winnow.client({"embedded": ":memory:"})\n'
                     'client.put("key", {"a": 1})\n'
                     'client.get(("test", "demo", 1)).bins\n'
                     'client.query("test").where(5)\n'
                     'client.querry("test")\n')
    ended = mypy(tmp_path, wrong)
    lines = re.findall(r"^.*wrong.py:(\d+): error", ended.stdout, re.MULTILINE)
    assert lines == ["3", "4", "5", "6"], ended.stdout


def test_the_package_has_types(tmp_path):
    ended = mypy(tmp_path, "-p", "winnow")
    assert ended.returncode == 0, ended.stdout + ended.stderr


def stub_of(names_of):
    tree = ast.parse((PACKAGE / "_core.pyi").read_text())
    return {node.name: node for node in tree.body if isinstance(node, names_of)
            and not node.name.startswith("_")}


def public(names):
    return {name for name in names if not name.startswith("_")}


def test_the_stubs_have_what_is_there():
    """Every name of the compiled part is in its stub, with a docstring; and nothing else."""
    assert set(stub_of((ast.ClassDef, ast.FunctionDef))) == public(dir(winnow._core))
    for name, node in stub_of(ast.ClassDef).items():
        methods = {member.name: member for member in node.body
                   if isinstance(member, ast.FunctionDef)}
        fields = {member.target.id for member in node.body if isinstance(member, ast.AnnAssign)}
        assert public({*methods, *fields}) == public(dir(getattr(winnow._core, name))), name
        for method in public(methods):
            assert ast.get_docstring(methods[method]), f"{name}.{method}"


def test_the_stubs_have_the_arguments_that_are_there():
    compared = 0
    for name, node in stub_of(ast.ClassDef).items():
        for method in node.body:
            if not isinstance(method, ast.FunctionDef) or method.name.startswith("_"):
                continue
            signature = getattr(getattr(winnow._core, name), method.name).__nb_signature__[0][0]
            real = ast.parse(re.sub(r"\\\d+", "None", signature) + ": ...").body[0].args
            if real.vararg:
                continue                            # it takes anything: what is not served
            assert [a.arg for a in method.args.args] == [a.arg for a in real.args], method.name
            assert len(method.args.defaults) <= len(real.defaults), method.name
            compared += 1
    assert compared > 60
