import assert from "node:assert/strict";
import { fakeSupabase } from "../engine/fake_supabase.ts";
import { fakeRunningHub } from "../providers/runninghub/fake_runninghub.ts";
import { MAX_OUTPUT_BYTES, OutputError } from "./output_error.ts";
import { withFastClock } from "./fast_clock_fixture.ts";
import { fileUrl, storeOutput } from "./outputs.ts";
import { FOLDER } from "./paths_fixture.ts";
import { PNG } from "./png_fixture.ts";
import { RefusedAddress } from "./result_url.ts";

const project = fakeSupabase();

const fails = (code: OutputError["code"]) => (error: unknown) =>
  error instanceof OutputError && error.code === code;
const ftyp = (brand: string) => new TextEncoder().encode(`\0\0\0\x20ftyp${brand}isom`);

/** A body that goes on until its reader gives up (`given`), or the test is over. */
function endless(first: Uint8Array<ArrayBuffer>) {
  const { promise: given, resolve } = Promise.withResolvers<void>();
  let isFirst = true;
  let isOver = false;
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (isFirst) controller.enqueue(first);
      else await new Promise((resume) => setTimeout(resume, 5));
      if (isOver) return controller.close();
      if (!isFirst) controller.enqueue(new Uint8Array(1024));
      isFirst = false;
    },
    cancel: () => resolve(),
  });
  return { stream, given, [Symbol.dispose]: () => void (isOver = true) };
}

/** Fails when `promise` takes longer than it should. */
async function soon(promise: Promise<void>, what: string): Promise<void> {
  const { promise: late, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(() => reject(new Error(`${what} did not happen`)), 500);
  await Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

Deno.test("a result is stored byte for byte under the type that its bytes show, whatever it claims to be", async () => {
  await using hub = fakeRunningHub();
  const results = [
    { body: PNG, extension: "png", type: "image/png" },
    { body: ftyp("isom"), extension: "mp4", type: "video/mp4" },
    { body: ftyp("qt  "), extension: "mov", type: "video/quicktime" },
    { body: Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 9, 9), extension: "jpeg", type: "image/jpeg" },
  ];
  for (const { body, extension, type } of results) {
    const stored = await storeOutput(hub.serve("result.bin", body), `${FOLDER}/1-0`, "application/zip");
    const path = `${FOLDER}/1-0.${extension}`;
    assert.deepEqual(stored, { bucket: "outputs", path, content_type: type, bytes: body.length });
    assert.deepEqual(project.files.get(`outputs/${path}`), { bytes: body, contentType: type });
  }
});

Deno.test("storing twice overwrites, so that doing it again after a crash is harmless", async () => {
  await using hub = fakeRunningHub();
  const address = hub.serve("a.png", PNG);
  assert.deepEqual(
    await storeOutput(address, `${FOLDER}/1-0`, null),
    await storeOutput(address, `${FOLDER}/1-0`, null),
  );
  assert.deepEqual(project.requests.map(({ headers }) => headers.get("x-upsert")), ["true", "true"]);
});

Deno.test("a result of many pieces, the first shorter than a signature, arrives whole", async () => {
  await using hub = fakeRunningHub();
  const body = new Uint8Array(300_000).map((_, index) => index % 251);
  body.set(PNG);
  const pieces = [body.slice(0, 3), body.slice(3, 5), body.slice(5, 100_000), body.slice(100_000)];
  const address = hub.serve("a.png", () => new Response(ReadableStream.from(pieces)));
  assert.equal((await storeOutput(address, `${FOLDER}/1-0`, null)).bytes, body.length);
  assert.deepEqual(project.files.get(`outputs/${FOLDER}/1-0.png`)?.bytes, body);
});

Deno.test("a result that is no image or video is refused", async () => {
  await using hub = fakeRunningHub();
  const page = new TextEncoder().encode("<!DOCTYPE html><title>Sign in</title>");
  await assert.rejects(
    storeOutput(hub.serve("a.png", page), `${FOLDER}/1-0`, "image/png"),
    fails("output_wrong_type"),
  );
  await assert.rejects(
    storeOutput(hub.serve("b.png", new Uint8Array()), `${FOLDER}/1-0`, null),
    fails("output_unavailable"),
  );
  assert.equal(project.files.size, 0);
});

// Half a gigabyte may be on its way.
Deno.test("the download of a result that is refused stops", async () => {
  await using hub = fakeRunningHub();
  using download = endless(new TextEncoder().encode("<!DOCTYPE html><title>Sign in</title>"));
  const address = hub.serve("c.png", () => new Response(download.stream));
  await assert.rejects(storeOutput(address, `${FOLDER}/1-0`, "image/png"), fails("output_wrong_type"));
  await soon(download.given, "the end of the download");
});

Deno.test("a result that the provider does not hand out is unavailable", async () => {
  await using hub = fakeRunningHub();
  for (const status of [403, 404, 500]) {
    const address = hub.serve("a.png", () => new Response("gone", { status }));
    await assert.rejects(storeOutput(address, `${FOLDER}/1-0`, null), fails("output_unavailable"));
  }
});

Deno.test("a result that says it is too large is refused before it is read", async () => {
  await using hub = fakeRunningHub();
  using download = endless(PNG);
  const headers = { "content-length": String(MAX_OUTPUT_BYTES + 1) };
  const address = hub.serve("a.png", () => new Response(download.stream, { headers }));
  await assert.rejects(storeOutput(address, `${FOLDER}/1-0`, null), fails("output_too_large"));
  await soon(download.given, "the end of the download");
  assert.equal(project.files.size, 0);
});

Deno.test("redirects are followed, relative ones too, and three at the most", async () => {
  await using hub = fakeRunningHub();
  const redirect = (to: string) => () => new Response(null, { status: 302, headers: { location: to } });
  hub.serve("last.png", PNG);
  hub.serve("third.png", redirect("/results/last.png"));
  const second = hub.serve("second.png", redirect("third.png"));
  const first = hub.serve("first.png", redirect(second));
  assert.equal((await storeOutput(first, `${FOLDER}/1-0`, null)).bytes, PNG.length);
  const zeroth = hub.serve("zeroth.png", redirect(first));
  await assert.rejects(storeOutput(zeroth, `${FOLDER}/1-0`, null), fails("output_unavailable"));
});

Deno.test("a redirect into our own network is refused", async () => {
  await using hub = fakeRunningHub();
  for (
    const inside of ["http://169.254.169.254/latest/meta-data", "https://10.0.0.1/", "file:///etc/passwd"]
  ) {
    const address = hub.serve(
      "a.png",
      () => new Response(null, { status: 307, headers: { location: inside } }),
    );
    await assert.rejects(storeOutput(address, `${FOLDER}/1-0`, null), RefusedAddress);
  }
});

Deno.test("a file's address is where its owner reads it with their token", () => {
  const file = { bucket: "outputs", path: `${FOLDER}/1-0.png`, content_type: "image/png", bytes: 1 };
  assert.equal(fileUrl(file), `${project.url}/storage/v1/object/authenticated/outputs/${FOLDER}/1-0.png`);
});

// What result_url.ts says of names that change between the check and the fetch.
Deno.test("a name that leads inside after it was checked asks nothing there: the service sees a TLS greeting, no request", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const heard = (async () => {
    const seen: Uint8Array[] = [];
    for await (const connection of listener) {
      const bytes = new Uint8Array(4096);
      seen.push(bytes.slice(0, await connection.read(bytes) ?? 0));
      connection.close();
    }
    return seen;
  })();
  const { resolveDns } = Deno;
  Object.assign(Deno, {
    resolveDns: (_name: string, type: string) => Promise.resolve(type === "A" ? ["93.184.215.14"] : []),
  });
  try {
    await assert.rejects(
      storeOutput(`https://localhost:${listener.addr.port}/latest/meta-data`, `${FOLDER}/1-0`, null),
      fails("output_unavailable"),
    );
  } finally {
    Object.assign(Deno, { resolveDns });
    listener.close();
  }
  const seen = await heard;
  assert.ok(seen.length > 0, "it was led there");
  for (const bytes of seen) {
    assert.equal(bytes[0], 0x16, "a TLS handshake record (RFC 8446 §5.1)");
    assert.doesNotMatch(new TextDecoder("latin1").decode(bytes), /GET|latest/);
  }
});

/** How a host may keep us waiting, and what is said of it. */
const SILENCES: Readonly<Record<string, { host: () => Promise<Response> | Response; says: RegExp }>> = {
  "takes the request and says nothing": {
    host: () => new Promise(() => {}),
    says: /did not answer within 30 s/,
  },
  "answers, and sends nothing": {
    host: () => new Response(new ReadableStream(), { headers: { "content-length": "1000" } }),
    says: /stopped coming|came in time/,
  },
  "stops in the middle": {
    host: () =>
      new Response(new ReadableStream({ start: (body) => body.enqueue(PNG) }), {
        headers: { "content-length": String(PNG.length + 1000) },
      }),
    says: /stopped coming/,
  },
  "stops in the middle, and never said how much there is": {
    host: () => new Response(new ReadableStream({ start: (body) => body.enqueue(PNG) })),
    says: /stopped coming/,
  },
  "sends a little now and then from the beginning": {
    host: () => new Response(dribble(PNG), { headers: { "content-length": "1000000" } }),
    says: /came in time/,
  },
  "sends a little now and then in the middle": {
    host: () => new Response(dribble(LONG_PNG), { headers: { "content-length": "1000000" } }),
    says: /takes too long/,
  },
  "sends a little now and then, and never says how much there is": {
    host: () => new Response(dribble(LONG_PNG)),
    says: /takes too long/,
  },
};
const LONG_PNG = new Uint8Array(200_000);
LONG_PNG.set(PNG);
const realSetTimeout = globalThis.setTimeout;

/** An image of which there is this much, and then comes byte by byte, for as long as somebody listens. */
function dribble(first: Uint8Array): ReadableStream<Uint8Array> {
  let isFirst = true;
  return new ReadableStream({
    async pull(body) {
      if (!isFirst) await new Promise((resolve) => realSetTimeout(resolve, 5));
      body.enqueue(isFirst ? first : Uint8Array.of(0));
      isFirst = false;
    },
  });
}

for (const [what, { host, says }] of Object.entries(SILENCES)) {
  Deno.test(`a host that ${what} is given up in time`, async () => {
    const hub = fakeRunningHub();
    const address = hub.serve("a.png", host);
    await assert.rejects(
      withFastClock(() => storeOutput(address, `${FOLDER}/1-0`, null)),
      (error) => {
        assert.ok(error instanceof OutputError, String(error));
        assert.equal(error.code, "output_unavailable");
        assert.match(error.message, says);
        return true;
      },
    );
    void hub[Symbol.asyncDispose](); // it would wait for those that it keeps waiting
  });
}
