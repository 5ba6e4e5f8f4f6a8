import { act } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import type { Publication } from "../../../../shared/rows/publication.ts";
import { aPublication, publicationId } from "../../testing/publications_fixture.ts";
import { fakeEsteira, ready } from "../fake_esteira_fixture.ts";
import { hookIn } from "../testing/render_in.tsx";
import { usePublicationStatus } from "./use_publication_status.ts";

const NOW = Date.parse("2026-11-26T12:00:00.000Z");
const [ONE, TWO, THREE] = [publicationId(1), publicationId(2), publicationId(3)];
const shown = (...publications: Publication[]) => ready({ publications, hasMore: false });

/** Made so many minutes before the clock of the test. */
const made = (id: string, minutes: number, change: Partial<Publication> = {}) =>
  aPublication({ id, created_at: new Date(NOW - minutes * 60_000).toISOString(), ...change });

// @acceptance 003:46, 003:162-187
test("it returns exactly what document 003 says, by what is published", () => {
  const { fake, result } = hookIn(() =>
    usePublicationStatus({ jobIds: [ONE, TWO], autoFetch: true, trackingDurationMinutes: 10 })
  );
  expect(result.current).toEqual({ jobs: [], statusByPlatform: {}, totalJobs: 0, completedJobs: 0 });
  const jobs = [
    made(ONE, 1, { status: "completed" }),
    made(TWO, 1, { option: "x_post", platform: "x", status: "processing" }),
  ];
  act(() => fake.publications([ONE, TWO]).set(shown(...jobs)));
  expect(result.current).toEqual({
    jobs,
    statusByPlatform: { instagram_feed: "completed", x_post: "processing" },
    totalJobs: 2,
    completedJobs: 1,
  });
});

// @acceptance 003:255
test("each change is a line in the document's words, the first read is none", () => {
  const { fake } = hookIn(() => usePublicationStatus({ jobIds: [ONE] }));
  const store = fake.publications([ONE]);
  act(() => store.set(shown(made(ONE, 1))));
  expect(fake.lines).toEqual([]);
  act(() => store.set(shown(made(ONE, 1, { status: "completed", version: 3 }))));
  expect(fake.lines).toEqual([{
    level: "debug",
    message: "[usePublicationStatus] Realtime update",
    details: { id: ONE, platform: "instagram_feed", status: "completed", version: 3 },
  }]);
});

test("without ids: those of the last minutes and those under way; what grows old on the screen leaves it", () => {
  vi.useFakeTimers({ now: NOW });
  try {
    const { fake, result } = hookIn(() => usePublicationStatus({ trackingDurationMinutes: 10 }));
    act(() =>
      fake.publications({ limit: 100 }).set(shown(
        made(ONE, 9, { status: "completed" }),
        made(TWO, 60, { status: "processing" }),
        made(THREE, 11, { status: "failed" }),
      ))
    );
    expect(result.current.jobs.map(({ id }) => id)).toEqual([ONE, TWO]);
    act(() => void vi.advanceTimersByTime(120_000));
    expect(result.current.jobs.map(({ id }) => id)).toEqual([TWO]);
  } finally {
    vi.useRealTimers();
  }
});

test("of several of one option the newest counts", () => {
  const { fake, result } = hookIn(() => usePublicationStatus({ jobIds: [ONE, TWO] }));
  act(() =>
    fake.publications([ONE, TWO]).set(
      shown(made(ONE, 1, { status: "failed" }), made(TWO, 9, { status: "completed" })),
    )
  );
  expect(result.current.statusByPlatform).toEqual({ instagram_feed: "failed" });
});

test("autoFetch false: what was there is not shown until it changes", () => {
  const fake = fakeEsteira();
  const store = fake.publications([ONE, TWO]);
  store.set(shown(made(ONE, 1), made(TWO, 1)));
  const { result } = hookIn(() => usePublicationStatus({ jobIds: [ONE, TWO], autoFetch: false }), { fake });
  expect(result.current.totalJobs).toBe(0);
  act(() => store.set(shown(made(ONE, 1), made(TWO, 1, { status: "processing", version: 2 }))));
  expect(result.current.jobs.map(({ id }) => id)).toEqual([TWO]);
});

test("no ids yet: nothing is listened to; ids may be another array at each render", () => {
  const { fake, rerender } = hookIn((jobIds: string[]) => usePublicationStatus({ jobIds }), {
    initialProps: [] as string[],
  });
  expect([...fake.listeners.values()].filter((count) => count > 0)).toEqual([]);
  for (let i = 0; i < 3; i++) rerender([ONE]);
  expect(fake.listeners.get(`publications${JSON.stringify([ONE])}`)).toBeGreaterThan(0);
  rerender([]);
  expect(fake.listeners.get(`publications${JSON.stringify([ONE])}`)).toBe(0);
});
