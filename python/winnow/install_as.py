"""Puts this package in the place of `aerospike` and `aerospike_helpers`, in this process; see
winnow.install_as_aerospike()."""
import importlib
import pkgutil
import sys
from types import ModuleType

import winnow
from winnow import helpers


def install() -> None:
    for name, ours in (("aerospike", winnow), ("aerospike_helpers", helpers)):
        there = sys.modules.get(name)
        if there is not None and there is not ours:
            raise ImportError(
                f"{name} is imported already, from {getattr(there, '__file__', 'somewhere')}: call "
                "winnow.install_as_aerospike() before anything imports it, for example at the top "
                "of conftest.py, or run the program with python -m winnow.as_aerospike")
    sys.modules.update(modules())


def modules() -> dict[str, ModuleType]:
    """Every module that stands in, by the name that programs import."""
    found = {"aerospike": winnow, "aerospike.exception": winnow.exception,
             "aerospike.predicates": winnow.predicates, "aerospike_helpers": helpers}
    for module in pkgutil.walk_packages(helpers.__path__, helpers.__name__ + "."):
        name = module.name.replace(helpers.__name__, "aerospike_helpers", 1)
        found[name] = importlib.import_module(module.name)
    return found
