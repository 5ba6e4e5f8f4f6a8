import assert from "node:assert/strict";
import fc from "fast-check";
import { errorBody } from "../../shared/errors/errors.ts";
import { OPERATIONS } from "../../shared/operations/all.ts";
import type { Access, Operation } from "../../shared/operations/operation.ts";
import { startEnvironment } from "../world/environment.ts";
import { drawPicture } from "../world/picture.ts";
import { createJob, uploadInput } from "../world/api.ts";

const RUNS = Number(Deno.env.get("ESTEIRA_ODD_REQUESTS") ?? 600);
const NOBODY = "0199d2c4-8a6b-7c3d-9e4f-5a6b7c8d9e0f";
const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;

/** What stands in no schema. */
const oddText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.constantFrom(
    "",
    "\0",
    "a\0b",
    "\ud800",
    "\udc00x",
    "..",
    "../../rest/v1/jobs",
    "__proto__",
    "constructor",
    "null",
    "é😀",
  ),
  fc.constantFrom(
    "1e999",
    "-1",
    "0x10",
    "NaN",
    "9".repeat(400),
    "%",
    "%00",
    "0000-01-01T00:00:00Z",
    "x".repeat(5000),
  ),
);
const oddValue = fc.oneof(
  oddText,
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom<unknown>(
    null,
    -1,
    0,
    1e308,
    2 ** 53,
    1.5,
    -32769,
    true,
    [],
    {},
    [[]],
    { length: 1 },
    JSON.parse(nested(150)),
  ),
);
/** Parts of an address that no client library would write. */
const rawPart = fc.constantFrom(
  "%00",
  "%E0%A4%A",
  "%2F",
  "%2e%2e",
  "%ff%fe",
  "%",
  "+",
  "%F0%9F%98%80",
  "a%00b",
  "%C0%80",
);

Deno.test("whatever a client sends, the answer is no error of ours, and has the one shape of errors", async () => {
  const environment = await startEnvironment();
  const { deployment, sql } = environment;
  try {
    const user = await environment.signUp(1000);
    const image = await uploadInput(user, drawPicture(16));
    const { id } = await createJob(environment, user, "upscaler", { image });
    await sql`
      insert into public.tools (tool, lane, titles, settings)
      values ('outside', 'external', '{"en": "Outside"}', '{"input_schema": {"type": "object"}}')`;
    const ids = fc.constantFrom(id, id.toUpperCase(), user.userId, NOBODY);

    const headers: Record<Access, Record<string, string>> = {
      everybody: {},
      provider: {},
      user: { authorization: `Bearer ${user.accessToken}`, apikey: deployment.publishableKey },
      server: { apikey: deployment.secretKey },
      "user or server": { authorization: `Bearer ${user.accessToken}`, apikey: deployment.publishableKey },
    };
    /** Bodies that would do, for odd ones to be made of. */
    const good: Record<string, Record<string, unknown>> = {
      createJob: {
        tool: "outside",
        input: { image },
        metadata: {},
        idempotencyKey: "k",
        runAt: "2030-01-01T00:00:00Z",
        priority: 0,
      },
      createJobs: {
        jobs: [{ tool: "outside", input: {} }, {
          tool: "upscaler",
          input: { image },
          metadata: {},
          priority: -1,
        }],
      },
      createUpload: { tool: "upscaler", field: "image", contentType: "image/png", size: 10 },
      claimJobs: { lane: "external", worker: "w", quantity: 1 },
      wakeWorker: { lane: "external" },
      failJob: { jobId: id, token: NOBODY, retryClass: "never", code: "c", message: "m", raw: {} },
      completeJob: { jobId: id, token: NOBODY, output: {}, files: [] },
      createResultUpload: { jobId: id, token: NOBODY, contentType: "image/png", size: 1 },
    };

    const part = fc.oneof({ weight: 3, arbitrary: ids.map(encodeURIComponent) }, {
      weight: 3,
      arbitrary: oddText.map((text) => encodeURIComponent(text.toWellFormed())),
    }, { weight: 1, arbitrary: rawPart });
    const queryOf = ({ query }: Operation) => {
      const name = fc.oneof(fc.constantFrom("limit", "cursor", ...Object.keys(query?.shape ?? {})), oddText);
      const value = fc.oneof(
        oddText,
        fc.constantFrom("1", "100", "failed", "upscaler", `1_${NOBODY}`, "99999999999999999_x"),
      );
      const pair = fc.tuple(name, value).map((pair) =>
        pair.map((text) => encodeURIComponent(text.toWellFormed())).join("=")
      );
      return fc.oneof(fc.constant([]), fc.array(fc.oneof(pair, rawPart), { maxLength: 4 })).map((pairs) =>
        pairs.join("&")
      );
    };
    const bodyOf = ({ id: operation }: Operation) => {
      const known = good[operation] ?? { jobId: id, token: NOBODY, progress: 1 };
      const mended = fc.tuple(fc.constantFrom(...Object.keys(known), "userId", "x"), oddValue)
        .map(([key, value]) => JSON.stringify({ ...known, [key]: value }));
      const inside = fc.tuple(
        fc.constantFrom("input", "metadata", "output", "raw"),
        fc.dictionary(oddText, oddValue, { maxKeys: 3 }),
      )
        .map(([key, value]) => JSON.stringify({ ...known, [key]: value }));
      const raw = fc.constantFrom(
        "",
        "{",
        "null",
        "[]",
        '"\\u0000"',
        "\0",
        "{}",
        nested(50_000),
        "x".repeat(2_000_000),
        '{"a":1e999}',
      );
      return fc.oneof({ weight: 4, arbitrary: mended }, { weight: 2, arbitrary: inside }, {
        weight: 1,
        arbitrary: raw,
      });
    };
    const request = fc.constantFrom(...OPERATIONS).chain((operation) =>
      fc.record({
        id: fc.constant(operation.id),
        parts: fc.array(part, { minLength: 2, maxLength: 2 }),
        query: queryOf(operation),
        body: operation.method === "post" ? bodyOf(operation) : fc.constant(undefined),
        type: fc.constantFrom(
          "application/json",
          "application/json",
          "text/plain",
          "multipart/form-data",
          "application/x-www-form-urlencoded",
        ),
      })
    );

    /** What has been an error of ours once, or would be if one line were missing. */
    const known = ([
      ["createJob", { ...good.createJob, runAt: "2030-01-01T00:00:00+23:00", idempotencyKey: "zone" }],
      ["createJob", { ...good.createJob, input: { "\ud800": 1 } }],
      ["createJob", { ...good.createJob, metadata: { a: "\0" } }],
      ["createJob", { ...good.createJob, input: JSON.parse(nested(8000)) }],
      ["createJobs", { jobs: [{ tool: "outside", input: {}, runAt: "2030-01-01T00:00:00-20:00" }] }],
      ["createUpload", { ...good.createUpload, field: "__proto__" }],
      ["createUpload", { ...good.createUpload, field: "constructor" }],
      ["claimJobs", { ...good.claimJobs, worker: "\0" }],
      ["getJobByRequest", undefined, "", "%00"],
      ["getJobByRequest", undefined, "", "9".repeat(7000)],
      ["listJobs", undefined, `cursor=99999999999999999_${NOBODY}`],
      ["listJobs", undefined, "tool=%00"],
      ["listCredits", undefined, `cursor=${"9".repeat(15)}`],
    ] as [string, unknown?, string?, string?][]).map(([id, body, query = "", part = NOBODY]) => {
      const text = body === undefined ? undefined : JSON.stringify(body);
      const example = { id, parts: [part, part], query, body: text, type: "application/json" };
      return [example] as [typeof example];
    });

    await fc.assert(
      fc.asyncProperty(request, async ({ id, parts, query, body, type }) => {
        const operation = OPERATIONS.find((operation) => operation.id === id) ?? assert.fail();
        let n = 0;
        const path = operation.path.replaceAll(/\{\w+\}/g, () => parts[n++] ?? "");
        const address = `${deployment.apiUrl}/functions/v1/${operation.function}${path}${
          query && `?${query}`
        }`;
        // Two dots in it lead to another function, or to none.
        const isOurs = new URL(address).pathname.startsWith(`/functions/v1/${operation.function}`);
        const response = await fetch(address, {
          method: operation.method.toUpperCase(),
          headers: { ...headers[operation.access], ...body === undefined ? {} : { "content-type": type } },
          ...body === undefined ? {} : { body },
        });
        const text = await response.text();
        assert.ok(response.status < 500, `${response.status} ${text} to ${body?.slice(0, 300)}`);
        if (response.status >= 400 && isOurs) errorBody.parse(JSON.parse(text));
      }),
      { numRuns: RUNS, examples: known },
    );
  } finally {
    await environment.close();
  }
});
