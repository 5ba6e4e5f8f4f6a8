import assert from "node:assert/strict";
import { serveLocally } from "./http_server.ts";

Deno.test("two servers on port 0 get different ports of the loopback address", async () => {
  const first = serveLocally(() => new Response("first"));
  const second = serveLocally(() => new Response("second"));
  try {
    assert.match(first.url, /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.equal(await (await fetch(first.url)).text(), "first");
    assert.equal(await (await fetch(second.url)).text(), "second");
  } finally {
    await Promise.all([first.close(), second.close()]);
  }
});

Deno.test("a port that is taken is refused by name", async () => {
  const server = serveLocally(() => new Response());
  try {
    assert.throws(
      () => serveLocally(() => new Response(), Number(new URL(server.url).port)),
      Deno.errors.AddrInUse,
    );
  } finally {
    await server.close();
  }
});

Deno.test("close lets an answer in progress end, takes no new request and then listens no more", async () => {
  const reached = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const server = serveLocally(async () => {
    reached.resolve();
    await release.promise;
    return new Response("complete");
  });
  const answer = fetch(server.url).then((response) => response.text());
  await reached.promise;
  const closed = server.close();
  const late = await fetch(server.url);
  assert.deepEqual([late.status, await late.text()], [503, "the server is closing"]);
  release.resolve();
  assert.equal(await answer, "complete");
  await closed;
  await assert.rejects(fetch(server.url), TypeError);
});

Deno.test("close does not wait for a client that stopped reading", async () => {
  const server = serveLocally(() =>
    new Response(
      new ReadableStream({
        async pull(controller) {
          controller.enqueue(new Uint8Array(1024));
          await Promise.resolve();
        },
      }),
    )
  );
  const response = await fetch(server.url);
  const body = response.body;
  assert.ok(body);
  const reader = body.getReader();
  await reader.read();
  await server.close();
  await reader.cancel().catch(() => {});
});
