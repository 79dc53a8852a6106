from players import *

# This is an example of querying partitions 1000 - 1003.
import winnow as aerospike

query = client.query("test", "demo")

policy = {
    "partition_filter": {
        "begin": 1000,
        "count": 4
    },
}

# NOTE that these will only be non 0 if there are records in partitions 1000 - 1003
# results will be the records in partitions 1000 - 1003
results = query.results(policy=policy)
print(results)
# []: none of the four players lies there
