import assert from "node:assert/strict";
import { type DataRequest, readRequest } from "./request.ts";

const userToken = `x.${btoa(JSON.stringify({ role: "authenticated", sub: "1" }))}.y`;
const asUser = { apikey: "sb_publishable_x", authorization: `Bearer ${userToken}` };
const asService = { apikey: "sb_secret_x", authorization: "Bearer sb_secret_x" };

function request(method: string, path: string, headers: Record<string, string>, body = ""): DataRequest {
  const url = new URL(path, "http://gateway");
  return { method, path: url.pathname, query: url.searchParams, headers: new Headers(headers), body };
}

Deno.test("a call of a function is its schema, its name, its arguments and its caller", () => {
  const body = JSON.stringify({ p_token: "t", p_job_id: "j" });
  assert.deepEqual(
    readRequest(request("POST", "/rest/v1/rpc/claimed", { ...asService, "content-profile": "worker" }, body)),
    {
      kind: "function",
      role: "service_role",
      schema: "worker",
      name: "claimed",
      arguments: ["p_job_id", "p_token"],
    },
  );
  assert.deepEqual(
    readRequest(request("POST", "/rest/v1/rpc/queue_position", asUser, '{"p_job_id":"j"}')),
    {
      kind: "function",
      role: "authenticated",
      schema: "public",
      name: "queue_position",
      arguments: ["p_job_id"],
    },
  );
});

Deno.test("reading a table is the columns that are read, compared and sorted by", () => {
  const path =
    "/rest/v1/jobs?select=id,status,steps:step_history,input->files&request_id=eq.1&metadata->>a=eq.1&order=created_at.desc";
  assert.deepEqual(readRequest(request("GET", path, asUser)), {
    kind: "table",
    role: "authenticated",
    schema: "public",
    name: "jobs",
    right: "select",
    columns: ["created_at", "id", "input", "metadata", "request_id", "status", "step_history"],
  });
});

Deno.test("writing a table is the columns that are written", () => {
  assert.deepEqual(readRequest(request("POST", "/rest/v1/projects", asUser, '[{"id":"1"},{"name":"x"}]')), {
    kind: "table",
    role: "authenticated",
    schema: "public",
    name: "projects",
    right: "insert",
    columns: ["id", "name"],
  });
});

Deno.test("what is not asked of the Data API is nothing", () => {
  assert.equal(readRequest(request("GET", "/storage/v1/object/inputs/x", asUser)), null);
  assert.equal(readRequest(request("OPTIONS", "/rest/v1/jobs", {})), null);
});
