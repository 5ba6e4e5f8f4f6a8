/** The hooks over one store each: what they return, and that `enabled` may flip. */
import { act } from "@testing-library/react";
import { settle } from "../testing/settle.ts";
import { expect, test } from "vitest";
import { failed, ready } from "../fake_esteira_fixture.ts";
import { aJob, aModel, aTool } from "../jobs_fixture.ts";
import { fakeEsteira } from "../fake_esteira_fixture.ts";
import { hookIn } from "../testing/render_in.tsx";
import { useConnection } from "./use_connection.ts";
import { useCredits } from "./use_credits.ts";
import { useJobs } from "./use_jobs.ts";
import { useModels } from "./use_models.ts";
import { useProject } from "./use_project.ts";
import { useQueuePosition } from "./use_queue_position.ts";
import { useTool } from "./use_tool.ts";

test("useJobs: the same filter in another object is the same queue", () => {
  const { result, fake, rerender } = hookIn(() => useJobs({ status: ["failed", "cancelled"], limit: 5 }));
  rerender(undefined);
  const asked = fake.calls.filter(({ name }) => name === "queue");
  expect(new Set(asked.map(({ args }) => JSON.stringify(args))).size).toBe(1);
  expect(asked.length).toBeLessThanOrEqual(2); // StrictMode renders the first time twice
  const queue = fake.queue({ status: ["failed", "cancelled"], limit: 5 });
  act(() => queue.set(ready({ jobs: [aJob()], hasMore: true })));
  expect(result.current).toMatchObject({ hasMore: true, isLoading: false, error: null });
  expect(result.current.jobs).toHaveLength(1);
});

test("useJobs: more loads the next page", async () => {
  const { result, fake } = hookIn(() => useJobs());
  await act(() => result.current.more());
  expect(fake.calls.at(-1)?.name).toBe("more");
});

test.each(
  [
    ["useJobs", useJobs.bind(null, {}), "queue", { jobs: [], isLoading: false }],
    ["useCredits", useCredits, "credits", { balance: null, isLoading: false }],
    ["useModels", useModels, "models", { models: [], isLoading: false }],
    ["useProject", useProject.bind(null, "p"), "project:p", { project: null, isLoading: false }],
    ["useQueuePosition", useQueuePosition.bind(null, "1"), "position:1", null],
  ] as const,
)("%s listens while it is enabled, and not while it is not, any number of times", (_, hook, store, off) => {
  const { result, fake, rerender } = hookIn(({ enabled }) => hook({ enabled }), {
    initialProps: { enabled: false },
  });
  for (let round = 0; round < 3; round++) {
    if (off === null) expect(result.current).toBeNull();
    else expect(result.current).toMatchObject(off);
    expect(fake.listeners.get(store) ?? 0).toBe(0);
    rerender({ enabled: true });
    expect(fake.listeners.get(store)).toBe(1);
    rerender({ enabled: false });
  }
});

test("useCredits and useModels show what is read, and an error of reading it", () => {
  const { result, fake } = hookIn(() => ({ credits: useCredits(), models: useModels() }));
  act(() => {
    fake.credits.set(ready(90));
    fake.models.set(ready([aModel()]));
  });
  expect(result.current).toMatchObject({ credits: { balance: 90 }, models: { models: [{ name: "Ana" }] } });
  const refused = new Error("no");
  act(() => fake.credits.set(failed(refused)));
  expect(result.current.credits).toEqual({ balance: null, isLoading: false, error: refused });
});

test("useQueuePosition counts down", () => {
  const { result, fake } = hookIn(() => useQueuePosition("1"));
  expect(result.current).toBeNull();
  for (const position of [3, 2, 1]) {
    act(() => fake.position("1").set({ position, exact: true, highDemand: false }));
    expect(result.current?.position).toBe(position);
  }
});

test("useConnection tells how it stands, and connects anew", () => {
  const { result, fake } = hookIn(() => useConnection());
  expect(result.current).toMatchObject({ status: "live", via: "socket", reason: "joined" });
  act(() => fake.connection.set({ status: "offline", since: 5, reason: "no network", via: null }));
  expect(result.current).toMatchObject({ status: "offline", since: 5, reason: "no network" });
  result.current.retry();
  expect(fake.calls.at(-1)?.name).toBe("connection.retry");
});

test("useProject saves, and says so where there is nothing to save", async () => {
  const { result, fake, rerender } = hookIn(({ id }: { id: string | null }) => useProject(id), {
    initialProps: { id: "p" as string | null },
  });
  await result.current.save({ nodes: [] }, { name: "one" });
  expect(fake.calls.at(-1)).toEqual({ name: "save", args: [{ nodes: [] }, { name: "one" }] });
  rerender({ id: null });
  await expect(result.current.save({ nodes: [] })).rejects.toThrow("No project to save");
});

test("useTool reads the tools once for all who ask", async () => {
  const fake = fakeEsteira({ tools: [aTool()] });
  const { result } = hookIn(() => [useTool("upscaler"), useTool("none"), useTool(null)], { fake });
  await settle();
  expect(result.current).toMatchObject([{ tool: "upscaler" }, null, null]);
  hookIn(() => useTool("upscaler"), { fake });
  expect(fake.calls.filter(({ name }) => name === "tools").length).toBeLessThanOrEqual(2);
});
