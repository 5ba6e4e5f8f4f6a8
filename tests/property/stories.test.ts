/**
 * The stories of the contract, one a file: shortest ones in which money or a slot is lost without one of its rules. Each is
 * played on the engine beside the model, and on an engine without the rule, where it must end otherwise.
 */
import assert from "node:assert/strict";
import { readProject } from "@esteira/local-supabase/project";
import { SUPABASE } from "../../scripts/paths.ts";
import { broken } from "./breakages.ts";
import { type RunningEngine, startEngine } from "./databases.ts";
import { play } from "./play.ts";
import { playOf, type Story } from "./story.ts";

const FOLDER = new URL("./stories/", import.meta.url);
const names = [...Deno.readDirSync(FOLDER)].map(({ name }) => name.replace(/\.ts$/, "")).sort();

let engine: RunningEngine;
Deno.test.beforeAll(async () => {
  engine = await startEngine(await readProject(SUPABASE));
});
Deno.test.afterAll(async () => await engine.stop());

for (const name of names) {
  const { story } = await import(new URL(`${name}.ts`, FOLDER).href) as { story: Story };
  Deno.test(name.replaceAll("_", " "), async () => {
    const played = await play(engine, playOf(story));
    assert.equal(played, story.steps.length, `all of its ${story.steps.length} moves can be made`);
  });
  Deno.test(`${name.replaceAll("_", " ")}: not without its rule`, async () => {
    await broken(engine.query, story.without, async () => {
      await assert.rejects(
        play(engine, playOf(story)),
        `It ends in the same way without this: ${story.because}`,
      );
    });
  });
}
