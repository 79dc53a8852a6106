"""Servers for tests: tests/server.py of the project, and which winnowd it is to start."""
import os
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))
from server import Server, ServerFailed, free_port  # noqa: E402, F401


def winnowd():
    """WINNOWD names the program; else the release build, else the debug build."""
    builds = [ROOT / f"build/{preset}/bin/winnowd" for preset in ("release", "debug")]
    return os.environ.get("WINNOWD") or next((p for p in builds if p.exists()), builds[0])
