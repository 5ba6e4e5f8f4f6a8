import assert from "node:assert/strict";
import { recordLogs } from "../_shared/runtime/fake_runtime.ts";
import { jobsCursorOf } from "../_shared/http/cursor.ts";
import { JOB, JOB_ID, jobsApi, USER_ID } from "./jobs_fixture.ts";

recordLogs();
const { project, call } = jobsApi();

Deno.test("a statement is the caller's own, an admin's too, and goes on behind its cursor", async () => {
  for (const as of ["user", "admin"] as const) {
    project.reset();
    Object.assign(project.rows, { credit_entries: [], credit_accounts: [] });
    const { body } = await call("GET /credits?limit=5&cursor=12", { as });
    assert.deepEqual(body, { balance: 0, entries: [], nextCursor: null });
    for (const table of ["credit_entries", "credit_accounts"]) {
      const asked = project.requests.find(({ path }) => path === `/rest/v1/${table}`);
      assert.equal(asked?.query.get("user_id"), `eq.${USER_ID}`, `${as}: ${table}`);
    }
    const entries = project.requests.find(({ path }) => path === "/rest/v1/credit_entries");
    assert.deepEqual(
      ["entry_id", "limit", "order"].map((name) => entries?.query.get(name)),
      ["lt.12", "6", "entry_id.desc"],
    );
  }
});

Deno.test("a list of jobs is asked for as it is wanted: newest first, by status and tool, behind its cursor", async () => {
  const asked = (): URLSearchParams =>
    project.requests.find(({ path }) => path === "/rest/v1/jobs")?.query ?? assert.fail("not asked");
  project.rows.jobs = [JOB];
  assert.equal((await call("GET ")).status, 200);
  assert.equal(asked().get("order"), "created_at.desc,id.desc");
  assert.deepEqual(
    ["status", "tool", "created_at", "or"].map((name) => asked().get(name)),
    Array(4).fill(null),
  );
  project.requests.length = 0;
  const place = { createdAt: "2026-11-01T12:00:00.123456Z", id: JOB_ID };
  await call(`GET ?status=failed&status=cancelled&tool=portrait&limit=7&cursor=${jobsCursorOf(place)}`);
  assert.deepEqual(["status", "tool", "limit", "created_at", "or"].map((name) => asked().get(name)), [
    "in.(failed,cancelled)",
    "eq.portrait",
    "8",
    `lte.${place.createdAt}`,
    `(created_at.lt."${place.createdAt}",id.lt.${JOB_ID})`,
  ]);
});

Deno.test("nothing of a tool that there is not is told from nothing of one that there is", async () => {
  project.rows.jobs = [];
  project.tools.portrait = {};
  assert.equal((await call("GET ?tool=portrait")).status, 200);
  const answer = await call("GET ?tool=teleporter");
  assert.deepEqual([answer.status, answer.error()[0]], [404, "unknown_tool"]);
});

Deno.test("a query that cannot be is refused by name, whatever stands in it", async () => {
  for (const route of ["", "/credits"]) {
    for (const name of ["limit", "cursor", "__proto__", "constructor"]) {
      for (const value of ["%00", "1e999", "constructor", "9".repeat(5000), "%ED%A0%80"]) {
        const answer = await call(`GET ${route}?${name}=${value}`);
        const [code, { field }] = answer.error();
        assert.deepEqual(
          [answer.status, code, field],
          [422, "invalid_input", name],
          `${route}?${name}=${value}`,
        );
      }
    }
  }
});

Deno.test("an upload names a field of the tool, and no name that every object has", async () => {
  project.tools.portrait = {
    input_schema: { type: "object" },
    files: { image: { types: ["image/png"], max_bytes: 1000 } },
  };
  const file = { tool: "portrait", contentType: "image/png", size: 10 };
  for (const field of ["constructor", "__proto__", "prototype", "toString", "other"]) {
    assert.deepEqual(
      (await call("POST /uploads", { body: { ...file, field } })).error()[0],
      "invalid_input",
      field,
    );
  }
  for (const contentType of ["constructor", "__proto__"]) {
    const answer = await call("POST /uploads", { body: { ...file, contentType } });
    assert.deepEqual([answer.status, answer.error()[0]], [415, "unsupported_file_type"]);
  }
  assert.equal((await call("POST /uploads", { body: file })).status, 201);
});
