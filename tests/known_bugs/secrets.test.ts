/** Bugs 15, 16, 17, 18 and 23 of public webhook handlers (known-bugs.md), and that Esteira does not have them. */
import { signatureHeaders } from "@esteira/simulators/kie/signature";
import assert from "node:assert/strict";
import { callFunction } from "../world/api.ts";
import { moveTool } from "../world/move_tool.ts";
import { answered, answersTo, Scene, taskOf } from "../world/scene.ts";

Deno.test("known bugs: whose webhooks are believed, and what is kept secret", async (t) => {
  const scene = await Scene.start();
  const { environment } = scene;
  const { runninghub, kie, fal, replicate, deployment, sql } = environment;
  const signed = (taskId: string) => signatureHeaders(kie.hmacKey ?? "", taskId, new Date());
  /** Everything that a webhook could change of a job. */
  const stateOf = async (
    id: string,
  ) => [await scene.job(id), [...await scene.attempts(id)], (await scene.events(id)).length];

  try {
    /** Runs an image job while something that webhooks are checked with is not there, and then is again. */
    const without = async (
      simulator: typeof kie | typeof fal | typeof replicate,
      unset: () => Promise<unknown>,
      set: () => Promise<unknown>,
    ) => {
      const id = await scene.image("a cave");
      await unset();
      const [first] = await answered(simulator, id, 1);
      const stored = (await scene.events(id)).length;
      const { status, current_step } = await scene.job(id);
      await set();
      assert.deepEqual([first, stored, status, current_step], [503, 0, "processing", "running"]);
      const job = await scene.completed(id);
      assert.equal(answersTo(await taskOf(simulator, id)).at(-1), 200, "the provider's next try is taken in");
      assert.equal(scene.steps(job, "webhook_received").length, 1);
    };
    const secretIs = (name: string, secret: string) =>
      sql`select vault.update_secret(id, ${secret}) from vault.secrets where name = ${name}`;

    await t.step(
      "bug 15: where a secret is not set, webhooks are answered 503 and nothing is stored",
      async () => {
        const name = "kie_simulator_webhook";
        await without(kie, () => secretIs(name, ""), () => secretIs(name, kie.hmacKey ?? ""));
        const [account] = await sql`select webhook_secret_name from private.accounts where lane = 'kie'`;
        await without(
          kie,
          () => sql`update private.accounts set webhook_secret_name = null where lane = 'kie'`,
          () =>
            sql`update private.accounts set webhook_secret_name = ${account?.webhook_secret_name} where lane = 'kie'`,
        );
        await moveTool(environment, "image", "fal");
        await without(
          fal,
          () => sql`update private.accounts set settings = settings - 'user_id' where lane = 'fal'`,
          () =>
            sql`update private.accounts set settings = settings || ${
              sql.json({ user_id: fal.userId })
            } where lane = 'fal'`,
        );
        await moveTool(environment, "image", "replicate");
        const other = "replicate_simulator_webhook";
        await without(replicate, () => secretIs(other, ""), () => secretIs(other, replicate.webhookSecret));
        await moveTool(environment, "image", "kie");
        const { publishableKey: apiKey } = deployment;
        assert.equal((await callFunction(environment, "worker", { apiKey, body: {} })).status, 401);
      },
    );

    await t.step("bug 16: each attempt has a token of its own, and no other opens its address", async () => {
      runninghub.misbehave({ times: 2, fault: { kind: "slow", ms: 6_000 } });
      const [one, other] = [await scene.upscale(), await scene.upscale()];
      await scene.running(one);
      await scene.running(other);
      const { webhookUrl, taskId } = await taskOf(runninghub, one);
      const token = webhookUrl?.split("/").at(-1) ?? "";
      const foreign = (await taskOf(runninghub, other)).webhookUrl?.split("/").at(-1) ?? "";
      assert.notEqual(token, foreign);
      const before = await stateOf(one);
      const nearby = [...token].flatMap((letter, n) =>
        /[0-9a-f]/.test(letter) && n !== 14 && n !== 19
          ? [token.slice(0, n) + (letter === "0" ? "1" : "0") + token.slice(n + 1)]
          : []
      );
      const bad = [
        foreign,
        ...nearby,
        "",
        "null",
        "undefined",
        "%00",
        token.slice(0, -1),
        `${token}0`,
        `{${token}}`,
      ];
      const body = { event: "TASK_END", taskId, eventData: '{"code":0}' };
      const statuses = await Promise.all(
        bad.map(async (wrong) => (await scene.post(webhookUrl?.replace(token, wrong) ?? "", body)).status),
      );
      assert.deepEqual(new Set(statuses), new Set([404]));
      assert.deepEqual(await stateOf(one), before);
      const [definition] = await sql`
        select pg_get_functiondef('private.token_holder(text, uuid, uuid)'::regprocedure) as text`;
      // How long a comparison of digests takes says nothing about what they are digests of.
      for (const table of ["a", "c"]) { // attempts, and the outbox
        assert.ok(
          definition?.text.includes(`sha256(uuid_send(${table}.token)) = sha256(uuid_send(p_token))`),
        );
      }
      assert.doesNotMatch(definition?.text, /token\s*=|=\s*p_token/, "nor is it compared in any other way");
      await scene.completed(one);
      await scene.completed(other);
    });

    await t.step("bug 17: a signature that is good for any body proves none", async () => {
      kie.misbehave({ contains: "a forge", fault: { kind: "slow", ms: 1500 } });
      const { id } = await scene.running(await scene.image("a forge"));
      const { id: taskId, webhookUrl } = await taskOf(kie, id);
      const resultJson = JSON.stringify({ resultUrls: [`${kie.url}/outputs/evil.png`] });
      const bodies = [{ state: "success", resultJson }, {
        state: "fail",
        failCode: "422",
        failMsg: "Never.",
      }];
      for (const said of bodies) {
        const forged = { code: said.state === "fail" ? 501 : 200, msg: "", data: { taskId, ...said } };
        assert.equal((await scene.post(webhookUrl, forged, signed(taskId))).status, 200);
        await scene.putOff(id);
        const { status, output_url } = await scene.job(id);
        assert.deepEqual([status, output_url], ["processing", null]);
      }
      const job = await scene.insist(id);
      assert.equal(job.status, "completed");
      assert.deepEqual(await scene.ledger(id), ["charge"]);
      assert.deepEqual((await scene.events(id)).length, 3);
      assert.equal((await scene.files(id)).length, 1);
    });

    await t.step(
      "bug 18: a webhook that fal has signed for another of its customers is refused",
      async () => {
        await moveTool(environment, "image", "fal");
        fal.misbehave({ contains: "a harbour", fault: { kind: "signed_for_another_user" } });
        const id = await scene.image("a harbour");
        const answers = await answered(fal, id, 2);
        assert.deepEqual(new Set(answers), new Set([401]));
        assert.equal((await scene.events(id)).length, 0);
        assert.equal((await scene.job(id)).current_step, "running");
        await scene.poll();
        await scene.completed(id);
        await moveTool(environment, "image", "kie");
      },
    );

    await t.step(
      "bug 23: the address with the token, which KIE repeats, is neither stored nor told nor logged",
      async () => {
        kie.misbehave({ contains: "an echo", fault: { kind: "slow", ms: 500 } });
        const { id } = await scene.running(await scene.image("an echo"));
        const { id: taskId, webhookUrl } = await taskOf(kie, id);
        const token = webhookUrl?.split("/").at(-1) ?? "";
        // By value it is the same token; what it repeats is the one that we made.
        const shouted = webhookUrl?.replace(token, token.toUpperCase()) ?? "";
        for (const [url, n] of [[webhookUrl, 1], [shouted, 2], [shouted, 3]] as const) {
          const data = { taskId, state: "generating", n, param: webhookUrl, [`${webhookUrl}`]: shouted };
          assert.equal(
            (await scene.post(url, { code: 200, msg: webhookUrl, data }, signed(taskId))).status,
            200,
          );
        }
        await scene.completed(id);
        const said = (await taskOf(kie, id)).webhooks.at(-1)?.body ?? "";
        assert.ok(said.includes(token), "KIE repeats it");
        const kept = await sql`
        select to_jsonb(a) - 'token' as row from public.job_attempts a where job_id = ${id}
        union all select to_jsonb(e) from private.webhook_events e where job_id = ${id}
        union all select to_jsonb(j) from public.jobs j where id = ${id}
        union all select to_jsonb(m) from pgmq.q_settle_queue m
        union all select to_jsonb(m) from pgmq.a_settle_queue m
        union all select payload from realtime.messages`;
        assert.equal((await scene.events(id)).length, 4);
        for (const { row } of kept) {
          assert.doesNotMatch(JSON.stringify(row), new RegExp(token, "i"));
        }
        assert.match(JSON.stringify(kept), /kie-webhook\/[^"]*\/\[redacted\]/);
        assert.ok(scene.lines.some((line) => line.includes(id)), "there is a log");
        for (const line of scene.lines) assert.doesNotMatch(line, new RegExp(token, "i"));
      },
    );
  } finally {
    await scene.close();
  }
});
