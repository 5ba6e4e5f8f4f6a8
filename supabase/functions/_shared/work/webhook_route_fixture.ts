/** What is asked of the function of every provider's webhooks, whatever its bodies say. */
import type { Hono } from "hono";
import assert from "node:assert/strict";
import { errorBody } from "../../../../shared/errors/error_body.ts";
import { fakeSupabase } from "../engine/fake_supabase.ts";
import { TOKEN } from "../engine/work_item_fixture.ts";
import { fakeEdgeRuntime, recordLogs } from "../runtime/fake_runtime.ts";

const JOB = "0199d2c4-8a6b-7c3d-9e4f-5a6b7c8d9e0f";
const ODD = [
  "",
  "null",
  "1e999",
  '"\\u0000"',
  "\0",
  "{",
  '{"taskId":1e999}',
  "[".repeat(5000),
  '{"id":{"id":[]}}',
];

/** Tests the function of `provider`. Once in a file. */
export function testWebhookRoute(app: Hono, provider: string): void {
  recordLogs();
  const project = fakeSupabase();
  const runtime = fakeEdgeRuntime();
  const post = async (body: string, place = `${JOB}/${TOKEN}`) => {
    const request = new Request(`https://abc.supabase.co/${provider}-webhook/${place}`, {
      method: "POST",
      body,
    });
    const response = await app.fetch(request);
    const text = await response.text();
    await runtime.idle();
    return { status: response.status, text, bodyUsed: request.bodyUsed };
  };

  Deno.test(`${provider}: a token that is nobody's is looked up at this provider, and is answered 404 unread`, async () => {
    project.answers.webhook_account = null;
    const { status, text, bodyUsed } = await post("{}");
    assert.deepEqual([status, errorBody.parse(JSON.parse(text)).error.code, bodyUsed], [
      404,
      "not_found",
      false,
    ]);
    assert.deepEqual(project.callsOf("webhook_account"), [{
      p_provider: provider,
      p_job_id: JOB,
      p_token: TOKEN,
    }]);
    assert.deepEqual(project.called(), ["webhook_account", "webhook_refused"]);
  });

  Deno.test(`${provider}: whatever is in a body, it is stored, or its signature refused`, async () => {
    project.answers.webhook_account = {
      settings: { user_id: "u", jwks_url: project.url },
      webhook_secret: `whsec_${btoa("x".repeat(24))}`,
    };
    project.answers.webhook = { verdict: "duplicate" };
    for (const body of ODD) {
      const { status, text } = await post(body);
      assert.ok(status === 200 || status === 401, `${status} ${text} to ${body.slice(0, 40)}`);
    }
  });

  Deno.test(`${provider}: an address that can be nobody's is answered 404, and nobody is asked`, async () => {
    for (const place of [`${JOB}/7`, `7/${TOKEN}`, `${JOB}/%00`, `${JOB}/constructor`, JOB]) {
      assert.equal((await post("{}", place)).status, 404, place);
    }
    assert.deepEqual(project.called(), []);
  });
}
