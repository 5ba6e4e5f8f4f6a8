/** What a result's address answers, and what becomes of the job: looked at again, or refused for good. */
import assert from "node:assert/strict";
import { fakeSupabase } from "../../engine/fake_supabase.ts";
import { messageFor } from "../../engine/work_item_fixture.ts";
import { MAX_OUTPUT_BYTES } from "../../files/output_error.ts";
import { PNG } from "../../files/png_fixture.ts";
import { type FakeRunningHub, fakeRunningHub, TASK_ID } from "../../providers/runninghub/fake_runninghub.ts";
import { nobodysUrl, recordLogs, rudeServer } from "../../runtime/fake_runtime.ts";
import { settleMessage } from "../settle.ts";

recordLogs();
const project = fakeSupabase();

const bytes = (text: string) => new TextEncoder().encode(text);
const typed = (body: string, type: string, status = 200) => () =>
  new Response(body, { status, headers: { "content-type": type } });

/** Goes on with the copy of what lies at `url`. */
async function look(
  hub: FakeRunningHub,
  url: string,
  toolSettings: Record<string, unknown> = {},
  looks?: number,
) {
  project.calls.length = 0;
  const outputs = [{ url, contentType: "image/png" }];
  const checkpoint = looks === undefined ? {} : { looks };
  await settleMessage(messageFor(hub.url, {
    attempt: { phase: "produced", external_id: TASK_ID, outputs, checkpoint },
    job: { deadline_at: null },
    toolSettings,
  }));
}
const refused = () => project.callsOf("output_refused").map(({ p_error_code }) => p_error_code);
const pauses = () => project.callsOf("defer").map(({ p_delay }) => p_delay);

const PASSING: Record<string, () => Response> = {
  "an empty 200": () => new Response(""),
  "a 202": typed("", "text/plain", 202),
  "a 204": () => new Response(null, { status: 204 }),
  "a 206 that nobody asked for": () => new Response(PNG, { status: 206 }),
  "a page": typed("<!DOCTYPE html><title>Please wait</title>", "text/html"),
  "a page without a doctype": typed("\n <HTML><body>502 Bad Gateway</body>", "text/html"),
  "S3's SlowDown": typed(
    '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>SlowDown</Code></Error>',
    "application/xml",
  ),
  "S3's error without a prolog": typed("<Error><Code>InternalError</Code></Error>", "image/png"),
  "an error in JSON": typed('{"error":"not ready"}', "application/json"),
  "an error in JSON, called a picture": typed('{"error":"not ready"}', "image/png"),
  "words": typed("upstream request timeout", "text/plain"),
  "400": () => new Response("no", { status: 400 }),
  "408": () => new Response("no", { status: 408 }),
  "429": () => new Response("no", { status: 429 }),
  "500": () => new Response("no", { status: 500 }),
  "503": () => new Response("no", { status: 503 }),
  "522": () => new Response("no", { status: 522 }),
  "a redirect to nowhere": () => new Response(null, { status: 302, headers: { location: "http://" } }),
  "a redirect in a circle": () => new Response(null, { status: 302, headers: { location: "1.png" } }),
};

for (const [what, answer] of Object.entries(PASSING)) {
  Deno.test(`${what} is looked at again`, async () => {
    await using hub = fakeRunningHub();
    await look(hub, hub.serve("1.png", answer));
    assert.deepEqual(project.called(), ["defer"]);
    assert.deepEqual(pauses(), ["5 seconds"]);
  });
}

Deno.test("nobody there, a host that hangs up, or breaks off in its first bytes, is looked at again", async () => {
  await using hub = fakeRunningHub();
  await using hangsUp = rudeServer("hangs up");
  await using breaksOff = rudeServer("breaks off");
  for (const url of [nobodysUrl(), hangsUp.url, breaksOff.url]) {
    await look(hub, `${url}/1.png`);
    assert.deepEqual(project.called(), ["defer"], url);
  }
});

Deno.test("each look that comes to nothing is followed by a longer pause, up to a quarter of an hour", async () => {
  await using hub = fakeRunningHub();
  const url = hub.serve("1.png", () => new Response("no", { status: 500 }));
  const seen: unknown[] = [];
  for (const looks of [0, 1, 2, 5, 7, 8, 100, 1e9]) {
    await look(hub, url, {}, looks);
    seen.push(pauses()[0]);
    const look_error = "The result answered HTTP 500";
    assert.deepEqual(project.callsOf("defer")[0]?.p_note, {
      looks: looks + 1,
      copying_until: null,
      look_error,
    });
  }
  assert.deepEqual(seen, [5, 10, 20, 160, 640, 900, 900, 900].map((seconds) => `${seconds} seconds`));
});

Deno.test("what is no file that the tool takes is refused at the first look, and so is what we may not ask for", async () => {
  await using hub = fakeRunningHub();
  const cases: [string, string][] = [
    [hub.serve("a", Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0, 1, 2)), "output_wrong_type"],
    [hub.serve("b", bytes("%PDF-1.7\n…")), "output_wrong_type"],
    [hub.serve("c", bytes("ID3\x04\0\0\0")), "output_wrong_type"],
    ["https://10.0.0.1/a.png", "refused_address"],
    ["ftp://example.com/a.png", "refused_address"],
    [
      hub.serve("d", () => new Response(null, { status: 302, headers: { location: "https://10.0.0.1/" } })),
      "refused_address",
    ],
    [
      hub.serve("e", () => {
        const headers = { "content-length": String(MAX_OUTPUT_BYTES + 1) };
        return new Response(ReadableStream.from([PNG]), { headers });
      }),
      "output_too_large",
    ],
  ];
  for (const [url, code] of cases) {
    await look(hub, url);
    assert.deepEqual(project.called(), ["output_refused"], url);
    assert.deepEqual(refused(), [code]);
  }
  assert.equal(project.files.size, 0);
});

Deno.test("a tool says which types its results may have: whole, or by family", async () => {
  await using hub = fakeRunningHub();
  const results: [string, Uint8Array<ArrayBuffer>, string, string][] = [
    ["audio/*", bytes("ID3\x04\0\0\0"), "audio/mpeg", "mp3"],
    ["audio/*", Uint8Array.of(0xff, 0xf1, 0x50, 0x80, 1, 2), "audio/aac", "aac"],
    ["audio/wav", bytes("RIFF1234WAVEfmt "), "audio/wav", "wav"],
    ["application/pdf", bytes("%PDF-1.7"), "application/pdf", "pdf"],
    ["text/plain", bytes("Ein Text, \t mit Umbrüchen.\r\n"), "text/plain", "txt"],
    ["text/plain", bytes("1\n00:00:01,000 --> 00:00:02,000\nHallo\n"), "text/plain", "txt"],
    [
      "application/x-subrip",
      bytes("1\n00:00:01,000 --> 00:00:02,000\nHallo\n"),
      "application/x-subrip",
      "srt",
    ],
    ["text/vtt", bytes("WEBVTT\n\n00:01.000 --> 00:02.000\nHallo\n"), "text/vtt", "vtt"],
    ["application/json", bytes('{"text":"hallo"}'), "application/json", "json"],
  ];
  for (const [allowed, body, type, extension] of results) {
    await look(hub, hub.serve("1.bin", body), { output_types: [allowed] });
    const [complete] = project.callsOf("complete");
    const [file] = (complete?.p_output as { files: { content_type: string; path: string }[] }).files;
    assert.equal(file?.content_type, type);
    assert.match(file?.path ?? "", new RegExp(`1-0\\.${extension}$`));
    await look(hub, hub.serve("1.png", PNG), { output_types: [allowed] });
    assert.deepEqual(refused(), ["output_wrong_type"], "a picture is not what was ordered");
  }
  for (const nonsense of ["image/png", [], [7], null, {}]) {
    await look(hub, hub.serve("1.png", PNG), { output_types: nonsense });
    assert.deepEqual(project.called(), ["complete"]);
  }
});

Deno.test("text that is none is refused: control characters, other encodings", async () => {
  await using hub = fakeRunningHub();
  for (
    const body of [
      bytes("a\0b"),
      bytes("\x1b[31mred"),
      Uint8Array.of(0xe4, 0x20, 0xfc),
      Uint8Array.of(0xff, 0xfe, 0x41, 0),
    ]
  ) {
    await look(hub, hub.serve("1.txt", body), { output_types: ["text/plain"] });
    assert.deepEqual(refused(), ["output_wrong_type"], String(body));
  }
});

Deno.test("a page and XML are never a text that was asked for, JSON only where JSON was", async () => {
  await using hub = fakeRunningHub();
  for (const body of ["<!doctype html>", "<?xml version='1.0'?>", "<Error>", '{"error":1}']) {
    await look(hub, hub.serve("1.txt", bytes(body)), { output_types: ["text/plain", "audio/*"] });
    assert.deepEqual(project.called(), ["defer"], body);
  }
});

Deno.test("Storage that refuses is final, Storage that has trouble is looked at again", async () => {
  await using hub = fakeRunningHub();
  const url = hub.serve("1.png", PNG);
  const cases = [
    [400, { statusCode: "413", error: "Payload too large" }, "output_too_large"],
    [400, { statusCode: "415", error: "invalid_mime_type" }, "output_wrong_type"],
    [413, {}, "output_too_large"],
    [500, { statusCode: "500" }, null],
    [429, { statusCode: "429", error: "SlowDown" }, null],
    [544, { statusCode: "544", error: "DatabaseTimeout" }, null],
    [400, { statusCode: "404", error: "Bucket not found" }, null],
    [400, { statusCode: "403", error: "Unauthorized" }, null],
  ] as const;
  for (const [status, body, code] of cases) {
    project.putAnswer = () => Response.json({ message: "no", ...body }, { status });
    await look(hub, url);
    assert.deepEqual(project.called(), code ? ["output_refused"] : ["defer"], JSON.stringify(body));
    assert.deepEqual(refused(), code ? [code] : []);
  }
});
