#!/usr/bin/env python3
"""The library as projects outside this repository use it.   usage: run.py BUILD_DIR [--keep]

BUILD_DIR is a build without link-time optimisation (preset package). Its library is installed beside
it, in BUILD_DIR-outside, and used from there: by find_package, by pkg-config (also after the tree has
been moved), header by header, and by the snippets of docs/cpp.md. An add_subdirectory project builds
with the same flags, so that ccache has most of its objects. Closes with "N passed, N failed".
"""
import argparse
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import traceback

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE))
sys.dont_write_bytecode = True
import snippets  # noqa: E402

STRICT = ["-std=c++20", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion",
          "-Wno-sign-conversion", "-Werror"]
# What users get of our headers; nothing below it may be among them.
INTERNAL = {"base", "client", "embedded", "engine", "net", "protocol", "record"}


class Failed(Exception):
    """What is wrong, with the output of the program that found it."""


def run(command, **environment):
    process = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                             errors="replace", env={**os.environ, **environment})
    if process.returncode:
        raise Failed(f"{shlex.join(map(str, command))}\n{process.stdout[-6000:]}")
    return process.stdout


class Package:
    """One installation, and the tests of it."""

    def __init__(self, build):
        self.build = build.resolve()
        self.work = self.build.with_name(self.build.name + "-outside")
        self.prefix = self.work / "prefix"
        cache = (self.build / "CMakeCache.txt").read_text()
        self.cache = dict(re.findall(r"^(\w+):\w+=(.*)$", cache, re.MULTILINE))
        self.version = re.search(r"VERSION (\d+\.\d+\.\d+)", (ROOT / "CMakeLists.txt").read_text())[1]

    def install(self):
        shutil.rmtree(self.work, ignore_errors=True)
        run(["cmake", "--build", self.build, "--target", "winnow_library"])
        run(["cmake", "--install", self.build, "--component", "library", "--prefix", self.prefix])

    def expect_tour(self, program):
        output = run([program])
        if output != f"winnow {self.version}: a = 42\n":
            raise Failed(f"{program} printed {output!r}")

    def configure(self, source, build, *definitions):
        run(["cmake", "-S", source, "-B", build, "-G", "Ninja", *definitions])
        # The flags that we build with are ours: none may reach the other project.
        commands = json.loads((build / "compile_commands.json").read_text())
        tour = next(each["command"] for each in commands if each["file"].endswith("tour.cc"))
        for flag in ("-Werror", "-Wall", "-march"):
            if flag in tour:
                raise Failed(f"{flag} reached the outside project: {tour}")

    # ---- the tests, in order -----------------------------------------------------------------

    def test_find_package(self):
        build = self.work / "installed"
        self.configure(HERE / "installed", build, f"-DCMAKE_PREFIX_PATH={self.prefix}",
                       *self.same("CMAKE_CXX_COMPILER"))
        run(["cmake", "--build", build])
        self.expect_tour(build / "tour")

    def test_an_older_version_is_not_taken_for_a_newer(self):
        project = self.work / "newer"
        project.mkdir()
        (project / "CMakeLists.txt").write_text(
            "cmake_minimum_required(VERSION 3.25)\nproject(newer LANGUAGES CXX)\n"
            "find_package(winnow 99.0 REQUIRED)\n")
        try:
            run(["cmake", "-S", project, "-B", project, f"-DCMAKE_PREFIX_PATH={self.prefix}"])
        except Failed as refused:
            if f"version: {self.version}" in str(refused):
                return
            raise
        raise Failed("find_package(winnow 99.0) was satisfied")

    def test_pkg_config_of_a_moved_tree(self):
        moved = self.work / "moved"
        shutil.copytree(self.prefix, moved)
        flags = run(["pkg-config", "--cflags", "--libs", "winnow"],
                    PKG_CONFIG_PATH=str(moved / "lib/pkgconfig"))
        if str(self.prefix) in flags:
            raise Failed(f"the old place is in {flags}")
        program = self.work / "tour"
        run([self.compiler(), *STRICT, f"-I{HERE}/own", HERE / "tour.cc", "-o", program,
             *shlex.split(flags)])
        self.expect_tour(program)
        shutil.rmtree(moved)

    def test_add_subdirectory(self):
        # Beside the build, so that paths relative to it, by which ccache knows objects, are the same.
        build = self.build.with_name(self.build.name + "-subdirectory")
        shutil.rmtree(build, ignore_errors=True)
        shared = self.cache.get("WINNOW_PYTHON") == "ON"
        self.configure(
            HERE / "subdirectory", build, "-DWINNOW_STRICT=ON",
            *self.same("CMAKE_CXX_COMPILER", "CMAKE_BUILD_TYPE", "CMAKE_CXX_FLAGS_RELWITHDEBINFO",
                       "CMAKE_CXX_COMPILER_LAUNCHER", "CMAKE_EXE_LINKER_FLAGS"),
            *["-DCMAKE_POSITION_INDEPENDENT_CODE=ON", "-DCMAKE_CXX_VISIBILITY_PRESET=hidden",
              "-DCMAKE_VISIBILITY_INLINES_HIDDEN=ON"] * shared)
        run(["cmake", "--build", build, "-j2"])
        self.expect_tour(build / "tour")
        built = {path.name for path in (build / "bin").glob("*")}
        if built:
            raise Failed(f"programs that nobody asked for were built: {built}")
        shutil.rmtree(build)

    def test_each_header_stands_alone(self):
        headers = sorted(self.prefix.glob("include/winnow/*.h"))
        if len(headers) < 10:
            raise Failed(f"only {len(headers)} public headers are installed")
        for header in headers:
            run([self.compiler(), *STRICT, f"-I{self.prefix}/include", "-fsyntax-only", "-include",
                 header, "-x", "c++", "/dev/null"])

    def test_internals_stay_internal(self):
        internal = self.prefix / "include/winnow/internal"
        headers = {str(path.relative_to(internal)) for path in internal.rglob("*.h")}
        engine = {name for name in headers if name.startswith("engine/")}
        if engine != {"engine/options.h"}:
            raise Failed(f"headers of the engine are public: {engine}")
        others = {name.split("/")[0] for name in headers} - INTERNAL
        if others or not headers:
            raise Failed(f"of {len(headers)} headers some are of {others}")

    def test_snippets_of_the_documentation(self):
        flags = run(["pkg-config", "--cflags", "--libs", "winnow"],
                    PKG_CONFIG_PATH=str(self.prefix / "lib/pkgconfig"))
        compile_with = [self.compiler(), "-std=c++20", "-Wall", "-Wextra", "-Werror"]
        page = ROOT / "docs/cpp.md"
        snippets.check(page, self.work / "snippets",
                       lambda source, program: run([*compile_with, source, "-o", program,
                                                    *shlex.split(flags)]), run)
        # What the page says about CMake is what was run above.
        project = (HERE / "installed/CMakeLists.txt").read_text().splitlines()
        wanted = [line for line in project if line.startswith(("find_package", "target_link"))]
        if wanted not in [block.splitlines() for block in snippets.blocks(page, "cmake")]:
            raise Failed(f"{page.name} does not show {wanted}")

    # ---- what they share ---------------------------------------------------------------------

    def same(self, *names):
        return [f"-D{name}={self.cache[name]}" for name in names if self.cache.get(name)]

    def compiler(self):
        return self.cache["CMAKE_CXX_COMPILER"]


def main():
    parser = argparse.ArgumentParser(description="Tests the installed library.")
    parser.add_argument("build", type=pathlib.Path, help="a build without link-time optimisation")
    parser.add_argument("--only", default="", help="tests whose name contains this")
    parser.add_argument("--keep", action="store_true", help="keep what was installed and built")
    args = parser.parse_args()
    package = Package(args.build)
    passed = failed = 0
    try:
        package.install()
    except Failed as trouble:
        print(f"FAILED: install: {trouble}\n0 passed, 1 failed")
        return 1
    for name in [name for name in vars(Package) if name.startswith("test_") and args.only in name]:
        try:
            getattr(package, name)()
            passed += 1
        except (Failed, OSError, StopIteration) as trouble:
            print(f"FAILED: {name}: {trouble or traceback.format_exc()}")
            failed += 1
    if not args.keep and not failed:
        shutil.rmtree(package.work)
    print(f"{passed} passed, {failed} failed")
    return int(failed > 0 or passed == 0)


if __name__ == "__main__":
    sys.exit(main())
