/**
 * Nothing lost, nothing twice: transactions begin, overlap and commit as they like; streams are cut wherever they are, their
 * last words on the way too; Realtime comes and goes. What its client has been told in all is each broadcast once.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { recordLogs } from "../_shared/runtime/fake_runtime.ts";
import type { Broadcast } from "./broadcast.ts";
import { type Change, FakeConnection, FakeDatabase, read, settled } from "./fake_broadcasts_fixture.ts";
import { MARGIN_MS } from "./progress.ts";

recordLogs();

const RUNS = Number(Deno.env.get("ESTEIRA_SEQUENCES") ?? 300);

type Act =
  /** So many transactions begin together. */
  | { do: "begin"; many: number }
  /** One that is open commits, or all of them. `late`: the row was changed last. `dropped`: Realtime does not tell it. */
  | { do: "commit"; which: number; all: boolean; late: boolean; dropped: boolean }
  /** Realtime tells so many of what it has to tell, in the order of commits. */
  | { do: "tell"; many: number }
  | { do: "pass"; ms: number }
  /** The stream breaks off; of what its client has not read yet, it reads this share. */
  | { do: "cut"; read: number }
  | { do: "connect" }
  | { do: "join" }
  | { do: "lose" }
  /** The database answers, as it was when it was asked (`isOld`) or as it is now; or not. */
  | { do: "answer"; isOld: boolean; fails: boolean };

/** `dropped`: whether Realtime may lose what it should tell. `many`: how many changes begin together. */
function acts(dropped: boolean, many: number): fc.Arbitrary<Act[]> {
  const chance = (of: number) => fc.nat(of - 1).map((n) => n === 0);
  const one = fc.oneof<fc.WeightedArbitrary<Act[]>[]>(
    { weight: 5, arbitrary: fc.integer({ min: 1, max: many }).map((many) => [{ do: "begin", many }]) },
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant("commit" as const),
        which: fc.nat(),
        all: chance(3),
        late: fc.boolean(),
        dropped: dropped ? fc.boolean() : fc.constant(false),
      }).map((act) => [act]),
    },
    {
      weight: 6,
      arbitrary: fc.oneof(fc.constant(1000), fc.nat(3)).map((many) => [{ do: "tell", many }]),
    },
    { weight: 4, arbitrary: fc.integer({ min: 1, max: 9000 }).map((ms) => [{ do: "pass", ms }]) },
    { weight: 2, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }).map((read) => [{ do: "cut", read }]) },
    { weight: 3, arbitrary: fc.constant<Act[]>([{ do: "connect" }, { do: "join" }]) },
    { weight: 1, arbitrary: fc.constant<Act[]>([{ do: "connect" }]) },
    { weight: 1, arbitrary: fc.constant<Act[]>([{ do: "lose" }]) },
    { weight: 1, arbitrary: fc.constant<Act[]>([{ do: "join" }]) },
    {
      weight: 5,
      arbitrary: fc.record({ do: fc.constant("answer" as const), isOld: fc.boolean(), fails: chance(20) })
        .map((act) => [act]),
    },
  );
  return fc.array(one, { minLength: 10, maxLength: 100, size: "max" }).map((all) => all.flat());
}

/** A client, and all that goes on around it. */
class World {
  readonly database = new FakeDatabase();
  connection: FakeConnection | undefined;
  /** The topic is joined, whoever hears it. */
  isJoined = false;
  /** What Realtime is about to tell. */
  #toTell: Broadcast[] = [];
  /** What the client has been told, by id. */
  readonly told: string[] = [];
  /** How often it was told to read anew. */
  snapshots = 0;
  lastId: string | undefined;
  readonly known = new Set<string>();
  readonly #read = new Map<FakeConnection, number>();

  /** `most`: how many broadcasts the database tells of at once. */
  constructor(readonly most: number) {}

  async play(all: readonly Act[]): Promise<void> {
    for (const act of all) {
      this.#act(act);
      await settled();
    }
  }

  /** All commits, and a stream that nobody cuts. */
  async comeToRest(): Promise<void> {
    await this.play([
      { do: "commit", which: 0, all: true, late: false, dropped: false },
      { do: "cut", read: 1 },
      { do: "connect" },
      { do: "join" },
      { do: "answer", isOld: false, fails: false },
    ]);
    this.#readSome(1);
    this.connection?.close();
  }

  #act(act: Act): void {
    const { database } = this;
    switch (act.do) {
      case "begin":
        for (let n = 0; n < act.many; n++) database.begin();
        return;
      case "commit": {
        const open = database.open();
        const chosen = open[act.which % open.length];
        for (const change of act.all ? open : chosen ? [chosen] : []) {
          this.#commit(change, act.late, act.dropped);
        }
        return;
      }
      case "tell":
        for (const broadcast of this.#toTell.splice(0, act.many)) this.connection?.tell(broadcast);
        return;
      case "pass":
        // None takes longer than the margin.
        for (const change of database.open()) {
          if (database.now + act.ms - change.began >= MARGIN_MS) this.#commit(change, false, false);
        }
        database.now += act.ms;
        return;
      case "connect":
        if (this.connection) return;
        this.connection = new FakeConnection(database, this.lastId, { most: this.most });
        if (this.isJoined) this.connection.joined();
        return;
      case "cut":
        this.#readSome(act.read);
        this.connection?.close();
        this.connection = undefined;
        return;
      case "join":
        if (this.isJoined) return;
        this.isJoined = true;
        this.connection?.joined();
        return;
      case "lose":
        if (!this.isJoined) return;
        this.isJoined = false;
        this.#toTell = [];
        this.connection?.lost();
        return;
      case "answer": {
        const ask = this.connection?.asks.shift();
        if (act.fails) ask?.fail(new Error("the database is away"));
        else ask?.answer(act.isOld ? ask.since : database.since(ask.began, this.most));
      }
    }
  }

  #commit(change: Change, late: boolean, dropped: boolean): void {
    this.database.commit(change, late);
    if (this.isJoined && !dropped) this.#toTell.push(change.broadcast);
  }

  /** The client reads this share of what it has not read; the rest is on its way. */
  #readSome(share: number): void {
    const { connection } = this;
    if (!connection) return;
    const from = this.#read.get(connection) ?? 0;
    const to = from + Math.ceil((connection.frames.length - from) * share);
    this.#read.set(connection, to);
    for (const frame of connection.frames.slice(from, to)) {
      const event = read(frame);
      if (!event) continue;
      const { data } = event;
      if (data.type === "job_changed") this.told.push(String(data.payload.id));
      // A stream that goes on is to miss nothing; who begins one, or is told to, reads the rows.
      if (data.type === "snapshot") this.snapshots++;
      if (data.type === "snapshot" || data.type === "connected" && this.lastId === undefined) this.#knowAll();
      this.lastId = event.id ?? this.lastId;
    }
  }

  /** By reading the rows: all that is committed by now. */
  #knowAll(): void {
    for (const { committed, broadcast } of this.database.changes) {
      if (committed !== undefined) this.known.add(broadcast.id);
    }
  }
}

async function onceEach(all: readonly Act[], most: number): Promise<World> {
  const world = new World(most);
  await world.play([
    { do: "connect" },
    { do: "join" },
    { do: "answer", isOld: false, fails: false },
    { do: "pass", ms: MARGIN_MS },
    ...all,
  ]);
  await world.comeToRest();
  assert.equal(new Set(world.told).size, world.told.length, "none is told twice");
  const missing = world.database.changes.filter(({ broadcast: { id } }) =>
    !world.told.includes(id) && !world.known.has(id)
  );
  assert.deepEqual(missing, [], "none is lost");
  return world;
}

Deno.test("over any reconnects each broadcast is told once, those too that Realtime drops", async () => {
  let told = 0;
  let snapshots = 0;
  await fc.assert(
    fc.asyncProperty(acts(true, 2), async (all) => {
      const world = await onceEach(all, 1000);
      told += world.told.length;
      snapshots += world.snapshots;
    }),
    { numRuns: RUNS },
  );
  // A stream that always said "read anew" would have told none twice, too.
  assert.ok(told > snapshots * 20, `${told} told, ${snapshots} times to read anew`);
});

Deno.test("when more happens than an id can name, none is told twice and none is lost", async () => {
  await fc.assert(
    fc.asyncProperty(acts(false, 80), async (all) => void await onceEach(all, 250)),
    { numRuns: RUNS },
  );
});
