import assert from "node:assert/strict";
import { DeployError } from "./deploy_error.ts";
import type { ManagementApi } from "./management_api.ts";
import type { Deployment } from "./step.ts";
import { schedulesStep } from "./steps/schedules.ts";

interface Part {
  part: string;
  verdict: string;
  is_often: boolean;
  has_run_since: boolean;
}
const often = (verdict: string, has_run_since = false): Part => ({
  part: "esteira-tick",
  verdict,
  is_often: true,
  has_run_since,
});

/** A deployment to a project whose schedules stand so at each look, as at the last of them from then on. */
function deploymentTo(looks: readonly (readonly Part[])[]): { deployment: Deployment; pauses: () => number } {
  let [look, pauses] = [0, 0];
  const sql = (query: string) =>
    Promise.resolve(
      query.includes("from ops.cron_health()")
        ? looks[Math.min(look++, looks.length - 1)]
        : query.includes("esteira_version() as version")
        ? [{ version: "0.3.0" }]
        : [{ history: false, esteira: true, is_there: true }],
    );
  const api = { sql } as unknown as ManagementApi;
  const pause = () => Promise.resolve(void pauses++);
  return { deployment: { api, pause } as unknown as Deployment, pauses: () => pauses };
}

Deno.test("pg_cron is waited for until what runs once a minute has run", async () => {
  const { deployment, pauses } = deploymentTo([[often("never")], [often("dead")], [often("failing")], []]);
  await schedulesStep.act(deployment);
  assert.equal(pauses(), 3);
});

Deno.test("one that never runs is told, and one that goes on failing is left to the check", async () => {
  await assert.rejects(
    schedulesStep.act(deploymentTo([[often("never")]]).deployment),
    (error) =>
      error instanceof DeployError && error.code === "schedules_silent" && /esteira-tick/.test(error.message),
  );
  await schedulesStep.act(deploymentTo([[often("failing")]]).deployment);
});

Deno.test("what is switched off is left, and what runs once a day, or has run since it failed, is not waited for", async () => {
  const off = await schedulesStep.look(deploymentTo([[often("inactive")]]).deployment);
  assert.equal(off.is, "left");
  const daily = { part: "esteira-cleanup", verdict: "never", is_often: false, has_run_since: false };
  const since = await schedulesStep.look(deploymentTo([[often("failing", true)]]).deployment);
  assert.equal(since.is, "done");
  const young = await schedulesStep.look(deploymentTo([[daily]]).deployment);
  assert.equal(young.is, "done");
});
