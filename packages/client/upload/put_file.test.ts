import assert from "node:assert/strict";
import { type Put, sendWithProgress } from "./put_file.ts";

/** A browser's `XMLHttpRequest`, whose events a test fires. */
class FakeRequest {
  readonly upload: { onprogress: ((event: { loaded: number }) => void) | null } = { onprogress: null };
  readonly calls: unknown[][] = [];
  status = 0;
  responseText = "";
  onload: (() => void) | null = null;
  onerror: (() => void) | null = null;
  onabort: (() => void) | null = null;
  open(...args: unknown[]) {
    this.calls.push(["open", ...args]);
  }
  setRequestHeader(...args: unknown[]) {
    this.calls.push(["header", ...args]);
  }
  send(body: Blob) {
    this.calls.push(["send", body.size]);
  }
  abort() {
    this.calls.push(["abort"]);
    this.onabort?.();
  }
}

function start(signal: AbortSignal = new AbortController().signal) {
  const request = new FakeRequest();
  const sent: number[] = [];
  const put: Put = {
    url: "http://storage/a",
    file: new Blob([new Uint8Array(100)]),
    contentType: "image/png",
    signal,
    onSent: (bytes) => void sent.push(bytes),
  };
  return { request, sent, answer: sendWithProgress(put, request) };
}

Deno.test("a browser tells how much has left, and what was answered", async () => {
  const { request, sent, answer } = start();
  request.upload.onprogress?.({ loaded: 40 });
  request.upload.onprogress?.({ loaded: 130 }); // with what multipart adds, in some browsers
  request.status = 200;
  request.responseText = "{}";
  request.onload?.();
  assert.deepEqual(await answer, { status: 200, text: "{}" });
  assert.deepEqual(sent, [40, 100]);
  assert.deepEqual(request.calls, [
    ["open", "PUT", "http://storage/a"],
    ["header", "content-type", "image/png"],
    ["header", "cache-control", "max-age=3600"],
    ["send", 100],
  ]);
});

Deno.test("a connection that is lost is no answer, and no exception", async () => {
  const { request, answer } = start();
  request.onerror?.();
  assert.equal((await answer).status, 0);
});

Deno.test("who aborts gets the reason back, and the request is given up", async () => {
  const aborting = new AbortController();
  const { request, answer } = start(aborting.signal);
  aborting.abort(new Error("enough"));
  await assert.rejects(answer, /enough/);
  assert.deepEqual(request.calls.at(-1), ["abort"]);
  const late = start(aborting.signal);
  await assert.rejects(late.answer, /enough/);
  assert.deepEqual(late.request.calls, [], "nothing was sent");
});
