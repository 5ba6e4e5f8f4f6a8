import assert from "node:assert/strict";
import type { StreamEvent } from "../../../shared/rows/stream.ts";
import { recordLogs } from "../_shared/runtime/fake_runtime.ts";
import { FakeConnection, FakeDatabase, read, settled, TOPIC } from "./fake_broadcasts_fixture.ts";
import { MARGIN_MS } from "./progress.ts";

recordLogs();

/** A connection of which one can ask what it has said since the last time. */
class Listener extends FakeConnection {
  #seen = 0;

  said(): StreamEvent[] {
    const fresh = this.frames.slice(this.#seen);
    this.#seen = this.frames.length;
    return fresh.flatMap((frame) => read(frame)?.data ?? []);
  }

  types(): string[] {
    return this.said().map((event) => event.type === "state" ? event.state : event.type);
  }

  lastId(): string | undefined {
    return this.frames.flatMap((frame) => read(frame)?.id ?? []).at(-1);
  }
}

/** A stream that has begun and is live. */
async function live(database: FakeDatabase, lastId?: string): Promise<Listener> {
  const stream = new Listener(database, lastId);
  stream.joined();
  const ask = stream.asks.shift();
  ask?.answer(ask.since);
  await settled();
  return stream;
}

function committed(database: FakeDatabase) {
  const change = database.begin();
  database.commit(change, false);
  return change.broadcast;
}

Deno.test("a stream that begins says hello and nothing of what was before", async () => {
  const database = new FakeDatabase();
  committed(database);
  const stream = await live(database);
  assert.deepEqual(stream.said().map((event) => event.type === "connected" && [event.state, event.topics]), [[
    "live",
    [TOPIC],
  ]]);
  assert.match(stream.frames[0] ?? "", /^retry: \d+\n\n$/);
  stream.close();
});

Deno.test("one that goes on says what was broadcast meanwhile, and then what comes", async () => {
  const database = new FakeDatabase();
  const first = await live(database);
  first.close();
  const missed = [committed(database), committed(database)];
  const second = await live(database, first.lastId());
  second.tell(missed[0] ?? committed(database));
  second.tell(committed(database));
  assert.deepEqual(second.types(), ["connected", "job_changed", "job_changed", "job_changed"]);
  second.close();
});

Deno.test("what comes while the database is asked is told after its answer, unless that has it", async () => {
  const database = new FakeDatabase();
  const stream = new Listener(database, (await live(database)).lastId());
  stream.joined();
  const before = database.since(stream.asks[0]?.began ?? 0);
  const meanwhile = committed(database);
  stream.tell(meanwhile);
  await settled();
  assert.deepEqual(stream.types(), [], "nobody has answered");
  stream.asks[0]?.answer(before);
  await settled();
  assert.deepEqual(stream.types(), ["connected", "job_changed"]);
  stream.close();
});

Deno.test("when more comes than is held meanwhile, the database is asked again", async () => {
  const database = new FakeDatabase();
  const stream = new Listener(database, (await live(database)).lastId());
  stream.joined();
  const [ask] = stream.asks;
  const many = Array.from({ length: 150 }, () => committed(database));
  for (const broadcast of many) stream.tell(broadcast);
  ask?.answer(ask.since);
  await settled();
  assert.equal(stream.asks.length, 2);
  stream.asks[1]?.answer(database.since(stream.asks[1].began));
  await settled();
  assert.equal(stream.types().filter((type) => type === "job_changed").length, many.length);
  stream.close();
});

// @acceptance 001:173-182
Deno.test("trouble is told, and its end, with what happened meanwhile before it", async () => {
  const database = new FakeDatabase();
  const stream = await live(database);
  stream.said();
  stream.lost();
  stream.lost();
  committed(database);
  assert.deepEqual(stream.types(), ["catching_up"], "once");
  stream.joined();
  stream.asks[0]?.answer(database.since(stream.asks[0].began));
  await settled();
  assert.deepEqual(stream.types(), ["job_changed", "live"]);
  stream.close();
});

Deno.test("an answer that comes after the topic was lost again is none", async () => {
  const database = new FakeDatabase();
  const stream = await live(database);
  stream.said();
  stream.lost();
  stream.joined();
  stream.lost();
  const missed = committed(database);
  stream.asks[0]?.answer(stream.asks[0].since);
  await settled();
  stream.tell(missed);
  assert.deepEqual(stream.types(), ["catching_up"], "it is not live");
  stream.joined();
  stream.asks[1]?.answer(database.since(stream.asks[1].began));
  await settled();
  assert.deepEqual(stream.types(), ["job_changed", "live"]);
  stream.close();
});

Deno.test("the database is asked when all topics are joined, and not before", () => {
  const database = new FakeDatabase();
  const stream = new Listener(database, undefined, { topics: [TOPIC, "lane:kie"] });
  stream.joined();
  assert.equal(stream.asks.length, 0);
  stream.joined("lane:kie");
  assert.equal(stream.asks.length, 1);
  stream.lost();
  stream.lost("lane:kie");
  stream.joined("lane:kie");
  assert.equal(stream.asks.length, 1);
  stream.joined();
  assert.equal(stream.asks.length, 2);
  stream.close();
});

Deno.test("who comes back after too long, with too much missed, or with what is no id is told to read anew", async () => {
  const database = new FakeDatabase();
  const id = (await live(database)).lastId();
  const reasonOf = async (stream: Listener) => {
    stream.joined();
    stream.asks[0]?.answer(stream.asks[0].since);
    await settled();
    stream.close();
    const said = stream.said();
    assert.deepEqual(said.map(({ type }) => type), ["connected", "snapshot"]);
    return said.flatMap((event) => event.type === "snapshot" ? event.reason : [])[0];
  };
  assert.equal(await reasonOf(new Listener(database, "what is no id")), "unknown_id");
  const many = Array.from({ length: 3 }, () => committed(database));
  assert.equal(await reasonOf(new Listener(database, id, { most: many.length - 1 })), "too_much");
});

Deno.test("after reading anew it goes on as ever: what was there then is not told, what comes is", async () => {
  const database = new FakeDatabase();
  const old = committed(database);
  const stream = await live(database, "what is no id");
  stream.tell(old);
  stream.tell(committed(database));
  assert.deepEqual(stream.types(), ["connected", "snapshot", "job_changed"]);
  stream.close();
  database.now += MARGIN_MS;
  const next = await live(database, stream.lastId());
  assert.deepEqual(next.types(), ["connected"]);
  next.close();
});

Deno.test("a stream that has said hello before it was live tells who has begun it to read anew", async () => {
  const database = new FakeDatabase();
  const stream = new Listener(database);
  stream.lost();
  stream.joined();
  stream.asks[0]?.answer(database.since(stream.asks[0].began));
  await settled();
  const said = stream.said();
  assert.deepEqual(said.map(({ type }) => type), ["connected", "state", "snapshot", "state"]);
  assert.ok(said[0]?.type === "connected" && said[0].state === "catching_up");
  stream.close();
});

Deno.test("broadcasts of one row are told in the order in which it changed, whichever transaction began first", async () => {
  const database = new FakeDatabase();
  const id = (await live(database)).lastId();
  const [early, late] = [database.begin(), database.begin()];
  database.now += 1000;
  database.commit(late, true);
  database.now += 1000;
  database.commit(early, true); // it had to wait for the row
  const stream = await live(database, id);
  const told = stream.said().flatMap((event) => event.type === "job_changed" ? [event.payload.id] : []);
  assert.deepEqual(told, [late.broadcast.id, early.broadcast.id]);
  stream.close();
});
