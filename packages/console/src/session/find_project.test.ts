import { beforeEach, expect, test, vi } from "vitest";
import { findProject } from "./find_project.ts";
import { knownProjects } from "./known_projects.ts";

const beside = (answer: () => Response) => vi.stubGlobal("fetch", () => Promise.resolve(answer()));

beforeEach(() => {
  history.replaceState(null, "", "/");
  beside(() => new Response("<!doctype html>", { status: 404 }));
});

test("the page's address says which project, and the next visit knows its key", async () => {
  history.replaceState(null, "", "/?project=https://abc.supabase.co/&key=sb_publishable_1");
  const project = { url: "https://abc.supabase.co", publishableKey: "sb_publishable_1" };
  expect((await findProject()).project).toEqual(project);
  history.replaceState(null, "", "/?project=https://abc.supabase.co");
  expect((await findProject()).project).toEqual(project);
  history.replaceState(null, "", "/");
  expect((await findProject()).project).toEqual(project);
});

test("an address without a key that is known is asked for, not guessed", async () => {
  history.replaceState(null, "", "/?project=https://new.supabase.co");
  expect(await findProject()).toEqual({ project: null, url: "https://new.supabase.co" });
});

test("a secret key in the address is not taken, and not kept", async () => {
  history.replaceState(null, "", "/?project=https://abc.supabase.co&key=sb_secret_1");
  expect((await findProject()).project).toBe(null);
  expect(knownProjects()).toEqual([]);
});

test("what lies beside the page says it, unless it is no project: a host that answers everything with its page", async () => {
  beside(() => Response.json({ url: "http://127.0.0.1:1", publishableKey: "k", demoUser: null }));
  expect((await findProject()).project).toEqual({
    url: "http://127.0.0.1:1",
    publishableKey: "k",
    demoUser: null,
  });
  for (
    const odd of [
      "<!doctype html>",
      "null",
      "[]",
      '{"url":1}',
      '{"url":"javascript:alert(1)","publishableKey":"k"}',
    ]
  ) {
    beside(() => new Response(odd));
    expect((await findProject()).project).toBe(null);
  }
});

test("what was kept and is not understood is as if it were not", async () => {
  for (const odd of ["", "{", "7", "null", "{}", "[1,null,{}]", '[{"url":"x","publishableKey":"y"}]']) {
    localStorage.setItem("esteira.console.projects", odd);
    expect((await findProject()).project).toBe(null);
  }
});
