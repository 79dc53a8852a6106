// A tour of what an application does, with the official Node.js client as it is.
// Needs a server: WINNOW_PORT says where (tools/test starts one).
"use strict";

const assert = require("node:assert/strict");
const test = require("node:test");
const aerospike = require("aerospike");

const { Key, batchType, operations: op } = aerospike;
const port = Number(process.env.WINNOW_PORT || 3000);
let client;

test.before(async () => {
  client = await aerospike.connect({ hosts: [{ addr: "127.0.0.1", port }], log: { level: 0 } });
});

test.after(() => {
  client.close();
  aerospike.releaseEventLoop();
});

const key = (set, name) => new Key("test", set, name);

async function load(set, count) {
  for (let n = 0; n < count; n++) {
    await client.put(key(set, n), { n, g: n % 10 });
  }
}

const values = (records) => records.map((record) => record.bins.n).sort((a, b) => a - b);
const range = (from, to) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

test("put, get and remove", async () => {
  const bins = { i: 1, s: "text", f: 1.5, b: Buffer.from([0, 255]), l: [1, "a"], m: { k: [2] } };
  await client.put(key("node_kv", "a"), bins);
  const record = await client.get(key("node_kv", "a"));
  assert.deepEqual(record.bins, bins);
  await client.remove(key("node_kv", "a"));
  assert.equal(await client.exists(key("node_kv", "a")), false);
});

test("operate", async () => {
  await client.put(key("node_op", 1), { n: 5, s: "b" });
  const record = await client.operate(key("node_op", 1), [
    op.incr("n", 2), op.append("s", "c"), op.read("n"), op.read("s"),
  ]);
  assert.deepEqual(record.bins, { n: 7, s: "bc" });
});

test("batch of reads and writes", async () => {
  await load("node_batch", 20);
  const rows = await client.batchRead(range(0, 21).map((n) => (
    { key: key("node_batch", n), readAllBins: true })));
  assert.equal(rows.filter((row) => row.status === aerospike.status.OK).length, 20);
  await client.batchWrite([
    { type: batchType.BATCH_WRITE, key: key("node_batch", 1), ops: [op.write("n", 100)] },
    { type: batchType.BATCH_REMOVE, key: key("node_batch", 2) },
  ]);
  assert.equal((await client.get(key("node_batch", 1))).bins.n, 100);
  assert.equal(await client.exists(key("node_batch", 2)), false);
});

test("scan of partitions", async () => {
  await load("node_scan", 200);
  const found = [];
  for (const begin of [0, 2048]) {
    const query = client.query("test", "node_scan");
    query.partitions(begin, 2048);
    found.push(...await query.results());
  }
  assert.deepEqual(values(found), range(0, 199));
});

test("index and range query", async () => {
  await load("node_index", 200);
  const job = await client.createIndex({
    ns: "test", set: "node_index", bin: "n", index: "node_index_n",
    datatype: aerospike.indexDataType.NUMERIC,
  });
  await job.wait(10);
  const query = client.query("test", "node_index");
  query.where(aerospike.filter.range("n", 50, 99));
  assert.deepEqual(values(await query.results()), range(50, 99));
  await client.indexRemove("test", "node_index_n");
});

test("truncate", async () => {
  await load("node_gone", 50);
  await client.truncate("test", "node_gone", 0);
  const deadline = Date.now() + 5000;
  while ((await client.query("test", "node_gone").results()).length > 0) {
    assert.ok(Date.now() < deadline, "truncated records stay");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
});
