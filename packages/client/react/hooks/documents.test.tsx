/** The hooks that documents 000, 001 and 002 name. */
import { act } from "@testing-library/react";
import { settle } from "../testing/settle.ts";
import { expect, test, vi } from "vitest";
import type { FalJob } from "../../../../shared/rows/documents.ts";
import { fakeEsteira, ready } from "../fake_esteira_fixture.ts";
import { aJob, aModel } from "../jobs_fixture.ts";
import { hookIn } from "../testing/render_in.tsx";
import { useAiJobRealtime } from "./use_ai_job_realtime.ts";
import { useProjectRealtime } from "./use_project_realtime.ts";
import { useQueueMonitor } from "./use_queue_monitor.ts";
import { useRealtimeSubscription } from "./use_realtime_subscription.ts";
import { useRealtimeUpdates } from "./use_realtime_updates.ts";

type Fake = ReturnType<typeof fakeEsteira>;
const messages = (fake: Fake) => fake.lines.map(({ message }) => message);
const count = (fake: Fake, line: string) => messages(fake).filter((message) => message === line).length;

// @acceptance 000:57-62
test("useAiJobRealtime says what the checklist of document 000 looks for in the console", () => {
  const { fake } = hookIn(() => useAiJobRealtime("7"));
  expect(messages(fake)).toContain("[useAiJobRealtime] Subscribing to channel: ai_job:7");
  expect(messages(fake)).toContain("[useAiJobRealtime] Subscription status: SUBSCRIBED");
  act(() => fake.job("7").set(ready(aJob({ id: "7" }))));
  const last = fake.lines.at(-1);
  expect(last?.message).toBe("[useAiJobRealtime] Received update:");
  expect(last?.details).toMatchObject({ id: "7", status: "PENDING" });
});

// @acceptance 000:110
test("useAiJobRealtime goes from PENDING over STARTED and PROCESSING to COMPLETED", () => {
  const { result, fake } = hookIn(() => useAiJobRealtime("7"));
  expect(result.current).toMatchObject({ status: null, isLoading: true, isSubscribed: true });
  const seen = [
    aJob({ id: "7", lane: "pull" }),
    aJob({ id: "7", version: 2, status: "processing", current_step: "running" }),
    aJob({ id: "7", version: 3, status: "processing", current_step: "running", progress: 40 }),
    aJob({ id: "7", version: 4, status: "completed", current_step: "completed", progress: 100 }),
  ].map((job) => {
    act(() => fake.job("7").set(ready(job)));
    return [result.current.status, result.current.progress];
  });
  expect(seen).toEqual([["PENDING", null], ["STARTED", null], ["PROCESSING", 40], ["COMPLETED", 100]]);
});

test("useAiJobRealtime tells when it is not subscribed, and flips with enabled", () => {
  const { result, fake, rerender } = hookIn(({ enabled }) => useAiJobRealtime("7", { enabled }), {
    initialProps: { enabled: false },
  });
  expect(fake.lines).toEqual([]);
  for (let round = 0; round < 2; round++) {
    rerender({ enabled: true });
    expect(result.current.isSubscribed).toBe(true);
    rerender({ enabled: false });
    expect(result.current).toMatchObject({ isSubscribed: false, isLoading: false, job: null });
  }
  rerender({ enabled: true });
  act(() => fake.connection.set({ status: "polling", since: 1, reason: "CHANNEL_ERROR: gone", via: null }));
  expect(result.current.isSubscribed).toBe(false);
  expect(messages(fake).at(-1)).toBe("[useAiJobRealtime] Subscription status: polling (CHANNEL_ERROR: gone)");
});

const added: Omit<FalJob, "userId"> = {
  id: "7",
  requestId: null,
  status: "pending",
  type: "image",
  modelId: "google/nano-banana",
  input: { prompt: "a sunset" },
  createdAt: "2026-11-26T12:00:01.000Z",
  completedAt: null,
  result: null,
  error: null,
};
const monitorQueue = (fake: Fake) => fake.queue({ limit: 100 });
const image = (change: Parameters<typeof aJob>[0]) => aJob({ tool: "image", lane: "kie", ...change });

// @acceptance 002:39
test("useQueueMonitor has the jobs of document 002, in its shape", () => {
  const { result, fake } = hookIn(() => useQueueMonitor());
  expect(result.current).toMatchObject({ jobs: [], isLoading: true });
  act(() => monitorQueue(fake).set(ready({ jobs: [image({ id: "1" }), aJob({ id: "2" })], hasMore: false })));
  expect(result.current.jobs).toMatchObject([{ id: "1", requestId: null, type: "image", status: "pending" }]);
});

// @acceptance 002:210-228, 002:585, 002:590
test("addJobOptimistically shows a job at once, and once: whatever tells of it next, by id or by request id", () => {
  const { result, fake } = hookIn(() => useQueueMonitor());
  act(() => monitorQueue(fake).set(ready({ jobs: [], hasMore: false })));
  act(() => {
    result.current.addJobOptimistically(added);
    result.current.addJobOptimistically(added);
    result.current.addJobOptimistically({ ...added, id: "temporary", requestId: "r-1" });
  });
  expect(result.current.jobs.map(({ id }) => id).sort()).toEqual(["7", "temporary"]);
  act(() =>
    monitorQueue(fake).set(
      ready({
        jobs: [image({ id: "7", model_id: "m" }), image({ id: "8", request_id: "r-1" })],
        hasMore: false,
      }),
    )
  );
  expect(result.current.jobs.map(({ id }) => id).sort()).toEqual(["7", "8"]);
  expect(result.current.jobs.find(({ id }) => id === "7")?.modelId).toBe("m");
});

// @acceptance 002:39, 002:57, 002:589
test("handleJobUpdate takes over what reached the app in another way, and nothing goes backwards", () => {
  const { result, fake } = hookIn(() => useQueueMonitor());
  act(() => monitorQueue(fake).set(ready({ jobs: [image({ id: "7" })], hasMore: false })));
  const completed: FalJob = {
    ...added,
    userId: "u",
    status: "completed",
    result: { images: [{ url: "x" }] },
  };
  act(() => result.current.handleJobUpdate({ type: "UPDATE", new: completed }));
  expect(result.current.jobs).toMatchObject([{ id: "7", status: "completed" }]);
  act(() => result.current.handleJobUpdate({ type: "UPDATE", new: { ...added, userId: "u" } }));
  expect(result.current.jobs).toMatchObject([{ id: "7", status: "completed" }]);
  act(() => result.current.handleJobUpdate({ type: "INSERT", new: { ...completed, id: "9" } }));
  act(() => result.current.handleJobUpdate({ type: "DELETE", old: { id: "9", status: "completed" } }));
  expect(result.current.jobs.map(({ id }) => id)).toEqual(["7"]);
});

// @acceptance 002:150-187
test("handleJobUpdate writes the three lines of document 002", () => {
  const { result, fake } = hookIn(() => useQueueMonitor());
  act(() => result.current.handleJobUpdate({ type: "INSERT", new: { ...added, userId: "u" } }));
  expect(fake.lines).toMatchObject([
    {
      message: "[REALTIME] Job update received:",
      details: { type: "INSERT", jobId: "7", newStatus: "pending", hasNew: true, hasOld: false, userId: "u" },
    },
    { message: "[REALTIME] Current jobs state:", details: { count: 0, jobIds: [] } },
    {
      message: "[REALTIME] Updated jobs state:",
      details: { count: 1, jobIds: ["7"], wasAdded: true, wasRemoved: false },
    },
  ]);
});

const project = (version: number) => ({
  id: "p",
  name: null,
  version,
  content: { nodes: [{ id: "n", data: { status: `v${version}` } }] },
  updatedAt: "2026-11-26T12:00:00.000Z",
});

// @acceptance 002:65-67, 002:266-305, 002:495-496, 002:564
test("useProjectRealtime has the project itself, and revalidates SWR's key with each change but the first read", async () => {
  const mutate = vi.fn();
  const { result, fake } = hookIn(() => useProjectRealtime("p", { mutate }));
  act(() => fake.project("p").set(ready(project(1))));
  expect(result.current.project?.version).toBe(1);
  expect(mutate).not.toHaveBeenCalled();
  await settle(() => fake.project("p").set(ready(project(2))));
  expect(result.current.project?.content.nodes[0]?.data).toEqual({ status: "v2" });
  expect(mutate.mock.calls).toEqual([["/api/projects/p"]]);
  expect(messages(fake)).toEqual([
    "[REALTIME] Calling mutate() for project:",
    "[REALTIME] mutate() called successfully:",
  ]);
});

test("useProjectRealtime marks a TanStack key as stale, and says when that failed", async () => {
  const queryClient = { invalidateQueries: vi.fn(() => Promise.reject(new Error("no"))) };
  const { fake } = hookIn(() => useProjectRealtime("p", { queryClient, key: ["project", "p"] }));
  act(() => fake.project("p").set(ready(project(1))));
  await settle(() => fake.project("p").set(ready(project(2))));
  expect(queryClient.invalidateQueries.mock.calls).toEqual([[{ queryKey: ["project", "p"] }]]);
  expect(fake.lines.at(-1)).toMatchObject({
    level: "error",
    message: "[REALTIME] mutate() failed:",
    details: { error: "no" },
  });
});

const models = (...all: Parameters<typeof aModel>[0][]) => ready(all.map(aModel));

// @acceptance 001:86-99
test("useRealtimeUpdates tells of each change of a model, and of none that was only read", () => {
  const onModelStatusChange = vi.fn();
  const { fake } = hookIn(() => useRealtimeUpdates({ onModelStatusChange }));
  act(() => fake.models.set(models({ id: "m" })));
  expect(onModelStatusChange).not.toHaveBeenCalled();
  act(() => fake.models.set(models({ id: "m", status: "READY", progress: 100, version: 2 })));
  expect(onModelStatusChange.mock.calls).toMatchObject([["m", "READY", { progress: 100 }]]);
  expect(fake.lines.at(-1)).toMatchObject({
    message: "📥 [useRealtimeUpdates] SSE event parsed:",
    details: { type: "model_status_changed", modelId: "m", status: "READY" },
  });
  act(() => fake.models.set(models({ id: "m", status: "READY", progress: 100, version: 2, name: "Bia" })));
  expect(onModelStatusChange).toHaveBeenCalledTimes(1);
});

// @acceptance 001:63
test("useRealtimeUpdates calls the stream by its name, and nothing else a stream", () => {
  const onConnected = vi.fn();
  const { fake } = hookIn(() => useRealtimeUpdates({ onConnected }));
  expect(onConnected).toHaveBeenCalled();
  const line = "✅ SSE connection opened - event-driven system active";
  expect(count(fake, line)).toBe(0);
  act(() => fake.connection.set({ status: "catching_up", since: 1, reason: "", via: null }));
  act(() => fake.connection.set({ status: "live", since: 2, reason: "joined", via: "sse" }));
  expect(count(fake, line)).toBe(1);
});

test("useRealtimeUpdates tells of jobs that are made and that change, once each, and not of an older page", () => {
  const onJobUpdate = vi.fn();
  const { fake } = hookIn(() => useRealtimeUpdates({ onJobUpdate }));
  const queue = fake.queue({ limit: 100 });
  const at = (minute: number) => `2026-11-26T12:0${minute}:00.000Z`;
  const one = aJob({ id: "1", created_at: at(1) });
  act(() => queue.set(ready({ jobs: [one], hasMore: true })));
  act(() =>
    queue.set(ready({ jobs: [aJob({ id: "k", isCreating: true, created_at: at(2) }), one], hasMore: true }))
  );
  expect(onJobUpdate).not.toHaveBeenCalled();
  act(() => queue.set(ready({ jobs: [aJob({ key: "k", id: "2", created_at: at(2) }), one], hasMore: true })));
  act(() =>
    queue.set(
      ready({
        jobs: [aJob({ key: "k", id: "2", created_at: at(2) }), one, aJob({ id: "0", created_at: at(0) })],
        hasMore: true,
      }),
    )
  );
  expect(onJobUpdate.mock.calls.map(([id, status]) => [id, status])).toEqual([["2", "pending"]]);
});

// @acceptance 002:450-474
test("useRealtimeSubscription hears a topic, tells of errors with their type, and forgets them when it is joined", () => {
  const onMessage = vi.fn();
  const onError = vi.fn();
  const { result, fake, rerender, unmount } = hookIn(
    ({ enabled }) =>
      useRealtimeSubscription({ topic: "jobs:u", event: "INSERT", onMessage, onError, enabled }),
    { initialProps: { enabled: true } },
  );
  expect(fake.listens).toHaveLength(1);
  fake.listens[0]?.message({ new: { id: "7" } });
  expect(onMessage.mock.calls).toEqual([[{ new: { id: "7" } }, "INSERT"]]);
  act(() => fake.listens[0]?.state({ status: "CHANNEL_ERROR", error: new Error("no right") }));
  expect(result.current.error).toMatchObject({ type: "CHANNEL_ERROR", message: "no right" });
  expect(onError).toHaveBeenCalledTimes(1);
  result.current.retry();
  expect(fake.calls.at(-1)?.name).toBe("connection.retry");
  act(() => fake.listens[0]?.state({ status: "SUBSCRIBED" }));
  expect(result.current.error).toBeNull();
  for (const enabled of [false, true, false]) {
    rerender({ enabled });
    expect(fake.listens).toHaveLength(enabled ? 1 : 0);
  }
  unmount();
  expect(fake.listens).toHaveLength(0);
});
