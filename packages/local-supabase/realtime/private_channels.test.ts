import assert from "node:assert/strict";
import { eventually } from "../testing.ts";
import { ALICE, BOB, collect, subscribed, withRealtime } from "./realtime_fixture.ts";

const PRIVATE = { config: { private: true } };

Deno.test("private channels", async (t) => {
  await withRealtime(async ({ client, userToken, sql }) => {
    const alice = await client(await userToken(ALICE));
    const bob = await client(await userToken(BOB));
    const anybody = await client();
    const topic = `user:${ALICE}`;
    const refusal = {
      status: "CHANNEL_ERROR",
      message: `Unauthorized: You do not have permissions to read from this Channel topic: ${topic}`,
    };

    await t.step("let in whom a policy lets read the topic, and refuse a stranger and anon", async () => {
      assert.deepEqual(await subscribed(alice.channel(topic, PRIVATE)), { status: "SUBSCRIBED" });
      assert.deepEqual(await subscribed(bob.channel(topic, PRIVATE)), refusal);
      assert.deepEqual(await subscribed(anybody.channel(topic, PRIVATE)), refusal);
    });

    await t.step("let nobody in where a policy fails", async () => {
      const { status, message } = await subscribed(alice.channel("broken:1", PRIVATE));
      assert.equal(status, "CHANNEL_ERROR");
      assert.match(message ?? "", /^Unauthorized: You do not have permissions/);
    });

    await t.step("leave no trace of the checks in realtime.messages", async () => {
      assert.equal((await sql`select from realtime.messages`).count, 0);
    });

    await t.step("are apart from public channels of the same name", async () => {
      const inside = alice.channel("open:apart", PRIVATE);
      const outside = bob.channel("open:apart");
      const [heardInside, heardOutside] = [collect(inside), collect(outside)];
      await Promise.all([subscribed(inside), subscribed(outside)]);
      await sql`select realtime.send('{"n": 1}', 'private', 'open:apart', true)`;
      await sql`select realtime.send('{"n": 2}', 'public', 'open:apart', false)`;
      await eventually(() => heardInside.length && heardOutside.length || undefined);
      assert.deepEqual(heardInside.map((one) => one.event), ["private"]);
      assert.deepEqual(heardOutside.map((one) => one.event), ["public"]);
    });

    await t.step("carry what one user sends to the other, and not back unless asked", async () => {
      const from = alice.channel("open:talk", { config: { private: true, broadcast: { ack: true } } });
      const to = bob.channel("open:talk", {
        config: { private: true, broadcast: { ack: true, self: true } },
      });
      const [heardByAlice, heardByBob] = [collect(from), collect(to)];
      await Promise.all([subscribed(from), subscribed(to)]);
      assert.equal(await from.send({ type: "broadcast", event: "é", payload: { text: "olá" } }), "ok");
      assert.equal(
        await to.send({ type: "broadcast", event: "re", payload: new Uint8Array([1, 2]).buffer }),
        "ok",
      );
      await eventually(() => heardByAlice.length === 1 && heardByBob.length === 2 || undefined);
      assert.deepEqual(heardByBob[0], { type: "broadcast", event: "é", payload: { text: "olá" } });
      assert.equal(heardByBob[1]?.event, "re");
      assert.deepEqual(
        new Uint8Array(heardByAlice[0]?.payload as unknown as ArrayBuffer),
        new Uint8Array([1, 2]),
      );
    });

    await t.step("carry nothing from who may read but not write", async () => {
      const reader = (await client(await userToken(ALICE))).channel(topic, PRIVATE);
      const other = (await client(await userToken(ALICE))).channel(topic, PRIVATE);
      const heard = collect(other);
      await Promise.all([subscribed(reader), subscribed(other)]);
      await reader.send({ type: "broadcast", event: "forbidden", payload: {} });
      // A message behind it, on the same path, arrives: so the first was not merely late.
      await sql`select realtime.send('{}', 'allowed', ${topic})`;
      await eventually(() => heard.length || undefined);
      assert.deepEqual(heard.map((one) => one.event), ["allowed"]);
    });

    await t.step("can be left, and joined again", async () => {
      const channel = bob.channel("open:again", PRIVATE);
      const witness = alice.channel("open:again", PRIVATE);
      const [before, seen] = [collect(channel), collect(witness)];
      await Promise.all([subscribed(channel), subscribed(witness)]);
      assert.equal(await channel.unsubscribe(), "ok");
      await sql`select realtime.send('{"n": 1}', 'missed', 'open:again')`;
      await eventually(() => seen.length || undefined);
      const again = bob.channel("open:again", PRIVATE);
      const after = collect(again);
      assert.equal((await subscribed(again)).status, "SUBSCRIBED");
      await sql`select realtime.send('{"n": 2}', 'heard', 'open:again')`;
      await eventually(() => after.length || undefined);
      assert.deepEqual([before.length, after.map((one) => one.event)], [0, ["heard"]]);
    });
  });
});

Deno.test("public channels take anybody, also to send, and a table subscription is accepted and stays silent", async () => {
  await withRealtime(async ({ client }) => {
    const from = (await client()).channel("lobby", { config: { broadcast: { ack: true } } });
    const to = (await client()).channel("lobby");
    const changes: unknown[] = [];
    to.on(
      "postgres_changes",
      { event: "*", schema: "public", table: "things" },
      (change) => changes.push(change),
    );
    const heard = collect(to);
    assert.deepEqual(await Promise.all([subscribed(from), subscribed(to)]), [
      { status: "SUBSCRIBED" },
      { status: "SUBSCRIBED" },
    ]);
    assert.equal(await from.send({ type: "broadcast", event: "hi", payload: { n: 1 } }), "ok");
    await eventually(() => heard.length || undefined);
    assert.deepEqual(heard[0]?.payload, { n: 1 });
    assert.deepEqual(changes, []);
  });
});
