// A door over the official Node.js client: answers steps, one JSON line each, as ../README.md lists
// them. usage: door.js --tcp HOST:PORT
//
// A number is all that JavaScript has: a double without a fraction comes back as an integer, and keys of
// maps come back as strings. Files skip this door where that matters.
"use strict";

const crypto = require("node:crypto");
const readline = require("node:readline");
const aerospike = require("aerospike");

const { Key, Double, GeoJSON, batchType, filter, operations, policy: policies, ttl } = aerospike;
const INDEX_BUILD_MS = 30000;
const WORDS = {
  exists: {
    ignore: policies.exists.IGNORE, update: policies.exists.UPDATE, create: policies.exists.CREATE,
    replace: policies.exists.REPLACE, create_or_replace: policies.exists.CREATE_OR_REPLACE,
  },
  gen: { ignore: policies.gen.IGNORE, eq: policies.gen.EQ, gt: policies.gen.GT },
  key: { digest: policies.key.DIGEST, send: policies.key.SEND },
  commit_level: { all: policies.commitLevel.ALL, master: policies.commitLevel.MASTER },
  replica: { master: policies.replica.MASTER, any: policies.replica.ANY,
    sequence: policies.replica.SEQUENCE },
  ttl: { default: ttl.NAMESPACE_DEFAULT, never: ttl.NEVER_EXPIRE, unchanged: ttl.DONT_UPDATE },
};

let client;
let queries = {};

// ---- values and policies -------------------------------------------------------------------------

function value(tagged) {
  if (Array.isArray(tagged)) return tagged.map(value);
  if (tagged === null || typeof tagged !== "object") return tagged;
  if (tagged.map) return Object.fromEntries(tagged.map.map(([key, one]) => [key, value(one)]));
  if (tagged.int) return BigInt(tagged.int);
  if (tagged.double) return new Double(tagged.double);
  if (tagged.bytes !== undefined) return Buffer.from(tagged.bytes, "hex");
  if (tagged.geo) return new GeoJSON(tagged.geo);
  throw new Error(`no value: ${JSON.stringify(tagged)}`);
}

function tag(one) {
  if (one === null || one === undefined) return null;
  if (typeof one === "bigint") return { int: String(one) };
  if (typeof one === "number") return Number.isInteger(one) ? one : { double: String(one) };
  if (one instanceof Double) return { double: String(one.Double) };
  if (typeof one !== "object") return one;
  if (Buffer.isBuffer(one)) return { bytes: one.toString("hex") };
  if (one instanceof GeoJSON) return { geo: one.str };
  if (Array.isArray(one)) return one.map(tag);
  return { map: Object.entries(one).map(([key, inner]) => [key, tag(inner)]) };
}

const bins = (tagged) => value(tagged);
const camel = (name) => name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());

// [policy, meta]: meta has what stands beside the policy.
function policyOf(request) {
  const made = {};
  const meta = {};
  for (const [name, given] of Object.entries(request.policy || {})) {
    if (name === "partition_filter") continue; // see results
    const one = typeof given === "string" ? (WORDS[name] || {})[given] ?? given : value(given);
    if (name === "ttl") meta.ttl = one;
    else if (name === "generation") meta.gen = made.generation = one;
    else if (name === "short_query") made.expectedDuration = policies.queryDuration.SHORT;
    else made[camel(name)] = one;
  }
  return [made, meta];
}

function keyOf(key) {
  const set = key.set === null ? undefined : key.set;
  if (key.digest) return new Key(key.ns, set, null, Buffer.from(key.digest, "hex"));
  return new Key(key.ns, set, value(key.key));
}

// What the key of a record that is not there would be.
function digestOf(key) {
  if (key.digest) return key.digest.toString("hex");
  const number = Buffer.alloc(8);
  if (typeof key.key !== "string" && !Buffer.isBuffer(key.key)) {
    number.writeBigInt64BE(BigInt(key.key));
  }
  const [type, content] = typeof key.key === "string" ? [3, Buffer.from(key.key)]
    : Buffer.isBuffer(key.key) ? [4, key.key] : [1, number];
  return crypto.createHash("ripemd160").update(key.set || "").update(Buffer.from([type]))
    .update(content).digest("hex");
}

function opsOf(list) {
  const names = { add: "incr" };
  return (list || []).map((op) => operations[names[op.op] || op.op](
    ...("bin" in op ? [op.bin] : []), ...("value" in op ? [value(op.value)] : [])));
}

// `found`: by a query, so that a key in it is one that the server keeps.
function row(record, found = false) {
  const digest = digestOf(record.key);
  const never = record.ttl === undefined || record.ttl < 0 || record.ttl === 0xffffffff;
  const made = { digest, gen: record.gen, ttl: never ? -1 : record.ttl };
  if (record.bins) { // null: of an operation without a result
    made.bins = tag(Object.fromEntries(Object.entries(record.bins).filter(([, one]) => one !== null)));
  }
  if (found) {
    const partition = Buffer.from(digest, "hex").readUInt16LE(0) % 4096;
    Object.assign(made, { set: record.key.set, sent: tag(record.key.key), partition });
  }
  return made;
}

function batchRows(results, keys) {
  return { rows: results.map((one, index) => {
    if (one.status === 0) return row({ ...one.record, key: keys[index] });
    const made = { digest: digestOf(keys[index]), error: one.status };
    return one.status === 2 ? { ...made, missing: true } : made;
  }) };
}

// ---- steps ---------------------------------------------------------------------------------------

const steps = {
  reset: async () => { queries = {}; },
  put: async (request) => {
    const [policy, meta] = policyOf(request);
    await client.put(keyOf(request.key), bins(request.bins), meta, policy);
  },
  get: async (request) => ({
    rows: [row(await client.get(keyOf(request.key), policyOf(request)[0]))] }),
  select: async (request) => ({
    rows: [row(await client.select(keyOf(request.key), request.bins, policyOf(request)[0]))] }),
  exists: async (request) => {
    const key = keyOf(request.key);
    if (!await client.exists(key, policyOf(request)[0])) {
      return { rows: [{ digest: digestOf(key), missing: true }] };
    }
    return { rows: [row(await client.existsWithMetadata(key, policyOf(request)[0]))] };
  },
  delete: async (request) => { await client.remove(keyOf(request.key), policyOf(request)[0]); },
  touch: async (request) => {
    const [policy, meta] = policyOf(request);
    await client.operate(keyOf(request.key), [operations.touch(meta.ttl)], meta, policy);
  },
  append: async (request) => {
    const [policy, meta] = policyOf(request);
    const call = { add: "incr" }[request.step] || request.step;
    await client[call](keyOf(request.key), { [request.bin]: value(request.value) }, meta, policy);
  },
  remove_bin: async (request) => {
    const [policy, meta] = policyOf(request);
    const none = Object.fromEntries(request.bins.map((name) => [name, null]));
    await client.put(keyOf(request.key), none, meta, policy);
  },
  operate: async (request) => {
    const [policy, meta] = policyOf(request);
    const ops = opsOf(request.ops);
    return { rows: [row(await client.operate(keyOf(request.key), ops, meta, policy))] };
  },

  batch: async (request) => {
    const keys = request.rows.map((one) => keyOf(one.key));
    const types = { read: batchType.BATCH_READ, write: batchType.BATCH_WRITE,
      remove: batchType.BATCH_REMOVE };
    const rows = request.rows.map((one, index) => {
      const [policy, meta] = policyOf(one);
      const made = { type: types[one.kind], key: keys[index], policy: { ...policy, ...meta, ...(
        "gen" in policy ? { gen: policy.gen } : {}) } };
      if (one.ops) made.ops = opsOf(one.ops);
      else if (one.kind === "read" && one.bins) made.bins = one.bins;
      else if (one.kind === "read") made.readAllBins = true;
      return made;
    });
    return batchRows(await client.batchWrite(rows, policyOf(request)[0]), keys);
  },
  batch_read: async (request) => {
    const keys = request.keys.map(keyOf);
    const rows = keys.map((key) => (
      request.step === "exists_many" ? { key } : request.bins
        ? { key, bins: request.bins } : { key, readAllBins: true }));
    return batchRows(await client.batchRead(rows, policyOf(request)[0]), keys);
  },
  batch_remove: async (request) => {
    const keys = request.keys.map(keyOf);
    return batchRows(await client.batchRemove(keys, policyOf(request)[0]), keys);
  },

  query: async (request) => {
    const set = request.set === null ? undefined : request.set;
    queries[request.q] = request.scan ? client.scan(request.ns, set) : client.query(request.ns, set);
  },
  set: async (request) => { queries[request.q][camel(request.field)] = value(request.value); },
  select_bins: async (request) => { queries[request.q].select(request.bins); },
  where: async (request) => {
    const { equal, range } = filter;
    const [first, last] = request.values.map(value);
    queries[request.q].where(request.predicate === "between" ? range(request.bin, first, last)
      : equal(request.bin, first));
  },
  paginate: async (request) => { queries[request.q].paginate = true; },
  is_done: async (request) => {
    const query = queries[request.q];
    return { text: String(Boolean(query.paginate && query.ran && !query.queryState)) };
  },
  results: async (request) => {
    const query = queries[request.q];
    const parts = (request.policy || {}).partition_filter;
    query.nobins = request.nobins;
    if (parts) {
      const digest = parts.digest && Buffer.from(parts.digest, "hex");
      query.partitions(parts.begin || 0, parts.count || 4096, digest);
    }
    const rows = await take(query, policyOf(request)[0], request.stop);
    for (const one of rows) {
      if (request.each) await client.operate(one.key, opsOf(request.each));
    }
    query.ran = true;
    return { rows: rows.map((record) => row(record, true)), done: Boolean(
      query.paginate && !query.queryState && !query.scanState) };
  },

  index_create: async (request) => {
    const call = { numeric: "createIntegerIndex", string: "createStringIndex",
      blob: "createBlobIndex", geo: "createGeo2DSphereIndex" }[request.type];
    await client[call]({ ns: request.ns, set: request.set ?? "",
      bin: request.bin, index: request.name });
    const deadline = Date.now() + INDEX_BUILD_MS;
    const command = `sindex-stat:ns=${request.ns};indexname=${request.name}`;
    while (!(await client.infoAny(command)).includes("load_pct=100")) {
      if (Date.now() > deadline) throw new Error("the index is not built in time");
      await new Promise((resolve) => { setTimeout(resolve, 10); });
    }
  },
  index_drop: async (request) => { await client.indexRemove(request.ns, request.name); },
  truncate: async (request) => {
    await client.truncate(request.ns, request.set ?? "", Number(value(request.before)));
  },
  info: async (request) => {
    const answer = await client.infoAny(request.command);
    return { text: answer.slice(answer.indexOf("\t") + 1).replace(/\n+$/, "") };
  },
};
steps.prepend = steps.add = steps.append;
steps.get_many = steps.exists_many = steps.select_many = steps.batch_read;
steps.foreach = steps.results;

// All records of a query, or the first ones.
function take(query, policy, stop) {
  return new Promise((resolve, reject) => {
    const rows = [];
    const stream = query.foreach(policy);
    stream.on("error", reject);
    stream.on("data", (record) => {
      if (rows.length === stop) stream.abort();
      else rows.push(record);
    });
    stream.on("end", (state) => {
      query.queryState = query.scanState = state;
      resolve(rows);
    });
  });
}

async function answer(line) {
  try {
    const request = JSON.parse(line);
    if (!steps[request.step]) return { broken: `unknown step ${request.step}` };
    return await steps[request.step](request) || {};
  } catch (error) {
    if (error instanceof aerospike.AerospikeError) {
      return { error: [error.code, error.message], in_doubt: Boolean(error.inDoubt) };
    }
    // What the client itself finds wrong with an argument.
    if (error instanceof TypeError) return { error: [-2, error.message], in_doubt: false };
    return { broken: error.stack };
  }
}

async function main() {
  const [, host, port] = process.argv[3].match(/^(.*):(\d+)$/);
  client = await aerospike.connect({ hosts: [{ addr: host, port: Number(port) }],
    log: { level: aerospike.log.OFF } });
  for await (const line of readline.createInterface({ input: process.stdin })) {
    process.stdout.write(`${JSON.stringify(await answer(line))}\n`);
  }
  client.close();
  aerospike.releaseEventLoop();
}

main();
