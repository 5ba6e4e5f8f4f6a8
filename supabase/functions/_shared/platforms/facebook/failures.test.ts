/** What each of Facebook's codes and sub-codes makes of a publication (docs/platforms/facebook.md#codes). */
import assert from "node:assert/strict";
import { nobodysUrl, rudeServer } from "../../runtime/fake_runtime.ts";
import { errorOf } from "../kit/work_fixture.ts";
import { PlatformError } from "../platform.ts";
import { KNOWN } from "./codes.ts";
import { commit } from "./commit.ts";
import { connection, platform, type Row, row } from "../graph/code_table_fixture.ts";
import { errorBody, refusal } from "../graph/fake_graph.ts";
import { facebookWork, fakeFacebook, reelWork } from "./fake_facebook.ts";
import { askPage, failureOf } from "./graph.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** As the tables and clients of others list them, with a code that each sub-code was seen with. */
const TABLE: readonly Row[] = [
  // Refused for what they are.
  ...[1366046, 1609005, 1609008, 2061006, 1349125, 2069019, 1346003, 1404102].map((subcode) =>
    row(1, subcode, "never", true)
  ),
  ...[1363022, 1363023, 1363024, 1363026].map((subcode) => row(6000, subcode, "never", true)),
  ...[105, 121, 160, 197, 352, 382, 1500, 1609005].map((code) => row(code, undefined, "never", true)),
  // It may be this very post.
  row(506, undefined, "never", false),
  row(506, 1455006, "never", false),
  row(1, 1366051, "never", false),
  // Nothing was made of it, and another try may fare better.
  ...[324, 389, 6000].map((code) => row(code, undefined, "backoff", true)),
  // It passes.
  ...[1, 2, -1, -2, 390, 6001].map((code) => row(code, undefined, "backoff", false)),
  ...[1363047, 1609010, 1363019, 1363030, 1363033, 1363037, 1363041].map((subcode) =>
    row(2, subcode, "backoff", false)
  ),
  // Waits.
  row(4, undefined, "wait", true, { ...platform, wait: 10 * MINUTE }),
  row(341, undefined, "wait", true, { ...platform, wait: 10 * MINUTE }),
  ...[17, 32, 613, 80001].map((code) =>
    row(code, undefined, "wait", true, { ...connection, wait: 10 * MINUTE })
  ),
  row(368, undefined, "wait", true, { ...connection, wait: 24 * HOUR }),
  row(1, 1390008, "wait", true, { ...connection, wait: HOUR }),
  // Somebody has to sign in.
  ...[undefined, 458, 459, 460, 463, 464, 467, 490, 492, 2069032].map((subcode) =>
    row(190, subcode, "reconnect", true, connection)
  ),
  row(102, undefined, "reconnect", true, connection),
  ...[1404006, 1404112, 4854002, 1404078].map((subcode) => row(1, subcode, "reconnect", true, connection)),
  row(6000, 1363042, "reconnect", true, connection),
  ...[10, 200, 210, 220, 283, 299].map((code) => row(code, undefined, "reconnect", true, connection)),
  // The operator has to do something.
  ...[3, 12, 101, 104, 191, 2635].map((code) => row(code, undefined, "pause", true, platform)),
  // Nobody knows them.
  ...[100, 24, 803, 2500].map((code) => row(code, undefined, "never", false)),
  row(100, 33, "never", false),
  row(31337, undefined, "backoff", false),
  row(31337, 99, "backoff", false),
];

const nameOf = ({ code, subcode }: Row) => subcode === undefined ? `${code}` : `${code}/${subcode}`;
const isPermission = (code: number) => code === 10 || (code >= 200 && code <= 299);
const codeOf = (one: Row) => isPermission(one.code) ? "missing_scope" : nameOf(one);

for (const one of TABLE) {
  Deno.test(`${nameOf(one)} is ${one.class}${one.refusal ? "" : ", and leaves a commit in doubt"}`, async () => {
    await using server = fakeFacebook();
    server.answer("feed", refusal(one.code, one.subcode, { error_user_msg: "So it is." }));
    server.answer("published_posts", { data: [] });
    const work = facebookWork(server.url);
    const before = await errorOf(askPage(work, "/feed", { form: {} }));
    const { failure } = before;
    assert.deepEqual([failure.class, failure.scope, failure.code, failure.retryAfterMs], [
      one.class,
      one.scope ?? "publication",
      codeOf(one),
      one.wait,
    ]);
    assert.ok(failure.message.includes("So it is."), failure.message);
    assert.equal(before.isAmbiguous, false);

    const committed = await errorOf(commit(work).send(AbortSignal.timeout(5_000)));
    assert.equal(committed.isAmbiguous, !one.refusal);
    assert.equal(committed.failure.class, one.refusal ? one.class : "unknown");
    assert.equal(committed.failure.code, codeOf(one));
  });
}

Deno.test("every code and sub-code of the tables is tested", () => {
  const codes = TABLE.map(({ code }) => code);
  const subcodes = TABLE.map(({ subcode }) => subcode);
  assert.deepEqual(KNOWN.codes.filter((code) => !codes.includes(code)), []);
  assert.deepEqual(KNOWN.subcodes.filter((subcode) => !subcodes.includes(subcode)), []);
});

Deno.test("what is refused has words, also where Facebook has none", () => {
  for (const { code, subcode } of TABLE) {
    const body = errorBody(code, subcode, { message: "" });
    const { failure } = failureOf(
      { status: 400, headers: new Headers(), body, raw: body },
      facebookWork("http://127.0.0.1:9"),
    );
    assert.ok(failure.message.length > 10, nameOf({ code } as Row));
  }
});

const WORDS: readonly (readonly [message: string, scopes: string[], told: RegExp])[] = [
  [
    "(#200) Requires pages_manage_posts permission",
    [],
    /^On the page Ana's bakery the permission pages_manage_posts is missing/,
  ],
  [
    "(#10) Not allowed",
    ["pages_show_list", "pages_read_engagement"],
    /the permission pages_manage_posts is missing/,
  ],
  ["(#200) Permissions error", [], /whoever connected it may not publish any more \(CREATE_CONTENT\)/],
];
for (const [message, scopes, told] of WORDS) {
  Deno.test(`"${message}" names what is missing, and the page`, async () => {
    await using server = fakeFacebook();
    server.answer("feed", refusal(200, undefined, { message }));
    const work = facebookWork(server.url);
    const { failure } = await errorOf(
      commit({ ...work, connection: { ...work.connection, scopes } }).send(AbortSignal.timeout(5_000)),
    );
    assert.deepEqual([failure.class, failure.scope, failure.code], [
      "reconnect",
      "connection",
      "missing_scope",
    ]);
    assert.match(failure.message, told);
    assert.ok(failure.message.endsWith(`Facebook says: ${message}`));
  });
}

const used = (more: Record<string, number>) =>
  JSON.stringify({ call_count: 3, total_time: 1, total_cputime: 1, ...more });
const business = (minutes: number) =>
  JSON.stringify({ "1020": [{ type: "pages", call_count: 100, estimated_time_to_regain_access: minutes }] });

Deno.test("headers say for how long, and whether it is the app or the page that has asked too much", () => {
  const failureWith = (code: number, headers: Record<string, string>) => {
    const body = errorBody(code);
    return failureOf(
      { status: 400, headers: new Headers(headers), body, raw: body },
      facebookWork("http://a.example"),
    )
      .failure;
  };
  const page = failureWith(32, {
    "x-business-use-case-usage": business(19),
    "x-app-usage": used({ call_count: 100 }),
  });
  assert.deepEqual([page.scope, page.retryAfterMs], ["connection", 19 * MINUTE]);
  const app = failureWith(32, { "x-app-usage": used({ total_cputime: 104 }) });
  assert.deepEqual([app.scope, app.retryAfterMs], ["platform", 10 * MINUTE]);
  assert.equal(failureWith(32, { "x-app-usage": used({ call_count: 99 }) }).scope, "connection");
  assert.equal(failureWith(32, { "x-app-usage": "{" }).scope, "connection");
  assert.equal(failureWith(190, { "x-app-usage": used({ call_count: 100 }) }).scope, "connection");
});

Deno.test("a server in trouble, a body that is none and no answer leave a commit in doubt", async () => {
  await using server = fakeFacebook();
  const work = facebookWork(server.url);
  const answers = [
    new Response("<html>", { status: 502 }),
    Response.json(errorBody(2), { status: 500 }),
    new Response("", { status: 200 }),
    Response.json({ success: true }),
    new Response(null, { status: 302, headers: { location: "/elsewhere" } }),
  ];
  for (const answer of answers) {
    server.answer("feed", answer);
    const { isAmbiguous, failure } = await errorOf(commit(work).send(AbortSignal.timeout(5_000)));
    assert.deepEqual([isAmbiguous, failure.class], [true, "unknown"]);
  }
  const nobody = await errorOf(commit(facebookWork(nobodysUrl())).send(AbortSignal.timeout(5_000)));
  assert.deepEqual([nobody.isAmbiguous, nobody.isUnreachable], [false, true]);
  for (const manners of ["hangs up", "breaks off"] as const) {
    await using rude = rudeServer(manners);
    const error = await errorOf(commit(facebookWork(rude.url)).send(AbortSignal.timeout(5_000)));
    assert.equal(error.isAmbiguous, true);
  }
});

Deno.test("a finish without bytes says that the video is to be told of again", async () => {
  await using server = fakeFacebook();
  server.answer("video_reels", refusal(6000));
  const error = await errorOf(commit(reelWork(server.url)).send(AbortSignal.timeout(5_000)));
  assert.ok(error instanceof PlatformError && !error.isAmbiguous);
  assert.deepEqual([error.failure.class, error.failure.code], ["backoff", "6000"]);
  assert.deepEqual(error.facts, { sent: "", whole_at: "" });
});
