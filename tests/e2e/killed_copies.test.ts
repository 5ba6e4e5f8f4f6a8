/**
 * Copying large results while workers die. With ESTEIRA_BIG the file has 500 MiB and twenty workers die
 * (`npm run test:long`).
 */
import { createHash } from "node:crypto";
import { eventually } from "@esteira/local-supabase/testing";
import assert from "node:assert/strict";
import { createJob, uploadInput } from "../world/api.ts";
import { drawPicture } from "../world/picture.ts";
import { type Environment, startEnvironment, type User } from "../world/environment.ts";

const MIB = 1024 * 1024;
const isBig = Boolean(Deno.env.get("ESTEIRA_BIG"));
// What is on its way when a worker dies is fetched once more: of a smaller file that is a larger share.
const { bytes, kills, bytesPerS, most } = isBig
  ? { bytes: 500 * MIB, kills: 20, bytesPerS: 120 * MIB, most: 1.2 }
  : { bytes: 64 * MIB, kills: 5, bytesPerS: 20 * MIB, most: 1.4 };
const isDocker = Deno.env.get("ESTEIRA_STACK") === "supabase";

/** The result of the job's task, as the simulator counts it; its preview is of no interest. */
function output({ runninghub }: Environment) {
  return runninghub.tasks()[0]?.outputs.find((output) => output.bytes === bytes);
}

/** The lease of whoever died is over, and somebody else drains. */
async function goOn({ sql, deployment }: Environment): Promise<void> {
  await sql`update public.job_attempts set checkpoint = checkpoint - 'copying_until'`;
  await sql`select pgmq.set_vt('settle_queue', msg_id, 0) from pgmq.q_settle_queue where message ->> 'kind' is null`;
  const headers = { apikey: deployment.secretKey, "content-type": "application/json" };
  // Its answer comes when it has drained, if it lives so long.
  fetch(`${deployment.apiUrl}/functions/v1/worker`, { method: "POST", headers, body: "{}" })
    .then((response) => response.body?.cancel(), () => {});
}

async function digestOf({ client }: User, path: string): Promise<string> {
  const { data, error } = await client.storage.from("outputs").download(path).asStream();
  if (error) throw error;
  const hash = createHash("sha256");
  for await (const chunk of data) hash.update(chunk);
  return hash.digest("hex");
}

Deno.test({
  name: `a result of ${bytes / MIB} MiB arrives byte for byte although ${kills} workers die on the way`,
  ignore: isDocker,
  async fn() {
    const environment = await startEnvironment();
    const { sql, runninghub, deployment } = environment;
    try {
      const user = await environment.signUp();
      runninghub.misbehave({ times: 1, fault: { kind: "big_output", bytes } });
      runninghub.misbehave({ times: 1, fault: { kind: "slow_output", bytesPerS } });
      const image = await uploadInput(user, drawPicture(64));
      const { id } = await createJob(environment, user, "upscaler", { image, scale: 2 });
      const statusNow = async () => (await sql`select status from public.jobs where id = ${id}`)[0]?.status;

      /** Waits until so much was sent, or the job is completed. Whoever answers no more is followed by somebody else. */
      const untilSent = (share: number) => {
        let [heard, before] = [Date.now(), 0];
        return eventually(async () => {
          const sent = output(environment)?.sentBytes ?? 0;
          if (await statusNow() === "completed" || sent >= bytes * share) return true;
          if (sent > before) [heard, before] = [Date.now(), sent];
          if (Date.now() - heard > 3_000) {
            heard = Date.now();
            await goOn(environment);
          }
        }, { what: `${Math.round(100 * share)} % to be sent`, timeoutMs: 60_000 });
      };
      for (let kill = 1; kill <= kills; kill++) {
        await untilSent(kill / (kills + 1));
        deployment.faults?.killFunctions();
        await new Promise((resolve) => setTimeout(resolve, 200)); // the next process starts
        await goOn(environment);
      }
      await untilSent(Infinity);

      const [job] = await sql`select output, attempt, error_code from public.jobs where id = ${id}`;
      assert.equal(job?.attempt, 1);
      assert.equal(runninghub.tasks().length, 1, "one task was bought");
      const [file] = job?.output.files;
      assert.equal(file.bytes, bytes);
      const made = output(environment);
      assert.ok(made);
      assert.equal(await digestOf(user, file.path), made.sha256);
      const times = made.sentBytes / bytes;
      console.log(`    fetched ${times.toFixed(3)} times in ${made.fetches} answers`);
      assert.ok(times <= most, `it was fetched ${times} times`);
    } finally {
      await environment.close();
    }
  },
});
