/**
 * A month of people who post, while a version ends and a platform is away for a day. ESTEIRA_PEOPLE says how many
 * there are (10 by default, with limits and crowds of a fifth; 1,000 in `npm run test:long`), ESTEIRA_SEED repeats
 * a run.
 */
import assert from "node:assert/strict";
import { judge } from "./judge.ts";
import { simulate, WEATHER } from "./month.ts";
import { tableOf } from "./report.ts";

const PEOPLE = Number(Deno.env.get("ESTEIRA_PEOPLE") ?? 10);
const SCALE = PEOPLE < 200 ? 5 : 1;
const SEED = Number(Deno.env.get("ESTEIRA_SEED") ?? 1 + Math.floor(Math.random() * 1e9));

Deno.test(`a month of ${PEOPLE} who post to seven platforms: nobody waits for what is wrong with another`, async () => {
  const weather = WEATHER;
  const calm = await simulate({ people: PEOPLE, seed: SEED, scale: SCALE, weather: null });
  const month = await simulate({ people: PEOPLE, seed: SEED, scale: SCALE, weather });
  const judged = { month, calm, weather };
  const seconds = `${calm.seconds.toFixed(0)} s and ${month.seconds.toFixed(0)} s`;
  console.log(
    `ESTEIRA_SEED=${SEED}: ${month.wishes.length} publications, ${seconds}\n${tableOf(judged).join("\n")}`,
  );
  const problems = judge(judged).filter((finding) => finding.problems.length > 0);
  assert.deepEqual(problems.map(({ claim, problems }) => [claim, problems.slice(0, 5)]), []);
});
