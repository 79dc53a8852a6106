"""The C++ snippets of a page: compiled, run, and their output compared with what the page shows.

A block ```cpp is a snippet; a block ```text right behind it is all that it prints. A snippet with a
main() is a program; all others become functions of one program, each run in a process of its own
with a fresh database.
"""
import re

PRELUDE = """\
#include <fmt/core.h>
#include <sys/wait.h>
#include <unistd.h>
#include <winnow/winnow.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <vector>

using namespace winnow;

"""
MAIN = """
int main(int, char** arguments) {{
    void (*const snippets[])(Client&) = {{{names}}};
    auto database = Database::open();
    auto client = (*database)->connect();
    snippets[std::atoi(arguments[1])](**client);
}}
"""


class Wrong(OSError):
    """A page that does not hold what it says."""


def blocks(page, language):
    return re.findall(rf"^```{language}\n(.*?)^```$", page.read_text(), re.MULTILINE | re.DOTALL)


def snippets_of(page):
    """[(line, code, expected output)]"""
    text, found = page.read_text(), []
    pattern = r"^```cpp\n(.*?)^```\n(?:```text\n(.*?)^```$)?"
    for match in re.finditer(pattern, text, re.MULTILINE | re.DOTALL):
        found.append((text.count("\n", 0, match.start()) + 2, match[1], match[2] or ""))
    return found


def check(page, work, build, run):
    """build(source, program) compiles, run(command) answers the output; both raise if they fail."""
    work.mkdir()
    found = snippets_of(page)
    functions = [each for each in found if "int main(" not in each[1]]
    programs = [each for each in found if "int main(" in each[1]]
    if not programs or len(functions) < 5:
        raise Wrong(f"{page} has {len(programs)} programs and {len(functions)} snippets")

    source = PRELUDE
    for number, (line, code, _) in enumerate(functions):
        source += f"void snippet_{number}([[maybe_unused]] Client& client) {{\n"
        source += f'#line {line} "{page.name}"\n{code}}}\n'
    names = ", ".join(f"snippet_{number}" for number in range(len(functions)))
    (work / "snippets.cc").write_text(source + MAIN.format(names=names))
    build(work / "snippets.cc", work / "snippets")
    for number, (line, _, expected) in enumerate(functions):
        compare(page, line, expected, run([work / "snippets", str(number)]))

    for line, code, expected in programs:
        (work / f"line_{line}.cc").write_text(code)
        build(work / f"line_{line}.cc", work / f"line_{line}")
        compare(page, line, expected, run([work / f"line_{line}"]))


def compare(page, line, expected, output):
    if output != expected:
        raise Wrong(f"{page.name}:{line} prints\n{output}and should print\n{expected}")
