import assert from "node:assert/strict";
import type { RealtimeChannel } from "@supabase/supabase-js";
import { eventually, slowness } from "../testing.ts";
import { ALICE, BOB, collect, subscribed, withRealtime } from "./realtime_fixture.ts";

const PRIVATE = { config: { private: true } };

/** A life that ends soon, and not before a channel is joined with it; in seconds. */
const briefly = () => Math.ceil(slowness() * 2);

/** Subscribes, and follows what becomes of the channel: its `system` messages and its statuses. */
async function follow(channel: RealtimeChannel): Promise<{ notices: string[]; statuses: string[] }> {
  const fate = { notices: [] as string[], statuses: [] as string[] };
  channel.on("system", {}, ({ status, message }) => fate.notices.push(`${status}: ${message}`));
  channel.subscribe((status) => fate.statuses.push(status));
  await eventually(() => fate.statuses.length || undefined);
  return fate;
}

Deno.test("tokens on channels", async (t) => {
  await withRealtime(async ({ client, userToken, sql, tokens }) => {
    const topic = `user:${ALICE}`;

    await t.step("a bad token is refused at the join, with the reason", async () => {
      assert.deepEqual(await subscribed((await client("not-a-token")).channel(topic, PRIVATE)), {
        status: "CHANNEL_ERROR",
        message: "MalformedJWT: The token provided is not a valid JWT",
      });
      const late = await subscribed((await client(await userToken(ALICE, -30))).channel(topic));
      assert.match(late.message ?? "", /^InvalidJWTToken: Token has expired 3\d seconds ago$/);
    });

    await t.step("a channel whose token expires is told so and closed", async () => {
      const channel = (await client(await userToken(ALICE, briefly()))).channel(topic, PRIVATE);
      const fate = await follow(channel);
      await eventually(() => fate.statuses.includes("CLOSED") || undefined);
      assert.deepEqual(fate.statuses, ["SUBSCRIBED", "CLOSED"]);
      assert.equal(fate.notices.length, 1);
      assert.match(fate.notices[0] ?? "", /^error: Token has expired \d seconds ago$/);
    });

    await t.step("a fresh token keeps it open beyond the expiry of the first", async () => {
      const made = await client(await userToken(ALICE, briefly()));
      const channel = made.channel(topic, PRIVATE);
      const heard = collect(channel);
      assert.equal((await subscribed(channel)).status, "SUBSCRIBED");
      await made.realtime.setAuth(await userToken(ALICE, 600));
      // Another channel with such a short token is closed by now.
      const doomed = (await client(await userToken(ALICE, briefly()))).channel(topic, PRIVATE);
      const fate = await follow(doomed);
      await eventually(() => fate.statuses.includes("CLOSED") || undefined);
      await sql`select realtime.send('{}', 'still here', ${topic})`;
      await eventually(() => heard.length || undefined);
      assert.equal(channel.state, "joined");
    });

    await t.step("a token of somebody who may not read the topic closes it", async () => {
      const made = await client(await userToken(ALICE));
      const channel = made.channel(topic, PRIVATE);
      const fate = await follow(channel);
      await made.realtime.setAuth(await userToken(BOB));
      await eventually(() => fate.statuses.includes("CLOSED") || undefined);
      assert.deepEqual(fate.statuses, ["SUBSCRIBED", "CLOSED"]);
      assert.deepEqual(fate.notices, [
        `error: You do not have permissions to read from this Channel topic: ${topic}`,
      ]);
    });

    await t.step("an sb_ key in place of a token means the key of the connection", async () => {
      const channel = (await client(tokens.secretKey)).channel(topic, PRIVATE);
      const { message } = await subscribed(channel);
      assert.match(message ?? "", /^Unauthorized/, "the connection's key is the publishable one");
    });

    await t.step("the service role reads and writes every topic", async () => {
      const channel = (await client(tokens.serviceRoleKey)).channel(topic, {
        config: { private: true, broadcast: { ack: true, self: true } },
      });
      const heard = collect(channel);
      assert.deepEqual(await subscribed(channel), { status: "SUBSCRIBED" });
      assert.equal(await channel.send({ type: "broadcast", event: "from a server", payload: {} }), "ok");
      await eventually(() => heard.length || undefined);
    });
  });
});
