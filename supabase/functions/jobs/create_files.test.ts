/** Files of jobs that are created: a job gets copies, made and looked at before; where it is not created, they go. */
import assert from "node:assert/strict";
import { refusal } from "../_shared/engine/fake_supabase.ts";
import { PNG } from "../_shared/files/png_fixture.ts";
import { fakeEdgeRuntime } from "../_shared/runtime/fake_runtime.ts";
import { JOB, jobsApi, OTHER_ID, USER_ID } from "./jobs_fixture.ts";

const { project, call } = jobsApi();
const runtime = fakeEdgeRuntime();
const SCHEMA = { type: "object" };
const FILES = { image: { types: ["image/png"], max_bytes: 1000 } };
const MANY = { images: { types: ["image/png"], max_bytes: 1000, max_count: 200 } };
const QUEUED = { ...JOB, status: "pending", current_step: "queued", output: null, completed_at: null };
const path = (name: string, user = USER_ID) => `${user}/${name}`;

Deno.test.beforeEach(() => {
  project.tools.portrait = { input_schema: SCHEMA, files: FILES };
  project.tools.album = { input_schema: SCHEMA, files: MANY };
  project.tools.gallery = {
    input_schema: SCHEMA,
    files: { image: { types: ["image/jpeg"], max_bytes: 1000 } },
  };
  project.answers.create_job = { job: QUEUED };
  project.answers.create_jobs = [QUEUED];
});
Deno.test.afterEach(async () => await runtime.idle());

function put(name: string, bytes: Uint8Array<ArrayBuffer> = PNG, user = USER_ID): string {
  project.files.set(`inputs/${path(name, user)}`, { bytes, contentType: "image/png" });
  return path(name, user);
}
const copies = () => [...project.files.keys()].filter((key) => key.startsWith("handed/"));
const wish = (image: unknown, tool = "portrait") => ({ tool, input: { image } });
const copied = () => project.requests.filter(({ path }) => path.endsWith("/object/copy")).length;

Deno.test("a job is created with a copy of its file", async () => {
  const image = put("a.png");
  assert.equal((await call("POST ", { body: wish(image) })).status, 201);
  const { [image]: key, ...others } = project.callsOf("create_job")[0]?.p_handed as Record<string, string>;
  assert.deepEqual(others, {});
  assert.match(key ?? "", new RegExp(`^${USER_ID}/[0-9a-f-]{36}\\.png$`));
  await runtime.idle();
  assert.deepEqual(copies(), [`handed/${key}`]);
});

Deno.test("a server's job has copies in the folder of whom it is for", async () => {
  const image = put("a.png", PNG, OTHER_ID);
  await call("POST ", { as: "server", body: { ...wish(image), userId: OTHER_ID } });
  assert.deepEqual(Object.keys(project.callsOf("create_job")[0]?.p_handed ?? {}), [image]);
  assert.ok(copies()[0]?.startsWith(`handed/${OTHER_ID}/`));
});

Deno.test("a batch copies each file once, however many jobs name it", async () => {
  const names = Array.from({ length: 20 }, (_, n) => put(`${n}.png`));
  const jobs = Array.from({ length: 1000 }, () => ({ tool: "album", input: { images: names } }));
  project.answers.create_jobs = [QUEUED];
  assert.equal((await call("POST /batch", { body: { jobs } })).status, 201);
  assert.equal(copied(), 20);
  assert.deepEqual(Object.keys(project.callsOf("create_jobs")[0]?.p_handed ?? {}).sort(), names.sort());
});

Deno.test("more files than a request may name are refused before one is read", async () => {
  const names = Array.from({ length: 101 }, (_, n) => path(`${n}.png`));
  for (
    const [route, body] of [
      ["POST ", { tool: "album", input: { images: names } }],
      ["POST /batch", { jobs: names.map((image) => wish(image)) }],
    ] as const
  ) {
    const answer = await call(route, { body });
    assert.deepEqual([answer.status, ...answer.error()], [422, "invalid_input", {
      field: "jobs",
      maximum: 100,
    }]);
  }
  assert.equal(copied(), 0);
});

Deno.test("a path that is no file of the user's is asked of nobody", async () => {
  for (
    const image of [
      "../../../rest/v1/jobs",
      `${USER_ID}/../x.png`,
      `${USER_ID}/./x.png`,
      `${USER_ID}//x.png`,
      put("a.png", PNG, OTHER_ID),
    ]
  ) {
    for (const [route, body] of [["POST ", wish(image)], ["POST /batch", { jobs: [wish(image)] }]] as const) {
      assert.deepEqual((await call(route, { body })).error(), ["file_not_found", { field: "image" }], image);
    }
  }
  assert.ok(project.requests.every(({ path }) => !path.startsWith("/storage")));
});

Deno.test("what the tool does not take is refused by what the copy is, and no copy stays", async () => {
  const good = put("a.png");
  const refused = async (jobs: unknown[], code: string) => {
    const answer = await call("POST /batch", { body: { jobs } });
    assert.equal(answer.error()[0], code);
    await runtime.idle();
    assert.deepEqual(copies(), []);
  };
  await refused(
    [wish(good), wish(put("page.png", new TextEncoder().encode("<html>")))],
    "unsupported_file_type",
  );
  await refused([wish(put("empty.png", new Uint8Array()))], "unsupported_file_type");
  await refused(
    [wish(put("large.png", new Uint8Array([...PNG, ...new Uint8Array(1000)])))],
    "file_too_large",
  );
  await refused([wish(good), wish(path("gone.png"))], "file_not_found");
  await refused([wish(good), wish(good, "gallery")], "unsupported_file_type");
  assert.deepEqual(project.calls, [], "nothing was created");
});

Deno.test("the first file that is wrong is told of, whichever Storage answers first", async () => {
  const page = put("page.png", new TextEncoder().encode("<html>"));
  const answer = await call("POST /batch", { body: { jobs: [wish(page), wish(path("gone.png"))] } });
  assert.equal(answer.error()[0], "unsupported_file_type");
});

Deno.test("copies of a job that is refused, or was there already, go; where nobody knows, they stay", async () => {
  const image = put("a.png");
  const leaves = async (answer: unknown, count: number) => {
    project.answers.create_job = answer as Response;
    await call("POST ", { body: wish(image) });
    await runtime.idle();
    assert.equal(copies().length, count);
  };
  await leaves(refusal(402, "insufficient_credits", "no", "{}"), 0);
  await leaves(Response.json({ code: "57014", message: "canceled" }, { status: 500 }), 0);
  await leaves(Response.json({ job: QUEUED }, { status: 208 }), 0);
  await leaves(new Response("bad gateway", { status: 502 }), 1);
});

Deno.test("so do copies of a batch", async () => {
  const image = put("a.png");
  for (
    const [answer, count] of [
      [refusal(402, "insufficient_credits", "no", "{}"), 0],
      [Response.json([QUEUED], { status: 208 }), 0],
      [new Response("bad gateway", { status: 502 }), 1],
    ] as const
  ) {
    project.answers.create_jobs = answer;
    await call("POST /batch", { body: { jobs: [wish(image), wish(image)] } });
    await runtime.idle();
    assert.equal(copies().length, count, String(answer.status));
  }
});

Deno.test("whose token is of somebody who is gone is told so, and no file is asked for", async () => {
  const settings = { input_schema: SCHEMA, files: FILES };
  project.rows.tools = ({ query }) =>
    query.has("tool")
      ? Response.json([{ settings }])
      : refusal(401, "unauthenticated", "The user of this token is no longer there.");
  const image = put("a.png");
  for (
    const [route, body] of [["POST ", wish(image)], ["POST /batch", { jobs: [wish(image)] }]] as const
  ) {
    const answer = await call(route, { body });
    assert.deepEqual([answer.status, answer.error()[0], copied()], [401, "unauthenticated", 0], route);
  }
  // A server's key is nobody's.
  const own = put("a.png", PNG, OTHER_ID);
  assert.equal((await call("POST ", { as: "server", body: { ...wish(own), userId: OTHER_ID } })).status, 201);
});

Deno.test("as many files as a request may name are taken", async () => {
  const names = Array.from({ length: 100 }, (_, n) => put(`${n}.png`));
  assert.equal((await call("POST ", { body: { tool: "album", input: { images: names } } })).status, 201);
  assert.equal(copied(), 100);
});

Deno.test("a Storage that has trouble is no fault of the file's", async () => {
  project.storageIsDown = true;
  assert.equal((await call("POST ", { body: wish(put("a.png")) })).status, 500);
  assert.deepEqual(copies(), []);
});
