import assert from "node:assert/strict";
import { eventually } from "../testing.ts";
import { ALICE, collect, subscribed, withRealtime } from "./realtime_fixture.ts";

Deno.test("broadcasts by HTTP", async (t) => {
  await withRealtime(async ({ url, tokens, client, userToken }) => {
    const alice = await client(await userToken(ALICE));
    const open = alice.channel("open:http", { config: { private: true } });
    const lobby = alice.channel("lobby");
    const [heardOpen, heardLobby] = [collect(open), collect(lobby)];
    await Promise.all([subscribed(open), subscribed(lobby)]);
    const post = async (path: string, body: BodyInit, headers: Record<string, string> = {}) => {
      const response = await fetch(`${url}/realtime/v1/api/broadcast${path}`, {
        method: "POST",
        headers: { apikey: tokens.publishableKey, "content-type": "application/json", ...headers },
        body,
      });
      const text = await response.text();
      return { status: response.status, body: text && JSON.parse(text) };
    };
    const accepted = { status: 202, body: "" };

    await t.step("httpSend reaches public and private channels, as JSON or bytes", async () => {
      const sender = await client(await userToken(ALICE));
      await sender.channel("open:http", { config: { private: true } }).httpSend("é/?", { n: 1 });
      await sender.channel("lobby").httpSend("bytes", new Uint8Array([7]).buffer);
      await eventually(() => heardOpen.length && heardLobby.length || undefined);
      assert.deepEqual(heardOpen.splice(0), [{ type: "broadcast", event: "é/?", payload: { n: 1 } }]);
      assert.deepEqual(
        new Uint8Array(heardLobby.splice(0)[0]?.payload as unknown as ArrayBuffer),
        new Uint8Array([7]),
      );
    });

    await t.step("httpSend to a private channel fails for who may not write", async () => {
      const sender = (await client()).channel("open:http", { config: { private: true } });
      await assert.rejects(() => sender.httpSend("forged", {}), { message: "Unauthorized" });
    });

    await t.step("a batch sends what the caller may send and says nothing of the rest", async () => {
      const messages = [
        { topic: "lobby", event: "public", payload: { n: 1 } },
        { topic: "open:http", event: "private", payload: { n: 2 }, private: true },
      ];
      assert.deepEqual(await post("", JSON.stringify({ messages })), accepted);
      const authorization = `Bearer ${await userToken(ALICE)}`;
      assert.deepEqual(await post("", JSON.stringify({ messages }), { authorization }), accepted);
      await eventually(() => heardLobby.length === 2 && heardOpen.length || undefined);
      assert.deepEqual(heardLobby.splice(0).map((one) => one.event), ["public", "public"]);
      assert.deepEqual(heardOpen.splice(0).map((one) => one.payload), [{ n: 2 }]);
    });

    await t.step("what is malformed or unauthenticated is refused", async () => {
      assert.deepEqual(await post("", "{}"), {
        status: 422,
        body: { errors: { messages: ["can't be blank"] } },
      });
      const odd = await post("", JSON.stringify({ messages: [{ topic: "t", event: "e", payload: 1 }] }));
      assert.deepEqual(odd, { status: 422, body: { errors: { messages: ["is invalid"] } } });
      assert.equal((await post("", "no JSON")).status, 422);
      assert.equal((await post("/lobby/events/e", "no JSON")).status, 400);
      assert.equal((await post("/lobby/events/e", "x", { "content-type": "text/plain" })).status, 415);
      assert.equal((await post("/lobby/somewhere/e", "{}")).status, 404);
      assert.equal((await post("/%E0/events/e", "{}")).status, 404);
      const unauthorized = { status: 401, body: { message: "Unauthorized" } };
      assert.deepEqual(await post("/lobby/events/e", "{}", { apikey: "wrong" }), unauthorized);
      assert.deepEqual(await post("/lobby/events/e", "{}", { authorization: "Bearer wrong" }), unauthorized);
      assert.deepEqual([heardLobby, heardOpen], [[], []]);
    });
  });
});
