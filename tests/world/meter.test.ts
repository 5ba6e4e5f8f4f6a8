import { serveLocally } from "@esteira/simulators/kit/http_server";
import assert from "node:assert/strict";
import { openMeter } from "./meter.ts";

Deno.test("a meter counts both ways, and answers name it for the server", async () => {
  const server = serveLocally(async (request) => {
    const { length } = await request.bytes();
    return Response.json({ length, next: `${server.url}/next`, other: "http://127.0.0.1:9/" });
  });
  const meter = openMeter(server.url);
  try {
    const body = new Uint8Array(1_000_000);
    const answer = await (await fetch(meter.url, { method: "POST", body })).json();
    assert.deepEqual(answer, { length: 1_000_000, next: `${meter.url}/next`, other: "http://127.0.0.1:9/" });
    assert.ok(meter.received() >= 1_000_000 && meter.received() < 1_001_000);
    assert.ok(meter.answered() > 50 && meter.answered() < 1_000);
  } finally {
    meter.close();
    await server.close();
  }
});

Deno.test("what nobody serves is refused", async () => {
  const meter = openMeter("http://127.0.0.1:10009");
  try {
    await assert.rejects(fetch(meter.url));
  } finally {
    meter.close();
  }
});
