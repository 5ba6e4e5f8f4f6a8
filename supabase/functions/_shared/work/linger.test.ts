/** Staying for what is due soon, and who goes on when a drain must end. */
import assert from "node:assert/strict";
import { databaseError, fakeSupabase } from "../engine/fake_supabase.ts";
import { recordLogs } from "../runtime/fake_runtime.ts";
import { withClock } from "./clock_fixture.ts";
import { Linger } from "./linger.ts";

const logs = recordLogs();
const project = fakeSupabase();
const LANE = "runninghub";

/** A drain that finds no work: it waits until it is to end. Returns its waits and how long it stayed. */
async function stay(
  ms: number,
  deadlineMs: number,
  lanes: string[] = [LANE],
  lane: string | undefined = LANE,
) {
  let stayed = 0;
  const waits = await withClock(async () => {
    const begun = Date.now();
    const linger = new Linger(lane, ms, begun + deadlineMs);
    try {
      while (await linger.waits());
      stayed = Date.now() - begun;
      await linger.handOver(lanes);
    } finally {
      linger.ends();
    }
  });
  return { waits, stayed };
}

Deno.test("without anything due it stays for its time and ends", async () => {
  const { stayed, waits } = await stay(2_000, 45_000);
  assert.equal(stayed, 2_000);
  assert.deepEqual(waits, Array(8).fill(250));
  assert.deepEqual(project.callsOf("wake"), []);
});

Deno.test("who is not to linger does not, and asks nothing", async () => {
  assert.deepEqual(await stay(0, 45_000), { waits: [], stayed: 0 });
  assert.deepEqual(project.called(), []);
});

Deno.test("while something is due soon it stays, looking once a second at most, and hands over at its end", async () => {
  project.answers.next_look = "00:00:03";
  const { stayed, waits } = await stay(1_000, 10_000);
  assert.ok(stayed >= 9_000 && stayed <= 10_000, `${stayed}`);
  assert.ok(waits.slice(4).every((wait) => wait === 1_000));
  assert.deepEqual(project.callsOf("wake"), [{ p_lane: LANE }]);
});

Deno.test("what is due within the second is waited for no longer than that", async () => {
  const looks = ["00:00:00.5", "00:00:00.1", null];
  project.answers.next_look = () => looks.shift() ?? null;
  assert.deepEqual((await stay(250, 45_000)).waits, [250, 500, 250]);
});

Deno.test("what is due later than soon is left to the tick", async () => {
  project.answers.next_look = "00:00:10.5";
  assert.equal((await stay(1_000, 45_000)).stayed, 1_000);
  assert.deepEqual(project.callsOf("wake"), []);
});

Deno.test("at its deadline each lane in which something is due soon gets a successor", async () => {
  project.answers.next_look = ({ p_lane }) => p_lane === "quiet" ? null : "00:00:01";
  await stay(250, 2_000, ["one", "quiet", "two"], undefined);
  assert.deepEqual(project.callsOf("wake").map(({ p_lane }) => p_lane).toSorted(), ["one", "two"]);
});

Deno.test("a successor that cannot be woken is logged: the tick comes anyway", async () => {
  project.answers = { next_look: "00:00:01", wake: databaseError() };
  logs.length = 0;
  await stay(250, 1_000);
  assert.match(logs.join(), /^\[wake\]/);
});

Deno.test("of several drains of a lane in one process one stays", async () => {
  const first = new Linger(LANE, 1_000, Date.now() + 45_000);
  try {
    assert.equal((await stay(1_000, 45_000)).stayed, 0);
    assert.equal((await stay(1_000, 45_000, ["other"], "other")).stayed, 1_000, "of another lane");
  } finally {
    first.ends();
  }
  assert.equal((await stay(1_000, 45_000)).stayed, 1_000);
});
