"""Runs a program that imports `aerospike` with this package in its place, unmodified.

usage: python -m winnow.as_aerospike [--embedded DIR | --embedded :memory:] app.py [argument]...
       python -m winnow.as_aerospike [--embedded DIR | --embedded :memory:] -m module [argument]...

--embedded  no server is needed: whatever hosts the program names, it gets this database, kept in
            a directory or in memory
-m          runs a module, as `python -m` does
"""
from __future__ import annotations

import os
import runpy
import sys
from types import ModuleType

import winnow


class UsageError(Exception):
    """What is wrong with the command line."""


def main(arguments: list[str]) -> None:
    try:
        embedded, module, rest = parse(arguments)
    except UsageError as trouble:
        sys.exit(f"as_aerospike: {trouble}\n{usage()}")
    try:
        winnow.install_as_aerospike(embedded)
    except (ImportError, winnow.exception.AerospikeError) as trouble:
        sys.exit(f"as_aerospike: {trouble}")
    if module is not None:
        sys.argv = [module, *rest]
        sys.path[0] = os.getcwd()
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    else:
        run_file(rest)


def parse(arguments: list[str]) -> tuple[str | None, str | None, list[str]]:
    """(what to embed, module to run, program and its arguments)."""
    embedded = module = None
    rest = list(arguments)
    while rest and rest[0].startswith("-") and module is None:
        option, equals, value = rest.pop(0).partition("=")
        if option in ("-h", "--help"):
            print(usage())
            sys.exit(0)
        if option not in ("--embedded", "-m"):
            raise UsageError(f"unknown option {option}; options of the program stand after it")
        if not equals:
            if not rest:
                raise UsageError(f"{option} needs a value")
            value = rest.pop(0)
        if option == "-m":
            module = value
        else:
            embedded = value
    if module is None and not rest:
        raise UsageError("which program?")
    return embedded, module, rest


def run_file(argv: list[str]) -> None:
    """Runs argv[0] as Python itself would: as __main__, with its folder first in sys.path."""
    path = argv[0]
    sys.argv = argv
    if not os.path.isfile(path):                # a folder with a __main__.py, or nothing
        if not os.path.isdir(path):
            sys.exit(f"as_aerospike: there is no file {path}")
        sys.path[0] = path
        runpy.run_path(path, run_name="__main__")
        return
    sys.path[0] = os.path.dirname(os.path.abspath(path))
    program = ModuleType("__main__")
    program.__file__ = path
    sys.modules["__main__"] = program
    with open(path, "rb") as file:
        code = compile(file.read(), path, "exec")
    exec(code, program.__dict__)


def usage() -> str:
    return (__doc__ or "").partition("\n\n")[2].rstrip()


if __name__ == "__main__":
    main(sys.argv[1:])
