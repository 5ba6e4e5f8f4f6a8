import assert from "node:assert/strict";
import { freePort } from "../ports.ts";
import { eventually } from "../testing.ts";
import { makeTokens } from "../tokens.ts";
import { RawSocket } from "./raw_socket_fixture.ts";
import { ALICE, collect, subscribed, withRealtime } from "./realtime_fixture.ts";
import { startRealtime } from "./service.ts";

/** A join of version 1.0.0. */
function join(topic: string, ref: string, config: unknown, access_token?: string) {
  return { topic, event: "phx_join", payload: { config, access_token }, ref, join_ref: ref };
}

Deno.test("version 1.0.0, message by message", async (t) => {
  await withRealtime(async ({ url, tokens, userToken, client, sql }) => {
    const socket = await RawSocket.open(url, { apikey: tokens.publishableKey }); // 1.0.0 is the default
    const topic = "realtime:open:raw";
    const other = (await client(await userToken(ALICE))).channel("open:raw", { config: { private: true } });
    const heard = collect(other);
    await subscribed(other);

    await t.step("a heartbeat is answered", async () => {
      socket.send({ topic: "phoenix", event: "heartbeat", payload: {}, ref: "1" });
      assert.deepEqual(await socket.take(1), [
        {
          topic: "phoenix",
          event: "phx_reply",
          payload: { status: "ok", response: {} },
          ref: "1",
          join_ref: null,
        },
      ]);
    });

    await t.step(
      "a join is answered, with ids for table subscriptions, followed by the presence state and what becomes of those",
      async () => {
        const changes = [{ event: "*", schema: "public", table: "a" }, {
          event: "INSERT",
          schema: "public",
          table: "b",
        }];
        const config = { private: true, broadcast: { ack: true }, postgres_changes: changes };
        socket.send(join(topic, "2", config, await userToken(ALICE)));
        const response = { postgres_changes: changes.map((change, index) => ({ ...change, id: index + 1 })) };
        const notice = {
          extension: "postgres_changes",
          status: "error",
          message:
            "Unable to subscribe to changes with given parameters. Please check Realtime is enabled for the " +
            "given connect parameters: [event: *, schema: public, table: a, filters: [], select: nil]",
          channel: "open:raw",
        };
        assert.deepEqual(await socket.take(3), [
          { topic, event: "phx_reply", payload: { status: "ok", response }, ref: "2", join_ref: "2" },
          { topic, event: "presence_state", payload: {}, ref: null, join_ref: "2" },
          { topic, event: "system", payload: notice, ref: null, join_ref: "2" },
        ]);
      },
    );

    await t.step("broadcasts go both ways as JSON", async () => {
      const payload = { type: "broadcast", event: "shout", payload: { n: 1 } };
      socket.send({ topic, event: "broadcast", payload, ref: "3", join_ref: "2" });
      assert.deepEqual(await socket.take(1), [
        { topic, event: "phx_reply", payload: { status: "ok", response: {} }, ref: "3", join_ref: "2" },
      ]);
      await eventually(() => heard.length || undefined);
      assert.deepEqual(heard, [payload]);
      await sql`select realtime.send('{"n": 2, "id": "mine"}', 'answer', 'open:raw')`;
      const [row] = await sql`select id from realtime.messages`;
      const answer = {
        type: "broadcast",
        event: "answer",
        payload: { n: 2, id: "mine" },
        meta: { id: row?.id },
      };
      assert.deepEqual(await socket.take(1), [{
        topic,
        event: "broadcast",
        payload: answer,
        ref: null,
        join_ref: null,
      }]);
    });

    await t.step(
      "presence is refused, a message for a channel not joined or of an earlier join too",
      async () => {
        const reply = (topic: string, ref: string, join_ref: string, reason: string) => ({
          topic,
          event: "phx_reply",
          payload: { status: "error", response: { reason } },
          ref,
          join_ref,
        });
        socket.send({ topic, event: "presence", payload: { event: "track" }, ref: "4", join_ref: "2" });
        socket.send({ topic, event: "broadcast", payload: { event: "late" }, ref: "5", join_ref: "1" });
        assert.deepEqual(await socket.take(2), [
          reply(topic, "4", "2", "Presence is not supported by the local stack"),
          reply(topic, "5", "1", "unmatched topic"),
        ]);
        socket.send({
          topic: "realtime:else",
          event: "broadcast",
          payload: { event: "x" },
          ref: "6",
          join_ref: "6",
        });
        assert.deepEqual(await socket.take(1), [reply("realtime:else", "6", "6", "unmatched topic")]);
        socket.send(join("realtime:", "7", {}));
        assert.deepEqual(await socket.take(1), [
          reply("realtime:", "7", "7", "TopicNameRequired: You must provide a topic name"),
        ]);
        socket.send(join("elsewhere", "8", {}));
        assert.deepEqual(await socket.take(1), [reply("elsewhere", "8", "8", "unmatched topic")]);
      },
    );

    await t.step("replay is for private channels and needs whole numbers", async () => {
      const reasonOf = async (config: unknown) => {
        socket.send(join("realtime:open:replay", "9", config, await userToken(ALICE)));
        const [reply] = await socket.take<{ payload: { response: { reason: string } } }>(1);
        return reply?.payload.response.reason;
      };
      const broadcast = { replay: { since: 0 } };
      assert.equal(
        await reasonOf({ broadcast }),
        "UnableToReplayMessages: Replay is not allowed for public channels",
      );
      assert.equal(
        await reasonOf({ private: true, broadcast: { replay: { since: "yesterday" } } }),
        "UnableToReplayMessages: Replay params are not valid",
      );
    });

    await t.step("a second join closes the first, and leaving is confirmed twice", async () => {
      socket.send(join(topic, "10", { private: true }, await userToken(ALICE)));
      const closed = (ref: string) => ({ topic, event: "phx_close", payload: {}, ref, join_ref: ref });
      const events = await socket.take<{ event: string; join_ref: string }>(3);
      assert.deepEqual(events[0], closed("2"));
      assert.deepEqual(events.slice(1).map((one) => [one.event, one.join_ref]), [
        ["phx_reply", "10"],
        ["presence_state", "10"],
      ]);
      socket.send({ topic, event: "phx_leave", payload: {}, ref: "11", join_ref: "10" });
      assert.deepEqual(await socket.take(2), [
        { topic, event: "phx_reply", payload: { status: "ok", response: {} }, ref: "11", join_ref: "10" },
        closed("10"),
      ]);
      await sql`select realtime.send('{}', 'after leaving', 'open:raw')`;
      await eventually(() => heard.some((one) => one.event === "after leaving") || undefined);
      assert.deepEqual(socket.received, []);
    });

    await t.step("a malformed frame ends the connection", async () => {
      const closed = socket.closed();
      socket.send("not JSON");
      assert.equal(await closed, 4001);
    });
  });
});

Deno.test("the handshake needs a good key and a known version", async () => {
  await withRealtime(async ({ url, tokens, userToken }) => {
    const refusal = async (query: string) => {
      const socket = await Deno.connect({ hostname: "127.0.0.1", port: Number(new URL(url).port) });
      const lines = [
        `GET /realtime/v1/websocket${query} HTTP/1.1`,
        "Host: localhost",
        "Connection: Upgrade, close",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
      ];
      await socket.write(new TextEncoder().encode(lines.join("\r\n") + "\r\n\r\n"));
      const answer = new Uint8Array(4096);
      const length = await socket.read(answer) ?? 0;
      socket.close();
      const text = new TextDecoder().decode(answer.subarray(0, length));
      return [text.slice(9, 12), text.split("\r\n\r\n")[1]];
    };
    assert.deepEqual(await refusal(""), ["401", '{"error":"API key is missing"}']);
    assert.deepEqual(await refusal("?apikey=x"), [
      "401",
      '{"error":"The token provided is not a valid JWT"}',
    ]);
    assert.equal((await refusal(`?apikey=${await userToken(ALICE, -5)}`))[0], "401");
    assert.equal((await refusal(`?apikey=${tokens.publishableKey}&vsn=3.0.0`))[0], "400");
    const plain = await fetch(`${url}/realtime/v1/websocket?apikey=${tokens.publishableKey}`);
    assert.equal(plain.status, 426);
    await plain.body?.cancel();
    await (await RawSocket.open(url, { apikey: tokens.anonKey, vsn: "2.0.0" })).close();
  });
});

Deno.test("closing the service closes the sockets, whose clients try to come back", async () => {
  await withRealtime(async ({ client, stop }) => {
    const made = await client();
    const statuses: string[] = [];
    made.channel("lobby").subscribe((status) => statuses.push(status));
    await eventually(() => statuses.includes("SUBSCRIBED") || undefined);
    await stop();
    await eventually(() => statuses.includes("CHANNEL_ERROR") || undefined);
  });
});

Deno.test("without a database the service does not start and leaves nothing running", async () => {
  const databaseUrl = `postgresql://supabase_admin@127.0.0.1:${freePort()}/postgres`;
  const tokens = await makeTokens();
  await assert.rejects(() => startRealtime({ databaseUrl, tokens }), { code: "ECONNREFUSED" });
});
