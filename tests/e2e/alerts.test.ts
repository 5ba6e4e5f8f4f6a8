import { eventually } from "@esteira/local-supabase/testing";
import assert from "node:assert/strict";
import { Webhook } from "standardwebhooks";
import { type Environment, startEnvironment } from "../world/environment.ts";

const SECRET = "whsec_" + btoa("a secret of thirty-two characters");

interface Received {
  id: string;
  body: { type: string; text: string; rule: string };
}

/** Somebody who wants to hear of alerts, and at first is out of order. Takes what shows a good signature. */
function receiver(refusals: number) {
  const received: Received[] = [];
  const tries: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const id = request.headers.get("webhook-id") ?? "";
    // Throws unless it is signed with the secret, over what has arrived, of late.
    const body = new Webhook(SECRET).verify(
      await request.text(),
      Object.fromEntries(request.headers),
    ) as Received["body"];
    tries.push(id);
    if (tries.length <= refusals) return new Response("out of order", { status: 503 });
    received.push({ id, body });
    return new Response("ok");
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}/alerts`,
    received,
    tries,
    close: () => server.shutdown(),
  };
}

/** Looks at the rules as if so many minutes had gone by. */
async function tickIn({ sql }: Environment, minutes: number): Promise<void> {
  await sql.begin(async (sql) => {
    await sql`select set_config('esteira.now', (now() + ${minutes} * interval '1 minute')::text, true)`;
    await sql`select private.alerts_tick()`;
  });
}

// @acceptance 002:602
Deno.test({
  name: "an operator is told of an alert by HTTP, signed, as often as it takes, and when it is over",
  ignore: Deno.env.get("ESTEIRA_STACK") === "supabase", // its database cannot reach this process
  async fn() {
    const operator = receiver(1);
    const environment = await startEnvironment();
    const { sql } = environment;
    const answers = async () =>
      (await sql`select status_code, error_msg from net._http_response r
        join ops.alert_posts p on p.request_id = r.id`).length;
    const answered = () =>
      eventually(async () => await answers() > 0 || undefined, { what: "the answer to be known" });
    try {
      await sql`update ops.alert_rules set is_enabled = false`;
      await sql`select cron.unschedule('esteira-alerts')`; // the test is the only one who looks
      await sql`select ops.set_secret('alert_webhook_url', ${operator.url}), ops.set_secret('alert_webhook_secret', ${SECRET})`;
      await sql`
        insert into ops.alert_rules (name, count_name, look_back, threshold)
        values ('A test', 'lanes paused', '1 minute', 1)`;
      await sql`select ops.pause_lane('publication', 'a test')`;

      await tickIn(environment, 0);
      await answered();
      assert.equal(operator.received.length, 0, "nobody has taken it");
      await tickIn(environment, 1); // hears of the refusal
      await tickIn(environment, 2); // and tries again
      await answered();
      await tickIn(environment, 3);

      const [alert] = await sql`select posted_at is not null as is_posted, post_error from ops.alerts`;
      assert.deepEqual({ ...alert }, { is_posted: true, post_error: null });
      const [first] = operator.received;
      assert.equal(first?.body.type, "alert.opened");
      assert.match(first?.body.text ?? "", /^Esteira: A test\. lanes paused: 1 /);
      assert.deepEqual(operator.tries, [first?.id, first?.id], "two tries of one post");

      await sql`select ops.resume_lane('publication')`;
      await tickIn(environment, 4);
      await eventually(() => operator.received[1], { what: "the end to be told" });
      assert.deepEqual(operator.received.map(({ body }) => body.type), ["alert.opened", "alert.closed"]);
    } finally {
      await environment.close();
      await operator.close();
    }
  },
});

Deno.test("a snapshot that a session holds is told of, with whose it is", async () => {
  const environment = await startEnvironment();
  const { sql } = environment;
  const holder = await sql.reserve();
  try {
    await holder`begin isolation level repeatable read`;
    await holder`select set_config('application_name', 'a report', false), count(*) from public.jobs`;
    const [rate] = await sql.begin(async (sql) => {
      await sql`select set_config('esteira.now', (now() + interval '2 hours')::text, true)`;
      return await sql`select value, subject from ops.rates() where name = 'seconds that a snapshot is held'`;
    });
    assert.ok(Number(rate?.value) >= 7200, String(rate?.value));
    assert.match(rate?.subject, /^a report of postgres \(pid \d+\)$/);
  } finally {
    await holder`rollback`;
    holder.release();
    await environment.close();
  }
});
