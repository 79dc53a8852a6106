"""Functions that build operations, contexts and batches. The modules, and what is in them, have the
names of `aerospike_helpers`."""
from winnow.values import HyperLogLog

__all__ = ["HyperLogLog"]
