import assert from "node:assert/strict";
import { withProject } from "./testing/fake_project.ts";
import { FakeTab } from "./testing/fake_tab.ts";
import { watchWakeUps } from "./wake_ups.ts";

type What = Parameters<Parameters<FakeTab["surroundings"]["watch"]>[0]>[0];

/** What is told while `run` does things to a page. */
async function told(
  run: (
    does: { tell: (what: What) => void; pass: (ms: number) => Promise<void>; sleep: (ms: number) => void },
  ) => Promise<void>,
): Promise<string[]> {
  const heard: string[] = [];
  await withProject(async (project) => {
    const tab = new FakeTab(project);
    const stop = tab.run(() =>
      watchWakeUps(tab.surroundings, {
        woke: (why) => heard.push(why),
        visible: () => heard.push("visible"),
        hidden: () => heard.push("hidden"),
        offline: () => heard.push("offline"),
      })
    );
    await run({
      tell: (what) => tab.tell(what),
      pass: (ms) => project.clock.pass(ms),
      sleep: (ms) => project.clock.sleep(ms),
    });
    await project.clock.pass(5_000);
    stop();
    tab.tell("online");
    project.clock.sleep(86_400_000);
    await project.clock.pass(10_000);
  });
  return heard;
}

Deno.test("a page that is looked at and awake is told nothing", async () => {
  assert.deepEqual(await told(({ pass }) => pass(3_600_000)), []);
});

Deno.test("a machine that slept is noticed once, at the next look at the clock", async () => {
  assert.deepEqual(
    await told(async ({ pass, sleep }) => {
      await pass(1_000);
      sleep(86_400_000);
      await pass(3_100);
    }),
    ["the clock jumped"],
  );
});

Deno.test("a clock that is set back is noticed too, and one that is a little late is not", async () => {
  const jump = (ms: number) =>
    told(async ({ pass, sleep }) => {
      sleep(ms);
      await pass(10_000);
    });
  assert.deepEqual(await jump(-3_600_000), ["the clock jumped"]);
  assert.deepEqual(await jump(1_900), []);
  assert.deepEqual(await jump(2_100), ["the clock jumped"]);
});

Deno.test("a page looked at again is told that it was away long, or that it was not", async () => {
  const away = (ms: number) =>
    told(async ({ pass, tell }) => {
      tell("hidden");
      await pass(ms);
      tell("visible");
      await pass(100);
    });
  assert.deepEqual(await away(5_000), ["hidden", "visible"]);
  assert.deepEqual(await away(31_000), ["hidden", "looked at again"]);
});

Deno.test("slow timers of a hidden page are no sleep, a night is", async () => {
  assert.deepEqual(
    await told(async ({ pass, tell, sleep }) => {
      tell("hidden");
      await pass(1);
      for (let i = 0; i < 10; i++) {
        sleep(56_000); // as if the timer had been put off to the next minute
        await pass(4_000);
      }
    }),
    ["hidden"],
  );
  assert.deepEqual(
    await told(async ({ pass, tell, sleep }) => {
      tell("hidden");
      await pass(1);
      sleep(8 * 3_600_000);
      await pass(5_000);
    }),
    ["hidden", "the clock jumped"],
  );
});

Deno.test("what a hidden page slept through is told once when it is looked at", async () => {
  assert.deepEqual(
    await told(async ({ pass, tell, sleep }) => {
      tell("hidden");
      await pass(2_000);
      sleep(8 * 3_600_000);
      tell("visible");
      await pass(10_000);
    }),
    ["hidden", "looked at again"],
  );
});

Deno.test("a network that is back, and a page that the browser restores, are told", async () => {
  assert.deepEqual(
    await told(async ({ pass, tell }) => {
      tell("offline");
      await pass(1_000);
      tell("online");
      await pass(1_000);
      tell("restored");
      await pass(1_000);
    }),
    ["offline", "the network is back", "restored by the browser"],
  );
});
