import { act } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { fakeEsteira } from "../fake_esteira_fixture.ts";
import { aJob, JOB_ID } from "../jobs_fixture.ts";
import { hookIn } from "../testing/render_in.tsx";
import { useFallbackPolling } from "./use_fallback_polling.ts";

beforeEach(() => void vi.useFakeTimers());
const fiveSeconds = () => act(() => vi.advanceTimersByTimeAsync(5000));
const texts = (fake: ReturnType<typeof fakeEsteira>) => fake.lines.map(({ message }) => message);

// @acceptance 002:309-345
test("it asks every 5 s, writes document 002's lines, and stops when the job has ended", async () => {
  const onFinished = vi.fn();
  const { result, fake } = hookIn(() => useFallbackPolling(JOB_ID, true, { onFinished }));
  expect(result.current).toEqual({ job: null, isPolling: true });
  expect(texts(fake)).toContain("[POLLING] Starting fallback polling:");
  fake.lines.length = 0;
  fake.answers.get = (id) => Promise.resolve(aJob({ id, status: "processing", current_step: "running" }));
  await fiveSeconds();
  expect(texts(fake)).toEqual(["[POLLING] Checking job status:"]);
  expect(result.current).toMatchObject({ job: { status: "processing" }, isPolling: true });
  fake.answers.get = (id) => Promise.resolve(aJob({ id, status: "completed", current_step: "completed" }));
  await fiveSeconds();
  expect(texts(fake).slice(1)).toEqual([
    "[POLLING] Checking job status:",
    "[POLLING] Job finished, stopping polling:",
  ]);
  expect(result.current).toMatchObject({ job: { status: "completed" }, isPolling: false });
  expect(onFinished).toHaveBeenCalledTimes(1);
  await fiveSeconds();
  expect(fake.calls.filter(({ name }) => name === "get")).toHaveLength(2);
});

test("an error is told, and it goes on; when it is no longer needed, it cleans up", async () => {
  const { fake, rerender } = hookIn(({ isGenerating }) => useFallbackPolling(JOB_ID, isGenerating), {
    initialProps: { isGenerating: true },
  });
  fake.answers.get = () => Promise.reject(new Error("network"));
  await fiveSeconds();
  await fiveSeconds();
  expect(texts(fake).filter((line) => line === "[POLLING] Error checking job:")).toHaveLength(2);
  rerender({ isGenerating: false });
  expect(texts(fake).at(-1)).toBe("[POLLING] Cleanup:");
  await fiveSeconds();
  expect(texts(fake).at(-1)).toBe("[POLLING] Cleanup:");
});

test("nothing is asked without an id, before it is generating, or while nobody looks", async () => {
  const { fake, rerender } = hookIn(
    ({ id, isGenerating }: { id?: string; isGenerating: boolean }) => useFallbackPolling(id, isGenerating),
    { initialProps: { isGenerating: true } as { id?: string; isGenerating: boolean } },
  );
  await fiveSeconds();
  rerender({ id: JOB_ID, isGenerating: false });
  await fiveSeconds();
  vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
  rerender({ id: JOB_ID, isGenerating: true });
  await fiveSeconds();
  expect(fake.calls).toEqual([]);
});

test("a provider's request id finds its job, which is then asked for by its own", async () => {
  const asked: unknown[] = [];
  const query = {
    select: () => query,
    eq: (...args: unknown[]) => (asked.push(args), query),
    order: () => query,
    limit: () => Promise.resolve({ data: [{ id: JOB_ID }], error: null }),
  };
  const fake = fakeEsteira({ supabase: { from: () => query } });
  const { result } = hookIn(() => useFallbackPolling("2009182736450192384", true), { fake });
  await fiveSeconds();
  await fiveSeconds();
  expect(asked).toEqual([["request_id", "2009182736450192384"]]);
  expect(fake.calls.map(({ args }) => args)).toEqual([[JOB_ID], [JOB_ID]]);
  expect(result.current.job?.id).toBe(JOB_ID);
});
