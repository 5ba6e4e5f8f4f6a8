import assert from "node:assert/strict";
import { lookAtRealtime } from "./look_at_realtime.ts";

type Manner = "joins" | "private only" | "refuses" | "hangs up";

/** What is found at a Realtime of such manners. */
async function found(manner: Manner) {
  const joins: unknown[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.addEventListener("message", ({ data }) => {
      const [joinRef, ref, topic, event, payload] = JSON.parse(data);
      joins.push([topic, event, payload.config.private]);
      if (manner === "hangs up") return socket.close();
      const reason = manner === "refuses"
        ? "Unauthorized"
        : "PrivateOnly: This project only allows private channels";
      const reply = manner === "joins"
        ? { status: "ok", response: {} }
        : { status: "error", response: { reason } };
      socket.send(JSON.stringify([joinRef, ref, topic, "phx_reply", reply]));
    });
    return response;
  });
  Deno.env.set("SUPABASE_URL", `http://127.0.0.1:${server.addr.port}`);
  Deno.env.set("SUPABASE_PUBLISHABLE_KEYS", JSON.stringify({ default: "sb_publishable_test" }));
  const check = await lookAtRealtime();
  await server.shutdown();
  assert.deepEqual(joins, [["realtime:esteira-setup", "phx_join", false]]);
  return check;
}

Deno.test("whether public channels are taken is found by joining one", async () => {
  assert.equal((await found("joins")).verdict, "warn");
  assert.equal((await found("private only")).verdict, "ok");
  assert.equal((await found("refuses")).verdict, "unknown");
  assert.equal((await found("hangs up")).verdict, "unknown");
});

Deno.test("where nobody listens nothing is said", async () => {
  Deno.env.set("SUPABASE_URL", "http://127.0.0.1:9");
  assert.equal((await lookAtRealtime()).verdict, "unknown");
});
