#!/usr/bin/env python3
"""Checks what no compiler checks: layers, sizes, names, leftovers.

usage: tidy.py [--root DIR]      checks the repository
       tidy.py --self-test       checks the checks: small bad trees and the error each must give

What it wants is told where it is checked. The limits are those of CONTRIBUTING.md; the arrows
between modules are those of src/layers.txt. One line for each error, exit status 1 if there is any.
"""
import argparse
import collections
import json
import pathlib
import re
import subprocess
import sys
import tempfile

CODE_ROOTS = ["src", "cli", "include", "bench", "tests"]
LINE_MAX, FUNCTION_MAX, HEADER_MAX, SOURCE_MAX = 100, 70, 400, 800
FOLDER_MAX, OWN_INCLUDES_MAX = 30, 20

# What must not stand in C++, as a regular expression, and what to write instead.
BANNED = {
    r"\bstd::regex\b|#include <regex>": "the matcher of record/filter; this one recurses on input",
    r"\busing namespace std\b": "std:: where it is used",
    r"\bstd::(cout|cerr|endl)\b|#include <iostream>": "base/log.h, or fmt::print in a program",
    r"(?<![\w.>:])s?rand\(": "base/random.h",
}
# Words of unfinished work, put together here so that this file does not hold them itself.
LEFTOVERS = re.compile(r"\b(" + "|".join(["TO" "DO", "FIX" "ME", "XX" "X", "HA" "CK"]) + r")\b")
# A folder of one person's machine.
MACHINE_PATH = re.compile(r"(?<![\w.~$})])/(?:work|root|home|Users)/\w")
VAGUE_NAMES = re.compile(r"(?:^|_)(common|util|utils|misc|helper|helpers|manager|impl)(?:_|$)")
# Headers of other projects that headers of ours may include (GoogleTest: headers for tests); all
# others hide in a .cc.
THIRD_PARTY_IN_HEADERS = {"fmt/core.h", "tl/expected.hpp", "gtest/gtest.h"}
# Third-party headers that one header of ours wraps.
WRAPPED_IN = {"absl/container/inlined_vector.h": "src/base/small_vector.h"}
SYSTEM_HEADER = re.compile(
    r"[a-z_]+$"                                     # the C++ library: no suffix
    r"|(sys|netinet|arpa|net|linux)/\w+\.h$"
    r"|(unistd|fcntl|signal|pthread|poll|immintrin|endian|netdb|dirent)\.h$")
INCLUDE = re.compile(r'\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)')


class Tidy:
    """One pass over a repository; errors holds what is wrong."""

    def __init__(self, root):
        self.root, self.errors = root, []
        self.code = [path for folder in CODE_ROOTS for path in sorted((root / folder).rglob("*"))
                     if path.suffix in (".h", ".cc") and "node_modules" not in path.parts]
        self.layers = self.read_layers()

    def run(self):
        for path in self.code:
            lines = path.read_text(errors="replace").splitlines()
            self.check_sizes(path, lines)
            self.check_words(path, lines)
            self.check_includes(path, lines)
            if path.suffix == ".h":
                self.check_opening(path, lines)
        self.check_folders()
        self.check_functions()
        self.check_all_text()
        return self.errors

    def error(self, path, text, line=None):
        name = path.relative_to(self.root)
        self.errors.append(f"{name}:{line}: {text}" if line else f"{name}: {text}")

    # ---- layers ------------------------------------------------------------------------------

    def read_layers(self):
        """{module: what it may include}. The file goes from the bottom up: no arrow points up."""
        layers, file = {}, self.root / "src/layers.txt"
        for number, line in enumerate(file.read_text().splitlines(), 1):
            module, _, below = line.split("#")[0].partition(":")
            if module.strip():
                for name in below.split():
                    if name not in layers:
                        self.error(file, f"{name} is not above this line", number)
                layers[module.strip()] = below.split()
        for folder in sorted((self.root / "src").iterdir()):
            if folder.is_dir() and folder.name not in layers:
                self.error(folder, "a module that src/layers.txt does not name")
        return layers

    def check_includes(self, path, lines):
        """Arrows, includes from the root of src, own header first, third-party headers hidden."""
        parts = path.relative_to(self.root).parts
        module = parts[1] if parts[0] == "src" and len(parts) > 2 else None
        if parts[0] in self.layers:
            module = parts[0]                       # the shell, which lies beside src
        own = []
        for number, line in enumerate(lines, 1):
            found = INCLUDE.match(line)
            if not found:
                continue
            quoted, angled = found.groups()
            if quoted:
                own.append((number, quoted))
            elif path.suffix == ".h" and angled not in THIRD_PARTY_IN_HEADERS \
                    and str(path.relative_to(self.root)) != WRAPPED_IN.get(angled) \
                    and not SYSTEM_HEADER.match(angled):
                self.error(path, f"<{angled}> in a header: include it in a .cc only", number)
            if not own and angled and self.own_header(path):
                self.error(path, "its own header comes first", number)
        for number, name in own:
            target = name.split("/")[0]
            if module and "/" not in name:
                self.error(path, f'"{name}": includes start at the root of src', number)
            elif module in self.layers and target in self.layers \
                    and target not in [module, *self.layers[module]]:
                self.error(path, f"{module} may not include {target} (src/layers.txt)", number)
        if path.suffix == ".cc" and len(own) > OWN_INCLUDES_MAX:
            self.error(path, f"{len(own)} includes of ours, more than {OWN_INCLUDES_MAX}")

    def own_header(self, path):
        return path.suffix == ".cc" and path.with_suffix(".h").exists()

    # ---- sizes -------------------------------------------------------------------------------

    def check_sizes(self, path, lines):
        limit = HEADER_MAX if path.suffix == ".h" else SOURCE_MAX
        if len(lines) > limit:
            self.error(path, f"{len(lines)} lines, more than {limit}: split it")
        for number, line in enumerate(lines, 1):
            if len(line) > LINE_MAX and "://" not in line:
                self.error(path, f"{len(line)} columns, more than {LINE_MAX}", number)

    def check_folders(self):
        counts = collections.Counter(path.parent for path in self.code)
        for folder, count in counts.items():
            if count > FOLDER_MAX:
                self.error(folder, f"{count} files, more than {FOLDER_MAX}: group them")

    def check_functions(self):
        command = ["ctags", "--output-format=json", "--fields=+ne", "--kinds-C++=f",
                   "--language-force=C++", "-L-", "-f-"]
        run = subprocess.run(command, input="\n".join(map(str, self.code)), capture_output=True,
                             text=True, check=True)
        for tag in map(json.loads, run.stdout.splitlines()):
            length = tag.get("end", tag["line"]) - tag["line"] + 1
            if length > FUNCTION_MAX:
                self.error(pathlib.Path(tag["path"]), f"{tag['name']} has {length} lines, "
                           f"more than {FUNCTION_MAX}", tag["line"])

    # ---- words -------------------------------------------------------------------------------

    def check_opening(self, path, lines):
        """A header opens with #pragma once and a comment that says what it is."""
        if lines[:1] != ["#pragma once"]:
            self.error(path, "does not begin with #pragma once")
        if len(lines) < 2 or not re.match(r"//\s*\w|/\*", lines[1]):
            self.error(path, "no comment behind #pragma once that says what it is and why")

    def check_words(self, path, lines):
        for number, line in enumerate(lines, 1):
            for pattern, instead in BANNED.items():
                found = re.search(pattern, line)
                if found:
                    self.error(path, f"{found[0].strip()}: use {instead}", number)

    def check_all_text(self):
        """Names, leftovers and machine paths, in every file of the repository."""
        for path in self.repository_files():
            vague = VAGUE_NAMES.search(path.stem.lower()) if path in set(self.code) else None
            if vague:
                self.error(path, f"'{vague[1]}' in a file name says nothing")
            try:
                lines = path.read_text().splitlines()
            except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
                continue
            for number, line in enumerate(lines, 1):
                if LEFTOVERS.search(line):
                    self.error(path, f"{LEFTOVERS.search(line)[0]}: finish it or file it", number)
                if MACHINE_PATH.search(line):
                    self.error(path, "a path of one machine", number)

    def repository_files(self):
        """Files that are committed or would be; without git, the code alone."""
        run = subprocess.run(["git", "-C", self.root, "ls-files", "-z", "--cached", "--others",
                              "--exclude-standard"], capture_output=True, text=True)
        if run.returncode:
            return self.code
        return [self.root / name for name in run.stdout.split("\0") if name]


# ---- the test of the checks ----------------------------------------------------------------------

GOOD = {
    "src/layers.txt": "base:      # the bottom\nrecord: base\nengine: record base\n"
                      "cli: record base\n",
    "cli/main.cc": '#include "cli/plan.h"\n#include "record/version.h"\n',
    "src/base/bytes.h": "#pragma once\n// Bytes.\n\n#include <sys/uio.h>\n#include <vector>\n",
    "src/base/bytes.cc": '#include "base/bytes.h"\n\n#include <zlib.h>\n\n#include <vector>\n',
    "src/engine/operand.cc": '#include "base/bytes.h"\nint operand() { return randomize(); }\n',
}
# A change to the good tree, and the error that it has to give.
BAD = [
    ({"src/base/up.cc": '#include "engine/plan.h"\n'}, "base may not include engine"),
    ({"cli/main.cc": '#include "engine/plan.h"\n'}, "cli may not include engine"),
    ({"src/base/up.cc": '#include "cli/plan.h"\n'}, "base may not include cli"),
    ({"src/layers.txt": "base: record\nrecord:\nengine: base\ncli: record base\n"}, "record is not above this line"),
    ({"src/stray/a.cc": "\n"}, "src/stray: a module that src/layers.txt does not name"),
    ({"src/base/flat.cc": '#include "bytes.h"\n'}, "includes start at the root of src"),
    ({"src/base/bytes.cc": '#include <zlib.h>\n#include "base/bytes.h"\n'}, "header comes first"),
    ({"src/base/far.h": "#pragma once\n// Far.\n#include <absl/types/span.h>\n"}, "in a .cc only"),
    ({"src/base/all.cc": '#include "base/bytes.h"\n' * 21}, "21 includes of ours"),
    ({"src/base/long.cc": "int a;\n" * 801}, "801 lines, more than 800"),
    ({"include/long.h": "#pragma once\n// Long.\n" + "\n" * 400}, "402 lines, more than 400"),
    ({"cli/wide.cc": "int a; // " + "a" * 91 + "\n"}, "101 columns"),
    ({f"bench/b{n}.cc": "\n" for n in range(31)}, "bench: 31 files, more than 30"),
    ({"tests/deep.cc": "void deep() {\n" + "    go();\n" * 70 + "}\n"}, "deep has 72 lines"),
    ({"tests/deep_test.cc": "TEST(A, B) {\n" + "    go();\n" * 70 + "}\n"}, "TEST has 72 lines"),
    ({"src/base/a.h": "#pragma once\n// A.\nclass A {\n    A() : a_(1) {\n" + "go();\n" * 69 +
      "    }\n};\n"}, "A has 71 lines"),
    ({"src/base/bare.h": "// Bare.\n// Still bare.\n"}, "does not begin with #pragma once"),
    ({"src/base/mute.h": "#pragma once\n#include <vector>\n"}, "no comment behind #pragma once"),
    ({"src/base/a.cc": "std::regex r;\n"}, "std::regex: use"),
    ({"src/base/a.cc": "using namespace std;\n"}, "using namespace std: use"),
    ({"src/base/a.cc": "#include <iostream>\n"}, "#include <iostream>: use"),
    ({"src/base/a.cc": "int x = rand();\n"}, "rand(: use base/random.h"),
    ({"src/base/string_util.cc": "\n"}, "'util' in a file name says nothing"),
    ({"src/base/a.cc": "// TO" "DO: later\n"}, "finish it or file it"),
    ({"src/base/a.cc": 'open("/home' '/me/data");\n'}, "a path of one machine"),
]


def errors_of(files):
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            path = pathlib.Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return Tidy(pathlib.Path(folder)).run()


def self_test():
    """Each bad tree must give its error and no other; the good tree must give none."""
    wrong = [f"the good tree gives: {error}" for error in errors_of(GOOD)]
    for change, expected in BAD:
        errors = errors_of({**GOOD, **change})
        if len(errors) != 1 or expected not in errors[0]:
            wrong.append(f"{', '.join(list(change)[:1])}: expected only '{expected}', got {errors}")
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).parent.parent)
    parser.add_argument("--self-test", action="store_true", help="check the checks")
    args = parser.parse_args()
    if args.self_test:
        errors, good = self_test(), f"{len(BAD)} bad trees found out"
    else:
        tidy = Tidy(args.root.resolve())
        errors, good = tidy.run(), f"{len(tidy.code)} files tidy"
    print("\n".join(errors) or good)
    sys.exit(bool(errors))


if __name__ == "__main__":
    main()
