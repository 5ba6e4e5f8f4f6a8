import assert from "node:assert/strict";
import { z } from "zod";
import { errorBody } from "../../../../shared/errors/error_body.ts";
import { createApp } from "./app.ts";
import { check, readBody, readQuery } from "./request.ts";

const MOST = 200;
const schema = z.strictObject({
  name: z.string().min(2).max(6),
  colour: z.enum(["red", "blue"]).optional(),
  parts: z.array(z.object({ width: z.number().min(1) })).optional(),
  scale: z.union([z.literal(2), z.literal(4)]).optional(),
});
const query = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  colour: z.array(z.enum(["red", "blue"])).optional(),
});
const app = createApp("shop");
app.post(
  "/things",
  async (context) => context.json(await readBody(context, schema, { maxBytes: MOST }), 201),
);
app.get("/things", (context) => context.json(readQuery(context, query)));

async function ask(path: string, init: RequestInit = {}) {
  const response = await app.fetch(new Request(`http://functions.example/shop${path}`, init));
  const body = await response.json();
  return { status: response.status, body, error: () => errorBody.parse(body).error };
}
const post = (body: BodyInit) => ask("/things", { method: "POST", body });
const faultOf = async (body: unknown) => {
  const { status, error } = await post(JSON.stringify(body));
  const { code, details: { issues: _, ...fault } } = error();
  assert.deepEqual([status, code], [422, "invalid_input"], JSON.stringify(body));
  return fault;
};

Deno.test("a body that fits is handed over", async () => {
  assert.deepEqual(await post('{"name":"lamp"}').then(({ status, body }) => [status, body]), [201, {
    name: "lamp",
  }]);
});

Deno.test("a body that is not JSON is a 400", async () => {
  for (const body of ["", "{", "name=lamp", '{"name":"lamp"} {}', "\0"]) {
    const { status, error } = await post(body);
    assert.deepEqual([status, error().code], [400, "invalid_json"], body);
  }
});

Deno.test("a body that is too long is a 413, whether or not it says how long it is", async () => {
  const text = JSON.stringify({ name: "x".repeat(MOST) });
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  void (async () => {
    const writer = writable.getWriter();
    await writer.write(new TextEncoder().encode(text));
    await writer.close();
  })().catch(() => {}); // it is not read to its end
  for (const body of [text, readable]) {
    const { status, error } = await post(body);
    assert.deepEqual([status, error().code, error().details], [413, "payload_too_large", { limit: MOST }]);
  }
});

Deno.test("a body that does not fit is a 422 that names the field, however deep, and lists every issue", async () => {
  assert.equal((await faultOf({})).field, "name");
  assert.equal((await faultOf({ name: "lamp", parts: [{ width: "1" }] })).field, "parts.0.width");
  const { error } = await post('{"parts":[{}]}');
  assert.match(error().message, /^name: /);
  const issues = error().details.issues as { field: string }[];
  assert.deepEqual(issues.map(({ field }) => field), ["name", "parts.0.width"]);
  for (const body of ["null", "[]", '"text"']) assert.match((await post(body)).error().message, /^body: /);
});

Deno.test("a refusal says what would have been allowed", async () => {
  assert.deepEqual(await faultOf({ name: "lamp", colour: "green" }), {
    field: "colour",
    allowed: ["red", "blue"],
  });
  assert.deepEqual(await faultOf({ name: "lamp", scale: 3 }), { field: "scale", allowed: [2, 4] });
  assert.deepEqual(await faultOf({ name: "lamp", size: 1 }), {
    field: "size",
    allowed: ["name", "colour", "parts", "scale"],
  });
  assert.deepEqual(await faultOf({ name: "x" }), { field: "name", minimum: 2 });
  assert.deepEqual(await faultOf({ name: "chandelier" }), { field: "name", maximum: 6 });
  assert.deepEqual(await faultOf({ name: "lamp", parts: [{ width: 0 }] }), {
    field: "parts.0.width",
    minimum: 1,
  });
});

Deno.test("what PostgreSQL cannot store is refused before it gets there", async () => {
  assert.deepEqual(await faultOf({ name: "a\0b" }), { field: "name" });
  assert.deepEqual(await faultOf({ name: "\ud800" }), { field: "name" });
  const { error } = await post('{"name":"lamp","a\\u0000b":1}');
  assert.equal(error().details.field, "a\ufffdb");
  assert.equal(
    (await post('{"name":"lamp","parts":[{"width":1e999}]}')).error().details.field,
    "parts.0.width",
  );
  assert.equal((await post('{"name":"lamp","__proto__":{"name":"x"}}')).error().details.field, "__proto__");
  assert.deepEqual((await post(`{"name":${"[".repeat(90)}${"]".repeat(90)}}`)).status, 422);
});

Deno.test("a query is read by its schema: numbers from text, lists from repeated parameters", async () => {
  assert.deepEqual((await ask("/things")).body, { limit: 20 });
  assert.deepEqual((await ask("/things?limit=5&colour=red")).body, { limit: 5, colour: ["red"] });
  assert.deepEqual((await ask("/things?colour=red&colour=blue")).body, {
    limit: 20,
    colour: ["red", "blue"],
  });
});

Deno.test("a query that does not fit is a 422 that names the parameter and what is allowed", async () => {
  for (
    const [text, field, fault] of [
      ["limit=0", "limit", { minimum: 1 }],
      ["limit=101", "limit", { maximum: 100 }],
      ["limit=many", "limit", {}],
      ["limit=1&limit=2", "limit", {}],
      ["limit=1e999", "limit", {}],
      ["colour=green", "colour.0", { allowed: ["red", "blue"] }],
      ["colour=red&colour=%00", "colour.1", { allowed: ["red", "blue"] }],
      ["size=1", "size", { allowed: ["limit", "colour"] }],
      ["__proto__=1", "__proto__", { allowed: ["limit", "colour"] }],
      ["constructor=1", "constructor", { allowed: ["limit", "colour"] }],
    ] as const
  ) {
    const { status, error } = await ask(`/things?${text}`);
    const { issues: _, ...details } = error().details;
    assert.deepEqual([status, error().code, details], [422, "invalid_input", { field, ...fault }], text);
  }
});

Deno.test("check can say what it is checking", () => {
  assert.throws(() => check(schema, { name: 1 }, ["input"]), {
    code: "invalid_input",
    details: {
      field: "input.name",
      issues: [{ field: "input.name", message: "Invalid input: expected string, received number" }],
    },
  });
});
