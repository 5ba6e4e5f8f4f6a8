/** The whole client, with the real supabase-js, against the whole of Esteira. */
import { type ClientJob, createEsteira, type Esteira, JobFailed } from "@esteira/client";
import { eventually } from "@esteira/local-supabase/testing";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import assert from "node:assert/strict";
import { uploadInput } from "../world/api.ts";
import { fencedBlocks } from "../docs/fenced.ts";
import { startEnvironment, type User } from "../world/environment.ts";
import { drawPicture } from "../world/picture.ts";

/** What a screen does: listens for as long as it is open. */
function shown<T>(store: { subscribe(listener: () => void): () => void; getSnapshot(): T }) {
  const seen: T[] = [];
  const release = store.subscribe(() => seen.push(store.getSnapshot()));
  return { seen, now: () => store.getSnapshot(), release };
}

const until = <T>(what: string, is: () => T | undefined | null | false) =>
  eventually(() => Promise.resolve(is() || undefined), { what, timeoutMs: 15_000 });

const clientOf = ({ client }: User, lines: string[] = []): Esteira => {
  const note = (message: string) => void lines.push(message);
  return createEsteira(client as unknown as SupabaseClient, {
    logger: { debug: note, warn: note, error: note },
  });
};

Deno.test("the client shows what is so, and nothing else", async (t) => {
  const environment = await startEnvironment({ runninghub: { taskMs: 400 }, astria: { taskMs: 400 } });
  const { sql } = environment;
  const user = await environment.signUp(50);
  const lines: string[] = [];
  const esteira = clientOf(user, lines);
  const elsewhere = clientOf(user); // as another browser: it has heard of nothing
  try {
    // @acceptance 002:57, 002:485, 002:487, 002:577
    await t.step("a job is there at once, goes through its steps, and ends with a file to show", async () => {
      const queue = shown(esteira.jobs.queue());
      const other = shown(elsewhere.jobs.queue());
      await until("the queues", () => queue.now().state === "ready" && other.now().state === "ready");
      const credits = shown(esteira.credits.watch());
      await until("the balance", () => credits.now().data === 50);
      const image = await uploadInput(user, drawPicture(24));
      const handle = esteira.jobs.create("upscaler", { image });
      assert.deepEqual(queue.now().data?.jobs.map(({ key }) => key), [handle.key]);
      const states: ClientJob[] = [];
      for await (const job of handle) states.push(job);
      const steps = states.map(({ current_step }) => current_step);
      assert.deepEqual([steps[0], steps.at(-1)], ["insert", "completed"]);
      assert.ok(steps.includes("running"), steps.join(" "));
      const done = await handle.done();
      const [file] = done.output.files;
      assert.equal((await fetch(file?.signedUrl ?? "")).headers.get("content-type"), "image/png");
      assert.deepEqual(
        done.step_history.map(({ step }) => step),
        (await esteira.jobs.get(done.id)).step_history.map(({ step }) => step),
      );
      await until("its end elsewhere", () => other.now().data?.jobs[0]?.status === "completed");
      assert.equal(other.now().data?.jobs[0]?.key, handle.key);
      await until("its price", () => credits.now().data === 50 - (done.details?.credits_charged ?? 0));
      assert.equal(esteira.connection.getSnapshot().status, "live");
      assert.ok(lines.includes("[REALTIME] Job update received:"));
      for (const { release } of [queue, other, credits]) release();
    });

    await t.step("what is refused is taken back, and says why", async () => {
      const queue = shown(esteira.jobs.queue());
      const before = queue.now().data?.jobs.length;
      const handle = esteira.jobs.create("upscaler", { image: "not/there.png" });
      assert.equal(queue.now().data?.jobs.length, (before ?? 0) + 1);
      await assert.rejects(handle.created, { code: "file_not_found", status: 422 });
      assert.equal(queue.now().data?.jobs.length, before);
      await assert.rejects(esteira.jobs.get(crypto.randomUUID()), { code: "not_found" });
      await assert.rejects(esteira.jobs.handle(crypto.randomUUID()).done(), { code: "not_found" });
      queue.release();
    });

    await t.step("a job is cancelled, and done again", async () => {
      environment.runninghub.misbehave({ times: 1, fault: { kind: "slow", ms: 5000 } });
      const handle = esteira.jobs.create("upscaler", { image: await uploadInput(user, drawPicture(24)) });
      const done = handle.done();
      const { id } = await handle.created;
      for await (const { current_step } of handle) if (current_step === "running") break;
      assert.equal((await esteira.jobs.cancel(handle.key)).status, "cancelled");
      await assert.rejects(done, (error) => error instanceof JobFailed && error.code === "cancelled");
      const again = await esteira.jobs.retry(id);
      assert.equal((await esteira.jobs.retry(id)).id, again.id);
      assert.equal((await again.done()).details?.retried_from, id);
    });

    await t.step("a place in the queue counts down", async () => {
      await sql`select private.set_capacity(account_id, 1) from private.accounts where lane = 'runninghub'`;
      const image = await uploadInput(user, drawPicture(24));
      const handles = esteira.jobs.createMany(
        [1, 2, 3, 4].map(() => ({ tool: "upscaler", input: { image } })),
      );
      const last = await handles.at(-1)!.created;
      const position = shown(esteira.jobs.position(last.id));
      await handles.at(-1)!.done();
      const places = position.seen.flatMap((place) => place?.position ?? []);
      assert.ok(
        places.length >= 2 && places.every((place, i) => place <= (places[i - 1] ?? 99)),
        places.join(),
      );
      assert.equal(position.now(), null);
      position.release();
    });

    // @acceptance 002:497
    await t.step("an image appears on its node, beside what its owner saves", async () => {
      await sql`update public.tools set effect = 'project_node' where tool = 'upscaler'`;
      const content = { nodes: [{ id: "n1", data: { prompt: "a boat" } }, { id: "n2", data: {} }] };
      const { data } = await user.client.from("projects").insert({ content }).select("id").single();
      const project = esteira.project(data?.id ?? "");
      const screen = shown(project.watch());
      await until("the project", () => screen.now().state === "ready");
      const image = await uploadInput(user, drawPicture(24));
      const metadata = { projectId: data?.id, nodeId: "n1" };
      const handle = esteira.jobs.create("upscaler", { image }, { metadata });
      await until("the job on its node", () => screen.now().data?.content.nodes[0]?.data?.loading === true);
      const moved = { nodes: [{ id: "n1", data: { prompt: "a ship" } }, { id: "n3", data: {} }] };
      await project.save(moved, { name: "Sea" });
      await handle.done();
      await until("the image", () => screen.now().data?.content.nodes[0]?.data?.generated);
      const last = screen.now().data;
      assert.deepEqual([last?.name, last?.content.nodes.map(({ id }) => id)], ["Sea", ["n1", "n3"]]);
      assert.equal(last?.content.nodes[0]?.data?.prompt, "a ship");
      assert.deepEqual(await project.read(), last);
      screen.release();
    });

    // @acceptance 001:4-6, 001:295
    await t.step("a model is trained until it is READY", async () => {
      const models = shown(esteira.models.watch());
      const images = await Promise.all([1, 2, 3, 4].map(() => uploadInput(user, drawPicture(24))));
      await sql`select ops.grant_credits(${user.userId}, 100, 'training')`;
      const handle = esteira.jobs.create("model_training", { name: "Ana", subject: "woman", images });
      await until("the model", () => models.now().data?.[0]?.status === "TRAINING");
      await until("READY", () => models.now().data?.[0]?.status === "READY");
      const done = await handle.done();
      assert.equal(models.now().data?.[0]?.trainingJobId, done.id);
      models.release();
    });
    await t.step("what it measured is told when it is closed", async () => {
      esteira.close();
      const health = await eventually(async () => {
        const [row] = await sql`select * from ops.delivery_health('1 hour') where channel = 'realtime'`;
        return row;
      }, { what: "a report of realtime" });
      assert.ok(Number(health.changes) > 10 && Number(health.terminal) > 3, JSON.stringify(health));
    });

    await t.step("the first code of the page works as it stands", async () => {
      const [code = ""] = fencedBlocks(
        await Deno.readTextFile(new URL("../../docs/client.md", import.meta.url)),
        "ts",
      );
      const [email, password] = [`${crypto.randomUUID()}@example.com`, crypto.randomUUID()];
      const { data } = await environment.anonymous().auth.signUp({ email, password });
      await sql`select ops.grant_credits(${data.user?.id ?? ""}, 10, 'demo')`;
      const printed: unknown[][] = [];
      const clients: Esteira[] = [];
      const given = {
        ...{ email, password, createClient },
        projectUrl: environment.deployment.apiUrl,
        publishableKey: environment.deployment.publishableKey,
        file: new Blob([drawPicture(24)], { type: "image/png" }),
        createEsteira: (...args: Parameters<typeof createEsteira>) => {
          clients.push(createEsteira(...args));
          return clients[0];
        },
        console: { log: (...words: unknown[]) => printed.push(words) },
      };
      const AsyncFunction = (async () => {}).constructor as new (
        ...code: string[]
      ) => (...given: unknown[]) => unknown;
      const run = new AsyncFunction(...Object.keys(given), code.replace(/^import .*$/gm, ""));
      await run(...Object.values(given));
      clients[0]?.close();
      await clients[0]?.supabase.auth.signOut();
      assert.deepEqual(printed.at(-2), ["completed", "completed"]);
      assert.equal((await fetch(String(printed.at(-1)?.[0]))).headers.get("content-type"), "image/png");
    });
  } finally {
    esteira.close();
    elsewhere.close();
    await environment.close();
  }
});
