/** Whether a demo job did all that it should. */
import { decode } from "fast-png";
import { createHash } from "node:crypto";
import type { Environment } from "./environment.ts";
import type { Upscale } from "./upscale.ts";

/** What is wrong with the result; empty when nothing is. */
export async function findFaults(
  environment: Environment,
  result: Upscale,
  picture: Uint8Array,
): Promise<string[]> {
  const { job, steps, output } = result;
  const faults: string[] = [];
  const expect = (isSo: boolean, fault: string) => {
    if (!isSo) faults.push(fault);
  };

  expect(job.status === "completed", `the job is ${job.status}: ${job.error_message}`);
  const arrived = steps.map(({ entry }) => entry.step).join(" → ");
  const happened = job.step_history.map(({ step }) => step).join(" → ");
  expect(
    arrived === happened,
    `these steps happened: ${happened}\n  but these arrived by broadcast: ${arrived}`,
  );

  const task = environment.runninghub.tasks().find(({ taskId }) => taskId === job.request_id);
  expect(task !== undefined, "the simulator does not know the task");
  if (output && task) {
    expect(
      createHash("sha256").update(output).digest("hex") === task.result?.sha256,
      "the stored bytes are not those the simulator made",
    );
    const [before, after] = [decode(picture), decode(output)];
    expect(
      after.width === 2 * before.width && after.height === 2 * before.height,
      `the result has ${after.width} × ${after.height} pixels`,
    );
  } else expect(output !== null, "there is no output in Storage");

  const [account] = await environment.sql`
    select a.balance::integer, sum(e.amount)::integer as total from public.credit_accounts a
    join public.credit_entries e using (user_id) join public.jobs j using (user_id) where j.id = ${job.id} group by a.balance`;
  expect(
    account?.balance === account?.total && account?.balance === 10 - job.credits_charged,
    "the credits do not add up",
  );
  return faults;
}
