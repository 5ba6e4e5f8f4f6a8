import assert from "node:assert/strict";
import { fakeProjects } from "../testing/fake_projects.ts";
import { gate, screen } from "../testing/screen.ts";

const node = (id: string, data: Record<string, unknown> = {}) => ({ id, data });

function setUp() {
  const it = screen();
  const projects = fakeProjects(it.server.supabase);
  projects.rows.set("p", {
    id: "p",
    name: "Sea",
    version: 1,
    content: { nodes: [node("a", { prompt: "a boat" }), node("b")] },
    updated_at: "2026-11-26T12:00:00Z",
  });
  const project = it.esteira.project("p");
  /** A job shows itself on a node; `isTold`: and that is heard. */
  const lands = (id: string, data: Record<string, unknown>, isTold = true) => {
    const row = projects.rows.get("p")!;
    const nodes = row.content.nodes.map((one) => one.id === id ? node(id, { ...one.data, ...data }) : one);
    const version = row.version + 1;
    projects.rows.set("p", { ...row, version, content: { nodes } });
    if (!isTold) return;
    it.link.message("project:p", "UPDATE", {
      new: { id: "p", name: row.name, version, updatedAt: "", content: { nodes: [node(id, data)] } },
      _debug: { nodeUpdated: id },
    });
  };
  return { ...it, projects, project, lands };
}

Deno.test("a project is read once, then what jobs show on it is merged", async () => {
  const { project, projects, lands, shown, esteira, clock, lines } = setUp();
  assert.equal(esteira.project("p"), project);
  const { now } = shown(project.watch());
  await clock.pass(0);
  lands("a", { loading: true });
  lands("a", { loading: false, generated: { url: "u" } });
  assert.deepEqual(now().data?.content.nodes[0]?.data, {
    prompt: "a boat",
    loading: false,
    generated: { url: "u" },
  });
  assert.deepEqual([now().data?.version, projects.reads], [3, 1]);
  assert.ok(lines.some(({ message }) => message === "[REALTIME] Project update received:"));
  esteira.close();
});

Deno.test("what was missed is read; while that is under way, what comes is read after it, once", async () => {
  const { project, projects, lands, shown, esteira, clock } = setUp();
  const { now } = shown(project.watch());
  await clock.pass(0);
  const reading = gate();
  projects.gate = reading.promise;
  lands("a", { loading: true }, false);
  for (let i = 0; i < 5; i++) lands("b", { loading: true, updatedAt: `${i}` });
  reading.open();
  await clock.pass(0);
  assert.deepEqual([now().data?.version, projects.reads], [7, 3]);
  assert.equal(now().data?.content.nodes[0]?.data?.loading, true);
  esteira.close();
});

Deno.test("a save that a job has overtaken takes over its results, and is saved", async () => {
  const { project, projects, lands, shown, esteira, clock } = setUp();
  const { now } = shown(project.watch());
  await clock.pass(0);
  let landed = 0;
  projects.beforeSave = () => {
    if (landed++ < 2) lands("a", { generated: { url: `u${landed}` } }, false);
  };
  const saving = project.save({ nodes: [node("a", { prompt: "a ship" }), node("c")] }, { name: "Ocean" });
  await clock.pass(60_000);
  const saved = await saving;
  assert.deepEqual(projects.saves.map(({ version }) => version), [1, 2, 3]);
  assert.deepEqual([saved.name, saved.version], ["Ocean", 4]);
  assert.deepEqual(saved.content.nodes, [
    node("a", { prompt: "a ship", generated: { url: "u2" } }),
    node("c"),
  ]);
  assert.equal(now().data, saved);
  esteira.close();
});

Deno.test("a result that landed before the app looked is not wiped out; one that it clears on purpose is", async () => {
  const { project, projects, lands, shown, esteira, clock } = setUp();
  const { now } = shown(project.watch());
  await clock.pass(0);
  const shownThen = now().data!;
  lands("a", { generated: { url: "u" }, updatedAt: "2026-11-26T12:01:00Z" });
  await project.save(shownThen.content);
  assert.deepEqual(projects.rows.get("p")?.content.nodes[0]?.data?.generated, { url: "u" });
  const cleared = { nodes: [node("a", { prompt: "a boat" })] };
  await project.save(cleared, { version: now().data!.version });
  assert.deepEqual(projects.rows.get("p")?.content, cleared);
  esteira.close();
});

Deno.test("saves follow one another: each is based on the one before", async () => {
  const { project, projects, esteira, clock } = setUp();
  const saves = ["one", "two", "three"].map((name) => project.save({ nodes: [] }, { name }));
  await clock.pass(0);
  await Promise.all(saves);
  assert.deepEqual(projects.saves.map(({ name, version }) => [name, version]), [["one", 1], ["two", 2], [
    "three",
    3,
  ]]);
  assert.ok(projects.saves.every(({ version }) => version !== undefined));
  esteira.close();
});

Deno.test("a save is given up in the end, and a project that is not there is told as not_found", async () => {
  const { project, projects, lands, shown, link, esteira, clock } = setUp();
  projects.beforeSave = () => lands("a", { loading: true }, false);
  const saving = project.save({ nodes: [node("a")] });
  saving.catch(() => {});
  await clock.pass(120_000);
  await assert.rejects(saving, { code: "stale_version", status: 409 });
  assert.equal(projects.saves.length, 6);
  const { now } = shown(project.watch());
  await clock.pass(0);
  projects.beforeSave = () => {};
  projects.rows.clear();
  link.message("project:p", "DELETE", { new: null, old: {} });
  assert.deepEqual([now().state, (now().error as { code?: string })?.code], ["failed", "not_found"]);
  await assert.rejects(project.save({ nodes: [] }), { code: "not_found" });
  await assert.rejects(esteira.project("other").read(), { code: "not_found" });
  esteira.close();
});

Deno.test("a project is not read again while nothing has changed, nor after a save of its own", async () => {
  const { project, projects, shown, link, read, esteira, clock } = setUp();
  const { now } = shown(project.watch());
  await clock.pass(0);
  await read("poll");
  assert.equal(projects.reads, 1);
  projects.beforeSave = () =>
    link.message("project:p", "UPDATE", {
      new: { id: "p", name: "Sea", version: 2, updatedAt: "", content: { nodes: [] } },
      _debug: {},
    });
  await project.save({ nodes: [node("c")] });
  assert.deepEqual([projects.reads, now().data?.version, now().data?.content.nodes], [1, 2, [node("c")]]);
  projects.rows.set("p", { ...projects.rows.get("p")!, version: 3 }); // by another tab; its broadcast is lost
  await read("poll");
  assert.deepEqual([projects.reads, now().data?.version], [2, 3]);
  esteira.close();
});

Deno.test("a save that reached nobody is done again, whether it had landed or not", async () => {
  for (const hasLanded of [true, false]) {
    const { project, projects, esteira, clock } = setUp();
    let cut = 0;
    projects.cut = () => cut++ < 2 && (hasLanded ? "after" : "before");
    const saving = project.save({ nodes: [node("c")] });
    await clock.pass(60_000);
    assert.deepEqual((await saving).content.nodes, [node("c")]);
    assert.deepEqual(projects.rows.get("p")?.content.nodes, [node("c")]);
    esteira.close();
  }
});

Deno.test("a project that is refused is so for itself: the connection hears of no fault", async () => {
  const { esteira, shown, link, clock } = setUp();
  const { now } = shown(esteira.project("other").watch());
  await clock.pass(0);
  await link.snapshot("poll");
  assert.deepEqual([now().state, (now().error as { code?: string })?.code, link.missedTopics], [
    "failed",
    "not_found",
    [],
  ]);
  esteira.close();
});
