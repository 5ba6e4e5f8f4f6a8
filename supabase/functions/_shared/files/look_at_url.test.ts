import assert from "node:assert/strict";
import { fakeSource } from "./fake_source.ts";
import { film } from "./film_fixture.ts";
import { lookAtUrl, MediaUnreachable } from "./look_at_url.ts";
import { probeMedia } from "./probe_media.ts";
import { RefusedAddress } from "./result_url.ts";

Deno.env.set("ESTEIRA_RESULT_HOSTS", "127.0.0.1");
const bytes = await film({ seconds: 400, container: "tail" });
const place = fakeSource({ bytes });
Deno.test.beforeEach(() => {
  place.manners = { bytes };
  place.next = [];
  place.sent = 0;
});
Deno.test.afterAll(async () => await place[Symbol.asyncDispose]());

const unreachable = (status: number | null) => (error: unknown) =>
  error instanceof MediaUnreachable && error.status === status;

Deno.test("a file is known by its first bytes and its length, and looked into by parts", async () => {
  const { type, source } = await lookAtUrl(place.address);
  assert.deepEqual([type, source.bytes], ["video/mp4", bytes.length]);
  assert.equal((await probeMedia(source, "video/mp4"))?.durationSeconds, 400);
  assert.ok(place.asked.slice(1).every((range) => range !== null), "nothing is asked for whole");
});

Deno.test("a server that knows of no parts gives its beginning, and no more is taken", async () => {
  place.manners = { bytes, hasParts: false };
  const { type, source } = await lookAtUrl(place.address);
  assert.deepEqual([type, source.bytes], ["video/mp4", bytes.length]);
  assert.equal(await probeMedia(source, "video/mp4"), null, "its index is at its end");
});

Deno.test("a server that knows no HEAD is asked for the beginning all the same", async () => {
  for (const status of [403, 405, 501]) {
    place.next = [() => new Response(null, { status })];
    assert.equal((await lookAtUrl(place.address)).type, "video/mp4", String(status));
  }
});

Deno.test("a file that is not there, or not to be had, is named as such", async () => {
  for (const status of [404, 410, 500]) {
    place.next = [() => new Response(null, { status })];
    await assert.rejects(lookAtUrl(place.address), unreachable(status));
    place.next = [() => new Response(), () => new Response(null, { status })];
    await assert.rejects(lookAtUrl(place.address), unreachable(status));
  }
  await assert.rejects(lookAtUrl("http://127.0.0.1:1/x"), unreachable(null));
  place.manners = { bytes, hasParts: false, hasLength: false };
  await assert.rejects(lookAtUrl(place.address), unreachable(null));
});

Deno.test("an empty file has no type and no bytes", async () => {
  place.manners = { bytes: new Uint8Array() };
  place.next = [() => new Response()];
  const { type, source } = await lookAtUrl(place.address);
  assert.deepEqual([type, source.bytes], [null, 0]);
});

Deno.test("an address within our own network is refused, and one that leads there too", async () => {
  for (
    const address of ["http://example.com/a.mp4", "https://10.0.0.1/a.mp4", "https://[::1]/", "ftp://x/y"]
  ) {
    await assert.rejects(lookAtUrl(address), RefusedAddress, address);
  }
  place.next = [() => new Response(null, { status: 302, headers: { location: "https://169.254.169.254/" } })];
  await assert.rejects(lookAtUrl(place.address), RefusedAddress);
});

Deno.test("a server that does not answer is not waited for long", async () => {
  const waiting = Promise.withResolvers<void>();
  const silent = Deno.serve({ port: 0, onListen: () => {} }, async () => {
    await waiting.promise;
    return new Response();
  });
  await assert.rejects(lookAtUrl(`http://127.0.0.1:${silent.addr.port}/`, 30), unreachable(null));
  waiting.resolve();
  await silent.shutdown();
});
