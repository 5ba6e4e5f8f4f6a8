/** Jobs of the tool `speech`: the answer to the submit is the result, or the reason why there is none. */
import { eventually } from "@esteira/local-supabase/testing";
import { outputBytes } from "@esteira/simulators/kit/output";
import assert from "node:assert/strict";
import { callFunction, codeOf } from "../world/api.ts";
import { Speaking } from "./speaking.ts";

const TYPES = {
  mp3: "audio/mpeg",
  wav: "audio/wav",
  opus: "audio/opus",
  flac: "audio/flac",
  aac: "audio/aac",
} as const;

/** Faults that end a speech for good: what is wrong, and the code that its user is told. */
const FINAL = [
  ["a text that OpenAI refuses", "invalid_value", {
    kind: "refuse",
    times: 1,
    status: 400,
    type: "invalid_request_error",
    code: "invalid_value",
    message: "Input of 2132 tokens is over the maximum input limit of 2000 tokens.",
  }],
  ["a model that is gone", "model_not_found", {
    kind: "refuse",
    times: 1,
    status: 404,
    type: "invalid_request_error",
    code: "model_not_found",
    message: "The model does not exist or you do not have access to it.",
  }],
  ["a page instead of sound", "output_wrong_type", { kind: "wrong_type" }],
  ["words that are called sound", "output_wrong_type", {
    kind: "wrong_type",
    contentType: "audio/mpeg",
    body: "I am no sound, whatever they say of me.",
  }],
  ["an answer without a byte", "output_unavailable", { kind: "empty_answer" }],
] as const;

Deno.test("a text is read aloud, and every error of OpenAI's has its end", async (t) => {
  const speaking = await Speaking.start({ retryAfterS: 1 });
  const { environment, user } = speaking;
  const { sql } = environment;
  try {
    for (const [format, type] of Object.entries(TYPES)) {
      await t.step(`words become sound of our own keeping: ${format}`, async () => {
        const text = `Good morning in ${format}`;
        const job = await speaking.ended(text, [], { format, voice: "coral", speed: 1.25 });
        assert.equal(job.status, "completed", job.error_message ?? "");
        const [speech, ...others] = speaking.bought(text);
        assert.ok(speech && others.length === 0);
        assert.deepEqual([speech.voice, speech.format, speech.speed], ["coral", format, 1.25]);
        const [file, ...more] = job.output?.files ?? [];
        assert.ok(file && more.length === 0);
        assert.equal(file.bytes, speech.outputs[0]?.bytes);
        assert.match(file.content_type, /^audio\//);
        assert.ok((await speaking.read(file.path))?.equals(outputBytes(speech.id, type)));
      });
    }

    await t.step("only the owner reads it", async () => {
      const job = await speaking.ended("for my ears alone");
      const path = job.output?.files[0]?.path ?? "";
      assert.ok(await speaking.read(path));
      assert.equal(await speaking.read(path, await environment.signUp()), undefined);
      assert.equal(await speaking.read(path, { client: environment.anonymous() }), undefined);
      const [attempt] = await sql`select raw_api_response from public.job_attempts where job_id = ${job.id}`;
      assert.equal(attempt?.raw_api_response?.requestId, speaking.bought("for my ears alone")[0]?.id);
    });

    await t.step("what no voice could say is refused before it costs anything", async () => {
      for (const input of [{ text: " " }, { text: "x".repeat(4097) }, { text: "x", voice: "nobody" }]) {
        const body = { tool: "speech", input };
        const answer = await callFunction(environment, "jobs", { token: user.accessToken, body });
        assert.deepEqual([answer.status, codeOf(answer)], [422, "invalid_input"]);
      }
    });

    for (const [text, code, fault] of FINAL) {
      await t.step(`${text}: ${code}, paid back, and not bought again`, async () => {
        const before = await speaking.balance();
        const job = await speaking.ended(text, [fault]);
        assert.deepEqual([job.status, job.error_code, job.attempt], ["failed", code, 1]);
        assert.equal(await speaking.balance(), before);
        assert.ok(speaking.bought(text).length <= 1);
        assert.deepEqual(await speaking.stored(job), []);
      });
    }

    await t.step(
      "too many at once costs no attempt",
      async () => {
        const busy = await speaking.ended("a crowd", [{ kind: "busy", times: 1 }]);
        assert.deepEqual([busy.status, busy.attempt], ["completed", 1]);
      },
    );

    await t.step("no money left pauses the account, and its jobs wait until there is some", async () => {
      const fault = { kind: "out_of_quota", times: 1, code: "credit_balance_exhausted" } as const;
      const job = await speaking.create("a poor man's speech", [fault]);
      const account = await eventually(async () => {
        const [row] = await sql`
          select account_id, pause_reason from private.accounts where lane = 'openai' and paused_until > now()`;
        return row;
      }, { what: "the account to be paused" });
      assert.match(account.pause_reason, /credit_balance_exhausted|quota/);
      const other = await speaking.create("behind him in the queue");
      const waits = await sql`select status, refund, attempt from public.jobs where id in ${
        sql([job.id, other.id])
      }`;
      assert.deepEqual(waits.map(({ status }) => status), ["pending", "pending"]);
      assert.equal(speaking.bought("behind him in the queue").length, 0);
      await sql`select ops.resume_account(${account.account_id})`;
      for (const waiting of [job, other]) {
        assert.equal((await speaking.endOf(waiting, speaking.reap)).status, "completed");
      }
    });

    await t.step("every slot is free, and every credit is where it belongs", async () => {
      await eventually(async () => await speaking.held() === 0 || undefined, {
        what: "the slots to be free",
      });
      assert.deepEqual([...await sql`select * from ops.credit_drift()`], []);
    });
  } finally {
    await environment.close();
  }
});
