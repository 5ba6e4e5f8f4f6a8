import assert from "node:assert/strict";
import { uploadResponse } from "../../../shared/requests/requests.ts";
import { recordLogs } from "../_shared/runtime/fake_runtime.ts";
import { jobsApi, USER_ID } from "./jobs_fixture.ts";

recordLogs();
const { project, call } = jobsApi();
const TYPES = {
  "image/png": "png",
  "image/jpeg": "jpg",
  "image/webp": "webp",
  "video/mp4": "mp4",
  "video/quicktime": "mov",
  "application/pdf": "pdf",
  "application/msword": "doc",
  "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
};
const file = { tool: "portrait", contentType: "image/png", size: 1000 };

Deno.test.beforeEach(() => {
  project.tools.portrait = {
    input_schema: { type: "object" },
    files: {
      image: { types: Object.keys(TYPES), max_bytes: 1000 },
      mask: { types: ["image/png"], max_bytes: 10 },
    },
  };
});
Deno.test.afterEach(() => project.reset());

const asked = () => project.requests.filter(({ path }) => path.startsWith("/storage"));

Deno.test("each type has a place of its own ending in the caller's folder, and no two are the same", async () => {
  const paths = new Set<string>();
  for (const [contentType, ending] of Object.entries(TYPES)) {
    const answer = await call("POST /uploads", { body: { ...file, contentType } });
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    const { bucket, path, signedUrl } = uploadResponse.parse(answer.body);
    assert.match(path, new RegExp(`^${USER_ID}/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.${ending}$`));
    assert.ok(bucket === "inputs" && signedUrl.includes(path));
    paths.add(path);
  }
  assert.equal(paths.size, Object.keys(TYPES).length);
});

Deno.test("the place is asked for with the caller's own rights, once", async () => {
  await call("POST /uploads", { body: file });
  const [request, ...more] = asked();
  assert.deepEqual(more, []);
  assert.match(request?.headers.get("authorization") ?? "", /^Bearer ey/);
  assert.doesNotMatch(request?.headers.get("apikey") ?? "", /sb_secret/);
});

Deno.test("a field has rules of its own, and what breaks them is refused before Storage is asked", async () => {
  const refused: [Record<string, unknown>, number, string, Record<string, unknown>][] = [
    [{ size: 1001 }, 413, "file_too_large", { field: "image", limit: 1000 }],
    [{ field: "mask", size: 11 }, 413, "file_too_large", { field: "mask", limit: 10 }],
    [{ contentType: "text/html" }, 415, "unsupported_file_type", {
      field: "image",
      allowed: Object.keys(TYPES),
    }],
    [{ field: "mask", contentType: "image/jpeg" }, 415, "unsupported_file_type", {
      field: "mask",
      allowed: ["image/png"],
    }],
    [{ field: "photo" }, 422, "invalid_input", { field: "photo", allowed: ["image", "mask"] }],
  ];
  for (const [change, status, code, details] of refused) {
    const answer = await call("POST /uploads", { body: { ...file, ...change } });
    assert.deepEqual([answer.status, ...answer.error()], [status, code, details], JSON.stringify(change));
  }
  assert.equal((await call("POST /uploads", { body: { ...file, field: "mask", size: 10 } })).status, 201);
  assert.equal(asked().length, 1);
});

Deno.test("a file that is for no tool yet may be what any tool takes, and no more", async () => {
  const { tool: _, ...any } = file;
  assert.equal((await call("POST /uploads", { body: { ...any, size: 524_288_000 } })).status, 201);
  for (
    const [change, code] of [
      [{ size: 524_288_001 }, "file_too_large"],
      [{ contentType: "text/html" }, "unsupported_file_type"],
    ] as const
  ) {
    const answer = await call("POST /uploads", { body: { ...any, ...change } });
    assert.equal(answer.error()[0], code);
  }
});

Deno.test("a size that is none is refused by its name", async () => {
  for (const size of [0, -1, 1.5, "1000", null, undefined]) {
    const answer = await call("POST /uploads", { body: { ...file, size } });
    const [code, { field }] = answer.error();
    assert.deepEqual([answer.status, code, field], [422, "invalid_input", "size"], String(size));
  }
});

Deno.test("a place is for those who are signed in", async () => {
  for (const as of ["nobody", "server"] as const) {
    assert.equal((await call("POST /uploads", { as, body: file })).status, 401, as);
  }
  assert.deepEqual(asked(), []);
});
