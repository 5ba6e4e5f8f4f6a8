import { act } from "@testing-library/react";
import { expect, test } from "vitest";
import { failed, fakeEsteira, ready } from "../fake_esteira_fixture.ts";
import { aJob } from "../jobs_fixture.ts";
import { hookIn } from "../testing/render_in.tsx";
import { useJob } from "./use_job.ts";

test("a job is loading until it is read, then shown, and shown anew with each change", () => {
  const { result, fake } = hookIn(() => useJob("1"));
  expect(result.current).toEqual({ job: null, isLoading: true, error: null });
  act(() => fake.job("1").set(ready(aJob({ id: "1" }))));
  expect(result.current.job?.status).toBe("pending");
  act(() => fake.job("1").set(ready(aJob({ id: "1", status: "completed", version: 2 }))));
  expect(result.current).toMatchObject({ job: { status: "completed" }, isLoading: false });
});

test("a job that is not there is an error", () => {
  const { result, fake } = hookIn(() => useJob("1"));
  const gone = new Error("not there");
  act(() => fake.job("1").set(failed(gone)));
  expect(result.current).toEqual({ job: null, isLoading: false, error: gone });
});

test("enabled may flip any number of times: each time it listens, or does not", () => {
  const { result, fake, rerender } = hookIn(({ enabled }) => useJob("1", { enabled }), {
    initialProps: { enabled: false },
  });
  act(() => fake.job("1").set(ready(aJob({ id: "1" }))));
  for (let round = 0; round < 3; round++) {
    expect(result.current).toEqual({ job: null, isLoading: false, error: null });
    expect(fake.listeners.get("job:1") ?? 0).toBe(0);
    rerender({ enabled: true });
    expect(result.current.job?.id).toBe("1");
    expect(fake.listeners.get("job:1")).toBe(1);
    act(() => fake.job("1").set(ready(aJob({ id: "1", version: round + 2 }))));
    expect(result.current.job?.version).toBe(round + 2);
    rerender({ enabled: false });
  }
});

test("another id is another job at once, and the old one is let go of", () => {
  const { result, fake, rerender } = hookIn(({ id }: { id: string | null }) => useJob(id), {
    initialProps: { id: "1" as string | null },
  });
  act(() => {
    fake.job("1").set(ready(aJob({ id: "1" })));
    fake.job("2").set(ready(aJob({ id: "2" })));
  });
  rerender({ id: "2" });
  expect(result.current.job?.id).toBe("2");
  expect(fake.listeners.get("job:1")).toBe(0);
  rerender({ id: null });
  expect(result.current).toEqual({ job: null, isLoading: false, error: null });
  expect(fake.listeners.get("job:2")).toBe(0);
});

test("a handle is shown from the click on", () => {
  const fake = fakeEsteira();
  const handle = fake.client.jobs.create("upscaler", { image: "a.png" });
  const { result } = hookIn(() => useJob(handle), { fake });
  expect(result.current.job?.isCreating).toBe(true);
  act(() => fake.creates[0]?.confirm("7"));
  expect(result.current.job).toMatchObject({ id: "7", isCreating: false });
});

test("nothing listens any more when the component is gone", () => {
  const { fake, unmount } = hookIn(() => useJob("1"));
  expect(fake.listeners.get("job:1")).toBe(1);
  unmount();
  expect(fake.listeners.get("job:1")).toBe(0);
});
