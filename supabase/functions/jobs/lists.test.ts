import assert from "node:assert/strict";
import { recordLogs } from "../_shared/runtime/fake_runtime.ts";
import { jobsApi, USER_ID } from "./jobs_fixture.ts";

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
    assert.deepEqual([entries?.query.get("entry_id"), entries?.query.get("limit")], ["lt.12", "6"]);
  }
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
