import assert from "node:assert/strict";
import fc from "fast-check";
import { Memory } from "../files/memory.ts";
import { Belt, withHand } from "./belt.ts";
import { Hands } from "./hands.ts";

/** Lets everything happen that needs no time. */
async function settled(): Promise<void> {
  for (let n = 0; n < 50; n++) await Promise.resolve();
}

/** A queue whose items are numbers; each is under way until it is ended. */
function scripted(name: string, hands: Hands, most?: number, memory?: Memory) {
  const waiting: number[] = [];
  const underWay = new Map<number, () => void>();
  const asked: number[] = [];
  const belt = new Belt<number>({
    name,
    lease: (quantity) => {
      asked.push(quantity);
      return Promise.resolve(waiting.splice(0, quantity));
    },
    begin: (items) => items.map((item) => new Promise<void>((resolve) => underWay.set(item, resolve))),
    ...most === undefined ? {} : { most },
    ...memory ? { relief: () => memory.relief() } : {},
  }, hands);
  return {
    belt,
    waiting,
    asked,
    now: () => [...underWay.keys()],
    end(...items: number[]) {
      for (const item of items) {
        underWay.get(item)?.();
        underWay.delete(item);
      }
    },
  };
}
const numbers = (count: number) => Array.from({ length: count }, (_, n) => n + 1);

Deno.test("a slow item holds one hand, and the others go on", async () => {
  const lane = scripted("a", new Hands(2, 1));
  lane.waiting.push(...numbers(20));
  const { course } = lane.belt.drain(Infinity);
  for (let n = 2; n <= 20; n++) {
    await settled();
    assert.ok(lane.now().includes(1));
    assert.equal(lane.now().length, Math.min(3, 22 - n), `before ${n} ends`);
    lane.end(n);
  }
  lane.end(1);
  assert.equal(await course.done, 20);
});

Deno.test("what is leased already takes the first hand that is free, and asks for nothing more", async () => {
  const lane = scripted("a", new Hands(1, 1));
  lane.waiting.push(3);
  for (const item of [1, 2, 9]) lane.belt.begin(item, Infinity, Infinity);
  const { course } = lane.belt.begin(8, -Infinity, Infinity);
  await settled();
  assert.deepEqual([lane.now(), lane.asked], [[1, 2], []]);
  lane.end(2);
  await settled();
  assert.deepEqual(lane.now(), [1, 9]);
  lane.end(1, 9);
  assert.equal(await course.done, 3, "the last one's time was over: its lease brings it back");
  assert.deepEqual([lane.now(), lane.asked, lane.waiting], [[], [], [3]]);
});

Deno.test("a lane that is full of slow work leaves another its own hands", async () => {
  const hands = new Hands(10, 4);
  const [slow, quick] = [scripted("slow", hands), scripted("quick", hands)];
  slow.waiting.push(...numbers(100));
  slow.belt.drain(Infinity);
  await settled();
  assert.equal(slow.now().length, 14);
  quick.waiting.push(...numbers(100));
  const { course } = quick.belt.drain(Infinity);
  for (let ended = 0; ended < 100;) {
    await settled();
    const now = quick.now();
    assert.equal(now.length, Math.min(4, 100 - ended));
    quick.end(...now);
    ended += now.length;
  }
  assert.equal(await course.done, 100);
  assert.equal(slow.now().length, 14);
});

Deno.test("a shared hand that comes free goes to whoever has waited longest", async () => {
  const hands = new Hands(2, 0);
  const [first, second] = [scripted("first", hands), scripted("second", hands)];
  first.waiting.push(...numbers(9));
  second.waiting.push(...numbers(9));
  first.belt.drain(Infinity);
  await settled();
  second.belt.drain(Infinity);
  await settled();
  assert.deepEqual([first.now(), second.now()], [[1, 2], []]);
  first.end(1);
  await settled();
  assert.deepEqual([first.now(), second.now()], [[2, 3], []]);
  first.end(2);
  await settled();
  assert.deepEqual(
    [first.now(), second.now()],
    [[3], [1]],
    "and whoever had one waits again, behind the other",
  );
  first.end(3);
  await settled();
  assert.deepEqual([first.now(), second.now()], [[4], [1]]);
});

Deno.test("a queue that was found empty is asked again only when somebody comes, and for all who come at once", async () => {
  const lane = scripted("a", new Hands(60, 4));
  lane.waiting.push(1, 2);
  const { course } = lane.belt.drain(Infinity);
  await settled();
  assert.deepEqual(lane.asked, [10, 10]);
  lane.end(1);
  await settled();
  assert.deepEqual(lane.asked, [10, 10], "nothing was started");
  lane.waiting.push(3);
  const looks = numbers(50).map(() => lane.belt.drain(Infinity).looked);
  await settled();
  assert.equal(lane.asked.length, 5, "two calls that were under way at once, and a last one");
  assert.deepEqual(await Promise.all(looks), Array(50).fill(1));
  lane.end(2, 3);
  assert.equal(await course.done, 3);
});

Deno.test("nothing is taken while somebody waits for memory, and then it is", async () => {
  const memory = new Memory(10);
  const lane = scripted("a", new Hands(5, 0), undefined, memory);
  lane.waiting.push(1);
  const copies = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const lent = copies.map(({ promise }) => memory.lend(6, () => promise));
  const { looked, course } = lane.belt.drain(Infinity);
  assert.equal(await looked, 0, "who only looks does not wait for that");
  assert.deepEqual([lane.asked, lane.now()], [[], []]);
  copies[0]?.resolve();
  await lent[0];
  await settled();
  assert.deepEqual(lane.now(), [1]);
  copies[1]?.resolve();
  lane.end(1);
  assert.equal(await course.done, 1);
});

Deno.test("past its deadline nothing more is taken; whoever comes with a later one moves it", async () => {
  const lane = scripted("a", new Hands(1, 0));
  lane.waiting.push(...numbers(3));
  assert.equal(await lane.belt.drain(Date.now() - 1).course.done, 0);
  assert.deepEqual(lane.asked, []);
  const { course } = lane.belt.drain(Infinity);
  await settled();
  assert.deepEqual(lane.now(), [1]);
  for (const n of numbers(3)) {
    lane.end(n);
    await settled();
  }
  assert.equal(await course.done, 3);
});

Deno.test("who cannot lease any more is heard of after what is under way is done", async () => {
  const hands = new Hands(3, 0);
  const end = Promise.withResolvers<void>();
  let calls = 0;
  const belt = new Belt<number>({
    name: "a",
    lease: () => calls++ === 0 ? Promise.resolve([1]) : Promise.reject(new TypeError("the database is away")),
    begin: (items) => items.map(() => end.promise),
  }, hands);
  const { looked, course } = belt.drain(Infinity);
  await assert.rejects(looked, /away/);
  assert.equal(await Promise.race([course.done, settled().then(() => "under way")]), "under way");
  end.resolve();
  await assert.rejects(course.done, /away/);
  assert.equal(hands.take("b", 9), 3, "and all hands are free");
});

Deno.test("who waits for one hand gets it, or not in time", async () => {
  const hands = new Hands(1, 0);
  const { promise, resolve } = Promise.withResolvers<string>();
  const first = withHand("a", 1000, () => promise, hands);
  const second = withHand("a", 1000, () => Promise.resolve("second"), hands);
  const late = withHand("a", -1, () => assert.fail("it was too late"), hands);
  resolve("first");
  assert.deepEqual(await Promise.all([first, second, late]), ["first", "second", undefined]);
  assert.equal(hands.take("b", 9), 1);
});

/** What happens in a run: jobs come, are leased after a while, and take their time. All in steps of a clock of its own. */
const plan = fc.record({
  own: fc.integer({ min: 0, max: 3 }),
  shared: fc.integer({ min: 1, max: 12 }),
  lanes: fc.array(
    fc.record({
      most: fc.option(fc.integer({ min: 1, max: 8 }), { nil: undefined }),
      leaseSteps: fc.integer({ min: 1, max: 3 }),
      jobs: fc.array(fc.record({ at: fc.nat(20), steps: fc.integer({ min: 1, max: 15 }) }), {
        maxLength: 30,
      }),
    }),
    { minLength: 1, maxLength: 4 },
  ),
});

Deno.test("no more is leased than there are hands, and no hand is idle while its queue has work", async () => {
  await fc.assert(
    fc.asyncProperty(plan, async ({ own, shared, lanes }) => {
      const hands = new Hands(shared, own);
      let step = 0;
      const timers: { at: number; tell: () => void }[] = [];
      const after = (steps: number) => new Promise<void>((tell) => timers.push({ at: step + steps, tell }));
      const tracks = lanes.map(({ most, leaseSteps, jobs }, index) => {
        const track = { waiting: [] as number[], working: 0, calls: 0, leased: 0, done: 0, most, jobs };
        const belt = new Belt<number>({
          name: `${index}`,
          lease: async (quantity) => {
            track.calls++;
            track.leased += quantity;
            await after(leaseSteps);
            const items = track.waiting.splice(0, quantity);
            track.calls--;
            track.leased -= quantity;
            return items;
          },
          begin: (items) =>
            items.map(async (steps) => {
              track.working++;
              await after(steps);
              track.working--;
              track.done++;
            }),
          ...most === undefined ? {} : { most },
        }, hands);
        return { ...{ track }, belt };
      });
      const total = lanes.reduce((sum, { jobs }) => sum + jobs.length, 0);
      const open: Promise<number>[] = [];
      while (tracks.reduce((sum, { track }) => sum + track.done, 0) < total) {
        for (const { track, belt } of tracks) {
          const come = track.jobs.filter(({ at }) => at === step).map(({ steps }) => steps);
          track.waiting.push(...come);
          if (come.length > 0) open.push(belt.drain(Infinity).course.done);
        }
        await settled();
        const held = tracks.map(({ track }) => track.working + track.leased);
        const lent = held.reduce((sum, one) => sum + Math.max(one - own, 0), 0);
        assert.ok(lent <= shared, `${lent} of ${shared} shared hands are held`);
        tracks.forEach(({ track }, index) => {
          const mine = held[index] ?? 0;
          assert.ok(mine <= (track.most ?? Infinity));
          if (track.waiting.length === 0 || track.calls > 0) return;
          const free = Math.min(Math.max(own - mine, 0) + shared - lent, (track.most ?? Infinity) - mine);
          assert.equal(free, 0, `${free} hands are idle before ${track.waiting.length} jobs`);
        });
        assert.ok(step++ < 10_000, "it goes on");
        for (const timer of timers.filter(({ at }) => at <= step)) timer.tell();
        timers.splice(0, timers.length, ...timers.filter(({ at }) => at > step));
        await settled();
      }
      // The last look finds nothing.
      for (let n = 0; n < 20; n++, step++) {
        for (const timer of timers.splice(0)) timer.tell();
        await settled();
      }
      await Promise.all(open);
      assert.equal(hands.take("another", 1_000), shared + own, "all hands are free again");
    }),
    { numRuns: 60 },
  );
});
