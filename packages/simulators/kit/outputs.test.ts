import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { outputBytes } from "./output.ts";
import { type TestToy, withToy } from "./toy_client_fixture.ts";

/** The links of a task that succeeded. */
async function links(toy: TestToy): Promise<{ id: string; outputs: string[] }> {
  const { id } = await toy.ended(await toy.submitted());
  return { id, outputs: (await toy.poll(id)).outputs };
}

async function statusOf(url: string, init: RequestInit = {}): Promise<number> {
  const response = await fetch(url, { redirect: "manual", ...init });
  await response.body?.cancel();
  return response.status;
}

Deno.test("outputs depend on task and number alone, and the control endpoint has their digests", () =>
  withToy({}, async (toy) => {
    const { id, outputs } = await links(toy);
    const [task] = await (await fetch(`${toy.simulator.url}/_simulator/tasks?id=${id}`)).json();
    for (const [n, url] of outputs.entries()) {
      const content = await (await fetch(url)).bytes();
      assert.ok(Buffer.from(content).equals(outputBytes(id, "image/png", n)));
      const { fetches: _fetches, sentBytes: _sent, ...shown } = task.outputs[n];
      const sha256 = createHash("sha256").update(content).digest("hex");
      assert.deepEqual(shown, { url, type: "image/png", bytes: content.length, sha256 });
    }
    assert.deepEqual(toy.view(id).outputs.map(({ fetches }) => fetches), [1, 1]);
  }));

Deno.test("HEAD says how large an output is, without it; other addresses are unknown", () =>
  withToy({}, async (toy) => {
    const { id, outputs: [url = ""] } = await links(toy);
    const response = await fetch(url, { method: "HEAD" });
    assert.equal(response.headers.get("content-length"), String(toy.view(id).outputs[0]?.bytes));
    assert.equal((await response.bytes()).length, 0);
    assert.equal(await statusOf(`${url}x`), 404);
    assert.equal(await statusOf(url, { method: "POST" }), 404);
  }));

Deno.test("big_output is made while it is sent: half a gigabyte is there at once and fits in no memory", () =>
  withToy({}, async (toy) => {
    const bytes = 500_000_000;
    toy.under({ kind: "big_output", bytes });
    const before = Deno.memoryUsage().rss;
    const { outputs: [url = ""] } = await links(toy);
    const response = await fetch(url);
    assert.equal(response.headers.get("content-length"), String(bytes));
    let read = 0;
    for await (const piece of response.body ?? []) {
      read += piece.length;
      if (read > 100_000_000) break;
    }
    assert.ok(Deno.memoryUsage().rss - before < 300_000_000);
  }));

Deno.test("the digest of a big output is that of what is sent", () =>
  withToy({}, async (toy) => {
    toy.under({ kind: "big_output", bytes: 20_000_001 });
    const { id, outputs: [url = ""] } = await links(toy);
    const hash = createHash("sha256");
    for await (const piece of (await fetch(url)).body ?? []) hash.update(piece);
    const digest = hash.digest("hex");
    const [task] = await (await fetch(`${toy.simulator.url}/_simulator/tasks`)).json();
    assert.equal(task.outputs[0].sha256, digest);
    assert.equal(toy.view(id).outputs[0]?.sha256, digest);
  }));

Deno.test("expired_output: the links are dead for good", () =>
  withToy({}, async (toy) => {
    toy.under({ kind: "expired_output", status: 403 });
    const { id, outputs } = await links(toy);
    for (const url of outputs) assert.equal(await statusOf(url), 403);
    assert.deepEqual((await toy.poll(id)).outputs, outputs);
    assert.equal(await statusOf(outputs[0] ?? ""), 403);
  }));

Deno.test("expired_output with fresh: the next poll after a vain fetch has links that work", () =>
  withToy({}, async (toy) => {
    toy.under({ kind: "expired_output", fresh: true });
    const { id, outputs: [first = "", second = ""] } = await links(toy);
    assert.deepEqual((await toy.poll(id)).outputs, [first, second], "nobody has tried them yet");
    assert.equal(await statusOf(first), 410);
    const [renewed = "", other] = (await toy.poll(id)).outputs;
    assert.notEqual(renewed, first);
    assert.equal(other, second);
    assert.equal(await statusOf(first), 410);
    assert.ok(Buffer.from(await (await fetch(renewed)).bytes()).equals(outputBytes(id, "image/png")));
    assert.equal(toy.view(id).outputs[0]?.url, renewed);
  }));

Deno.test("redirecting_output: as many redirects as it says before the file", () =>
  withToy({}, async (toy) => {
    toy.under({ kind: "redirecting_output", hops: 3 });
    const { id, outputs: [url = ""] } = await links(toy);
    assert.equal(await statusOf(url), 302);
    const response = await fetch(url);
    assert.match(response.url, /hop=3$/);
    assert.ok(Buffer.from(await response.bytes()).equals(outputBytes(id, "image/png")));
    assert.equal(toy.view(id).outputs[0]?.fetches, 2);
  }));

Deno.test("redirecting_output with `to` leads away", () =>
  withToy({}, async (toy) => {
    const to = "http://169.254.169.254/latest/meta-data";
    toy.under({ kind: "redirecting_output", to });
    const { outputs: [url = ""] } = await links(toy);
    const response = await fetch(url, { redirect: "manual" });
    await response.body?.cancel();
    assert.deepEqual([response.status, response.headers.get("location")], [302, to]);
  }));

Deno.test("http_error and hang strike outputs too", () =>
  withToy({}, async (toy) => {
    toy.under({ kind: "http_error", path: "output", status: 503, times: 1 });
    toy.under({ kind: "hang", path: "output", times: 1 });
    const { outputs: [url = ""] } = await links(toy);
    assert.equal(await statusOf(url), 503);
    const abort = new AbortController();
    const statuses = [1, 2].map(() => statusOf(url, { signal: abort.signal }));
    assert.equal(await Promise.race(statuses), 200, "one of two");
    abort.abort();
    const ends = await Promise.allSettled(statuses);
    assert.deepEqual(ends.map(({ status }) => status).toSorted(), ["fulfilled", "rejected"]);
  }));
