/** Calls of a platform: what is sent, what is read, and what silence says of a commit. */
import assert from "node:assert/strict";
import { fakeServer, nobodysUrl, rudeServer, textOf } from "../../runtime/fake_runtime.ts";
import { type PlatformCall, prepareCall } from "./platform_call.ts";
import { addressOf } from "./app_address.ts";
import { appAt, CLIENT_SECRET, errorOf } from "./work_fixture.ts";

const APP = appAt("x_post", "");
const send = (call: PlatformCall, signal?: AbortSignal) => prepareCall(APP, call).send(signal);

Deno.test("JSON, a form and parts are sent as such; what is undefined is left out", async () => {
  await using server = fakeServer(() => Response.json({ id: 1 }));
  const { url } = server;
  await send({ url: `${url}/json?a=1`, query: { b: 2, c: undefined }, json: { text: "ç" } });
  await send({ url: `${url}/form`, form: { code: "a b", none: undefined } });
  await send({ url: `${url}/parts`, multipart: { segment_index: "0", media: new File(["abc"], "media") } });
  await send({ url: `${url}/get`, headers: { authorization: "Bearer x" } });
  const [json, form, parts, get] = server.requests;
  assert.deepEqual([json?.method, json?.query.toString(), json?.headers.get("content-type"), textOf(json!)], [
    ...["POST", "a=1&b=2", "application/json", '{"text":"ç"}'],
  ]);
  assert.equal(textOf(form!), "code=a+b");
  assert.match(form?.headers.get("content-type") ?? "", /^application\/x-www-form-urlencoded/);
  assert.match(parts?.headers.get("content-type") ?? "", /^multipart\/form-data; boundary=/);
  assert.match(
    textOf(parts!),
    /name="segment_index"\r\n\r\n0\r\n[\s\S]*name="media"; filename="media"[\s\S]*abc/,
  );
  assert.deepEqual([get?.method, get?.headers.get("authorization")], ["GET", "Bearer x"]);
});

Deno.test("an answer keeps every digit of an id, and no secret in what is kept of it", async () => {
  const body = `{"id":1904163390028185602,"echo":"${CLIENT_SECRET} and token-of-the-call"}`;
  await using server = fakeServer(() => new Response(body, { status: 400 }));
  const answer = await send({ url: server.url, secrets: ["token-of-the-call", null] });
  assert.equal(answer.status, 400);
  assert.deepEqual(answer.raw, { id: "1904163390028185602", echo: "[redacted] and [redacted]" });
});

Deno.test("a redirect is an answer: nothing is sent where it points", async () => {
  await using server = fakeServer(() =>
    new Response(null, { status: 302, headers: { location: "/elsewhere" } })
  );
  assert.equal((await send({ url: server.url, json: {}, isCommit: true })).status, 302);
  assert.equal(server.requests.length, 1);
});

Deno.test("silence and a broken connection leave a commit in doubt, and nothing else", async () => {
  for (const manners of ["hangs up", "breaks off", "says nothing"] as const) {
    for (const isCommit of [true, false]) {
      await using server = rudeServer(manners);
      const error = await errorOf(send({ url: server.url, json: {}, isCommit, timeoutMs: 60 }));
      assert.deepEqual([error.isAmbiguous, error.isUnreachable, error.failure.class], [
        ...[isCommit, true, isCommit ? "unknown" : "wait"] as const,
      ]);
      assert.doesNotMatch(error.failure.message, /127\.0\.0\.1|localhost|https?:/);
    }
  }
});

Deno.test("a commit for which there was no connection was not made", async () => {
  const error = await errorOf(send({ url: nobodysUrl(), json: {}, isCommit: true }));
  assert.deepEqual([error.isAmbiguous, error.isUnreachable, error.failure.class, error.failure.message], [
    ...[false, true, "wait", "The platform could not be reached: it refused the connection"] as const,
  ]);
});

Deno.test("a commit that we gave up is in doubt and says nothing of the weather; before it was sent, not even that", async () => {
  await using server = rudeServer("says nothing");
  const given = new AbortController();
  setTimeout(() => given.abort(), 40);
  const error = await errorOf(send({ url: server.url, json: {}, isCommit: true }, given.signal));
  assert.deepEqual([error.isAmbiguous, error.isUnreachable], [true, false]);
  const unsent = await errorOf(send({ url: server.url, json: {}, isCommit: true }, AbortSignal.abort()));
  assert.deepEqual([unsent.isAmbiguous, unsent.isUnreachable, unsent.failure.class], [false, false, "wait"]);
});

for (
  const url of [
    "",
    "api.example.com",
    "ftp://api.example.com",
    "file:///etc/passwd",
    "http://127.0.0.1:1/blocked",
  ]
) {
  Deno.test(`a call to ${JSON.stringify(url)} pauses the platform: nothing was sent`, async () => {
    const error = await errorOf(() => send({ url, json: {}, isCommit: true }));
    assert.deepEqual([error.failure.class, error.failure.scope, error.failure.code, error.isAmbiguous], [
      ...["pause", "platform", "misconfigured", false] as const,
    ]);
  });
}

Deno.test("an address in the settings counts; one that is none is named and not shown", async () => {
  const at = (base_url: unknown) =>
    addressOf({ ...APP, settings: { base_url } }, "base_url", "https://own.example");
  assert.equal(at(undefined), "https://own.example");
  assert.equal(at("https://proxy.example/x//"), "https://proxy.example/x");
  for (
    const bad of [
      "",
      "proxy.example",
      "http://user:pass@proxy.example",
      "https://proxy.example?x",
      "ftp://a",
      7,
      {},
    ]
  ) {
    const { failure } = await errorOf(() => at(bad));
    assert.deepEqual([failure.class, failure.code], ["pause", "misconfigured"]);
    assert.match(failure.message, /base_url of platform x/);
    assert.ok(bad === "" || !failure.message.includes(String(bad)) || bad === 7);
  }
});
