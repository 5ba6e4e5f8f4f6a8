import { act } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { fakeEsteira } from "../fake_esteira_fixture.ts";
import { RECONNECT, saying, SLOW, WAITING } from "../gallery/why_fixture.ts";
import { hookIn } from "../testing/render_in.tsx";
import { settle } from "../testing/settle.ts";
import { useWhy, type WhyOptions } from "./use_why.ts";

beforeEach(() => void vi.useFakeTimers());
const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));

/** A database that says one thing after the other. */
function telling(...answers: Parameters<typeof saying>[0][]) {
  const asked: unknown[] = [];
  let at = 0;
  const rpc = (name: string, args: unknown) => {
    asked.push([name, args]);
    return saying(answers[Math.min(at++, answers.length - 1)] ?? {}).rpc(name, args);
  };
  return { asked, fake: fakeEsteira({ supabase: { rpc } }) };
}
const shown = (fake: ReturnType<typeof fakeEsteira>, jobId: string | null, initialProps: WhyOptions = {}) =>
  hookIn((options: WhyOptions) => useWhy(jobId, options), { fake, initialProps });

test("it says in order why a job stands where it stands", async () => {
  const { fake, asked } = telling({ why: [SLOW, WAITING] });
  const { result } = shown(fake, "1");
  expect(result.current).toMatchObject({ reasons: null, isLoading: true, error: null });
  await settle();
  expect(result.current).toMatchObject({ reasons: [SLOW, WAITING], isLoading: false });
  expect(asked.at(-1)).toEqual(["why", { p_job_id: "1" }]);
});

test("it asks again by and by, at once for another version, and when it is told to", async () => {
  const { fake, asked } = telling({ why: [WAITING] }, { why: [WAITING] }, { why: [SLOW] });
  const { result, rerender } = shown(fake, "1", { version: 1 });
  await settle();
  const before = asked.length;
  await pass(14_999);
  expect(asked).toHaveLength(before);
  await pass(1);
  expect(asked).toHaveLength(before + 1);
  rerender({ version: 2 });
  expect(result.current.reasons).not.toBeNull();
  await settle();
  expect(asked).toHaveLength(before + 2);
  expect(result.current.reasons).toEqual([SLOW]);
  await settle(() => result.current.again());
  expect(asked).toHaveLength(before + 3);
  rerender({ version: 2, every: null });
  await settle();
  const last = asked.length;
  await pass(60_000);
  expect(asked).toHaveLength(last);
});

test("it asks nobody while nobody looks", async () => {
  const { fake, asked } = telling({ why: [WAITING] });
  shown(fake, "1");
  await settle();
  const before = asked.length;
  const hidden = vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
  await pass(60_000);
  expect(asked).toHaveLength(before);
  hidden.mockRestore();
  await pass(15_000);
  expect(asked).toHaveLength(before + 1);
});

test("nothing is asked without a job, when it is not enabled, or once nobody listens", async () => {
  const { fake, asked } = telling({ why: [RECONNECT] });
  shown(fake, null);
  const { unmount } = shown(fake, "1", { enabled: false });
  await settle();
  expect(asked).toEqual([]);
  unmount();
  const other = shown(fake, "1");
  await settle();
  other.unmount();
  const before = asked.length;
  await pass(60_000);
  expect(asked).toHaveLength(before);
});

test("what is refused is an error", async () => {
  const { fake } = telling({});
  const { result } = shown(fake, "1");
  await settle();
  expect(result.current).toMatchObject({ reasons: null, isLoading: false });
  expect(result.current.error?.message).toBe("not_found");
});
