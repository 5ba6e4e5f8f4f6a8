import assert from "node:assert/strict";
import { rememberSettings, withChanges } from "../../demo/changes.ts";
import { play } from "../../demo/play.ts";
import { SCENES } from "../../demo/scenes.ts";
import { type Environment, startEnvironment } from "../world/environment.ts";
import { settingsOf } from "../world/settings.ts";

async function withWorld(body: (environment: Environment) => Promise<void>) {
  const environment = await startEnvironment();
  const { log } = console;
  console.log = () => {};
  try {
    await body(environment);
  } finally {
    console.log = log;
    await environment.close();
  }
}

const HURRIED = SCENES.filter(({ title }) => title === "one whose webhook is lost");
const never = () => new Promise<never>(() => {});

Deno.test("the demo changes lanes, tools and schedules, and puts back each of them", async () => {
  await withWorld(async (environment) => {
    const before = await settingsOf(environment.sql);
    const changes = await rememberSettings(environment);
    assert.deepEqual(await play(environment, changes, HURRIED), []);
    const during = await settingsOf(environment.sql);
    for (const table of ["lanes", "tools", "schedules"]) {
      assert.notDeepEqual(during[table], before[table], table);
    }

    await environment.sql`update private.lanes set backoff_base = '7 seconds' where lane = 'fal'`; // somebody else's
    await changes.putBack();
    await environment.sql`update private.lanes set backoff_base = '5 seconds' where lane = 'fal'`;
    assert.deepEqual(await settingsOf(environment.sql), before);
    await assert.rejects(changes.hurry("fal"), { code: "demo_over" });
    assert.deepEqual(await settingsOf(environment.sql), before);
  });
});

Deno.test("a demo that fails puts everything back too", async () => {
  await withWorld(async (environment) => {
    const before = await settingsOf(environment.sql);
    const holder = { atExit: () => {}, unlessEnding: <T>(promise: Promise<T>) => promise };
    const failing = withChanges(environment, holder, async ({ route, hurry }) => {
      await route("image", "replicate");
      await hurry("fal");
      throw new Error("a scene went wrong");
    });
    await assert.rejects(failing, { message: "a scene went wrong" });
    assert.deepEqual(await settingsOf(environment.sql), before);
  });
});

Deno.test("a demo that is interrupted puts everything back before anything is closed, and changes nothing after", async () => {
  await withWorld(async (environment) => {
    const before = await settingsOf(environment.sql);
    const closers: (() => Promise<unknown>)[] = [];
    const holder = {
      atExit: (close: () => Promise<unknown>) => void closers.push(close),
      unlessEnding: never,
    };
    const hurried = Promise.withResolvers<void>();
    const playing = Promise.withResolvers<unknown>();
    void withChanges(environment, holder, async (changes) => {
      const scenes = play(environment, {
        ...changes,
        // The change is under way when the interruption comes.
        async hurry(lane) {
          const change = changes.hurry(lane);
          hurried.resolve();
          await change;
        },
      }, HURRIED);
      playing.resolve(scenes);
      return await scenes;
    });
    await hurried.promise;
    for (const close of closers) await close();
    assert.deepEqual(await settingsOf(environment.sql), before);
    await playing.promise;
    assert.deepEqual(await settingsOf(environment.sql), before);
  });
});
