import assert from "node:assert/strict";
import { EsteiraError } from "../../../../shared/errors/errors.ts";
import type { Publication } from "../../../../shared/rows/publication.ts";
import { aPublication, GROUP_ID, publicationId } from "../../testing/publications_fixture.ts";
import { screen } from "../../testing/screen.ts";

const [ONE, TWO] = [publicationId(1), publicationId(2)];
const ENQUEUED = {
  success: true,
  message: "Successfully enqueued 1 publication job(s)",
  data: {
    jobs: [{ job_id: ONE, platform: "instagram_feed", status: "pending" }],
    totalEnqueued: 1,
    totalRequested: 2,
    groupId: GROUP_ID,
    rejected: [{
      platform: "x_post",
      code: "text_too_long",
      field: "captions.universal",
      message: "281 of 280",
    }],
  },
};
const REQUEST = { selectedOptions: ["instagram_feed", "x_post"], captions: { universal: "Olá" } };

/** A screen whose server has these publications; what it is asked by id or as a list it answers with them. */
function withPublications(...rows: Publication[]) {
  const it = screen({ reportDelivery: false });
  const publications = new Map(rows.map((row) => [row.id, row]));
  const serve = () => {
    const [first, ...rest] = [...publications.values()];
    it.server.routes.set("publications", () => ({
      publications: first ? [first, ...rest] : [],
      groups: [],
      nextCursor: null,
    }));
    for (const id of [ONE, TWO]) {
      const row = publications.get(id);
      it.server.routes.set(
        `publications/${id}`,
        row ? { publication: row } : new EsteiraError("not_found", "None."),
      );
    }
  };
  serve();
  /** The server has this now. */
  const put = (id: string, change: Partial<Publication>) => {
    const before = publications.get(id) ?? aPublication({ id });
    publications.set(id, { ...before, version: before.version + 1, ...change });
    serve();
    return publications.get(id) as Publication;
  };
  /** What is told of its job; its own row is not in it. */
  const tell = ({ id, option, status, version, created_at, updated_at }: Publication, more = {}) =>
    it.link.message("jobs:user-1", "UPDATE", {
      new: {
        id,
        tool: option,
        lane: "publication",
        status,
        current_step: status === "completed" ? "completed" : "running",
        version,
        created_at,
        updated_at,
        error_code: null,
        error_message: null,
        refund: "none",
        completed_at: null,
        ...more,
      },
      old: { id, status: "pending", current_step: "queued", version: version - 1 },
      steps: [],
    });
  const asked = (path: string) =>
    it.server.requests.filter((request) => request.path.startsWith(path)).length;
  return { ...it, put, tell, asked, remove: (id: string) => (publications.delete(id), serve()) };
}

Deno.test("a request to publish has one key through all its tries, and its answer comes as document 003 words it", async () => {
  const { server, esteira, clock } = withPublications();
  let tries = 0;
  server.fate = (_, answer) => {
    if (++tries < 3) throw new TypeError("fetch failed");
    return answer();
  };
  server.routes.set("publications/enqueue", ENQUEUED);
  const enqueued = esteira.publications.enqueue({
    ...REQUEST,
    scheduledFor: new Date(Date.UTC(2026, 11, 1)),
  });
  await clock.pass(60_000);
  assert.deepEqual(await enqueued, ENQUEUED);
  const bodies = server.requests.map(({ body }) => body);
  assert.equal(bodies.length, 3);
  assert.deepEqual(new Set(bodies.map((body) => body?.idempotencyKey)).size, 1);
  assert.equal(bodies[0]?.scheduledFor, "2026-12-01T00:00:00.000Z");
  assert.equal("dryRun" in (bodies[0] ?? {}), false);
  esteira.close();
});

Deno.test("preflight is the same request, dry, and without a key: nothing is bought by it", async () => {
  const { server, esteira, clock } = withPublications();
  const data = { options: [], media: [], totalPrice: 0, balance: 5 };
  server.routes.set("publications/enqueue", { success: true, message: "", data });
  const looked = esteira.publications.preflight(REQUEST);
  await clock.pass(0);
  assert.deepEqual((await looked).data, data);
  assert.deepEqual(server.requests[0]?.body, { ...REQUEST, dryRun: true });
  esteira.close();
});

Deno.test("publications that are watched by id change with their jobs at once, and are read for the rest", async () => {
  const { esteira, shown, clock, put, tell, asked } = withPublications(
    aPublication({ id: ONE }),
    aPublication({ id: TWO, option: "x_post", platform: "x" }),
  );
  const store = esteira.publications.watch([TWO, ONE]);
  assert.equal(esteira.publications.watch([TWO, ONE]), store);
  const { now, release } = shown(store);
  await clock.pass(2000);
  assert.deepEqual(now().data?.publications.map(({ id }) => id), [TWO, ONE]);
  const [before, other] = [asked(`publications/${ONE}`), asked(`publications/${TWO}`)];

  const done = put(ONE, { status: "completed", permalink: "https://example.com/p/1", post_id: "1" });
  tell(done);
  assert.deepEqual(now().data?.publications[1], { ...done, permalink: null, post_id: null });
  await clock.pass(1000);
  assert.deepEqual(now().data?.publications[1], done);
  assert.deepEqual([asked(`publications/${ONE}`), asked(`publications/${TWO}`)], [before + 1, other]);

  tell({ ...done, version: 9, status: "failed" });
  assert.equal(now().data?.publications[1]?.status, "completed", "an end is for ever");
  release();
  esteira.close();
});

Deno.test("a list takes over what is new, loses what no longer fits, and shows what was done here at once", async () => {
  const { esteira, shown, clock, put, tell, server } = withPublications(aPublication({ id: ONE }));
  const { now, release } = shown(esteira.publications.watch({ status: ["pending"] }));
  await clock.pass(2000);
  assert.deepEqual(now().data, { publications: [aPublication({ id: ONE })], hasMore: false });

  tell(put(TWO, { created_at: "2026-11-26T12:01:00.000Z" }));
  await clock.pass(1000);
  assert.deepEqual(now().data?.publications.map(({ id }) => id), [ONE, TWO]);

  server.routes.set(`publications/${TWO}`, { publication: put(TWO, { status: "cancelled" }) });
  const cancelled = esteira.publications.cancel(TWO);
  await clock.pass(0);
  assert.equal((await cancelled).status, "cancelled");
  assert.deepEqual(now().data?.publications.map(({ id }) => id), [ONE]);
  release();
  esteira.close();
});

Deno.test("more loads older ones, and they stay loaded", async () => {
  const it = withPublications();
  const rows = [1, 2, 3].map((n) => aPublication({ id: publicationId(n) }));
  it.server.routes.set("publications", ({ path }: { path: string }) => {
    const search = new URLSearchParams(path.split("?")[1]);
    const from = Number(search.get("cursor") ?? 0);
    const to = from + Number(search.get("limit"));
    return {
      publications: rows.slice(from, to),
      groups: [],
      nextCursor: to < rows.length ? String(to) : null,
    };
  });
  const store = it.esteira.publications.watch({ limit: 2 });
  const { now, release } = it.shown(store);
  await it.clock.pass(2000);
  assert.deepEqual([now().data?.publications.length, now().data?.hasMore], [2, true]);
  const more = store.more();
  await it.clock.pass(100);
  await more;
  assert.deepEqual([now().data?.publications.length, now().data?.hasMore], [3, false]);
  await it.read("poll");
  assert.equal(now().data?.publications.length, 3);
  release();
  it.esteira.close();
});

Deno.test("ids of which none is there fail; one that is gone is left out", async () => {
  const { esteira, shown, clock } = withPublications(aPublication({ id: ONE }));
  const both = shown(esteira.publications.watch([ONE, TWO]));
  const none = shown(esteira.publications.watch([TWO]));
  await clock.pass(2000);
  assert.deepEqual(both.now().data?.publications.map(({ id }) => id), [ONE]);
  assert.equal(none.now().state, "failed");
  assert.equal((none.now().error as EsteiraError).code, "not_found");
  await assert.rejects(esteira.publications.get("no id"), { code: "not_found" });
  both.release();
  none.release();
  esteira.close();
});

Deno.test("what somebody has looked for is said once: an answer that was lost is no contradiction", async () => {
  const { esteira, clock, server, put } = withPublications(
    aPublication({ id: ONE, status: "failed", error_code: "outcome_unknown", refund: "due" }),
  );
  server.routes.set(`publications/${ONE}/resolve`, new EsteiraError("already_resolved", "Said before."));
  put(ONE, { resolved: "there", refund: "withheld" });
  const resolved = esteira.publications.resolve(ONE, "there", "I looked");
  const contradiction = esteira.publications.resolve(ONE, "not_there");
  contradiction.catch(() => {});
  await clock.pass(100);
  assert.equal((await resolved).resolved, "there");
  await assert.rejects(contradiction, { code: "already_resolved" });
  assert.deepEqual(server.requests[0]?.body, { resolved: "there", reason: "I looked" });
  esteira.close();
});

Deno.test("another user sees none of the first one's", async () => {
  const { esteira, shown, clock, link, remove } = withPublications(aPublication({ id: ONE }));
  const { now, release } = shown(esteira.publications.watch());
  await clock.pass(2000);
  assert.equal(now().data?.publications.length, 1);
  remove(ONE);
  link.signIn("user-2");
  assert.equal(now().state, "loading");
  await clock.pass(2000);
  assert.deepEqual(now().data?.publications, []);
  release();
  esteira.close();
});
