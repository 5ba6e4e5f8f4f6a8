import { act, fireEvent, screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import type { ClientJob } from "../../api/job.ts";
import { fakeEsteira, ready } from "../fake_esteira_fixture.ts";
import { aJob } from "../jobs_fixture.ts";
import { renderIn } from "../testing/render_in.tsx";
import { JobList } from "./job_list.tsx";

const COUNT = 120;
const idOf = (n: number) => `0199a1b2-0000-7000-8000-${String(n).padStart(12, "0")}`;
const jobs = (count: number) => Array.from({ length: count }, (_, n) => aJob({ id: idOf(n), progress: 0 }));
const shown = (jobs: readonly ClientJob[], hasMore = false) => ready({ jobs, hasMore });

test("the user's jobs, or in one's own words that there is none; older ones are asked for", () => {
  const fake = fakeEsteira();
  const { rerender } = renderIn(<JobList />, { fake, language: "en" });
  expect(screen.getByText("Loading…")).toBeTruthy();
  act(() => fake.queue().set(shown([])));
  expect(screen.getByText("No jobs yet.")).toBeTruthy();
  rerender(<JobList empty={<p>Go on!</p>} />);
  expect(screen.getByText("Go on!")).toBeTruthy();
  rerender(<JobList filter={{ tool: "upscaler" }} />);
  act(() => fake.queue({ tool: "upscaler" }).set(shown(jobs(2), true)));
  expect(screen.getAllByRole("article").length).toBe(2);
  fireEvent.click(screen.getByRole("button", { name: "Show more" }));
  expect(fake.calls.at(-1)?.name).toBe("more");
});

test("of many jobs, a change renders its own row, and rows come a few a frame", () => {
  vi.useFakeTimers();
  try {
    const fake = fakeEsteira();
    const rendered: string[] = [];
    const renderJob = (job: ClientJob) => {
      rendered.push(job.id);
      return <p data-testid="row">{job.progress}</p>;
    };
    const frame = () => act(() => vi.advanceTimersToNextFrame());
    renderIn(<JobList renderJob={renderJob} />, { fake });
    let now = jobs(COUNT);
    act(() => fake.queue().set(shown(now)));
    expect(screen.getAllByTestId("row").length).toBeLessThan(50);
    for (let frames = 0; frames < 8; frames++) frame();
    const rows = screen.getAllByTestId("row");
    expect(rows.length).toBe(COUNT);

    const change = (n: number, progress: number) => {
      now = now.with(n, { ...now[n] ?? aJob(), progress });
      act(() => fake.queue().set(shown(now)));
    };
    rendered.length = 0;
    for (const n of [3, 60, 119]) {
      change(n, 7);
      frame();
      expect(rows[n]?.textContent).toBe("7");
    }
    expect(new Set(rendered)).toEqual(new Set([idOf(3), idOf(60), idOf(119)]));

    rendered.length = 0;
    for (let progress = 10; progress < 20; progress++) change(5, progress);
    frame();
    expect(rows[5]?.textContent).toBe("19");
    expect(rendered.length).toBeLessThanOrEqual(4); // the first at once, the rest together, twice each in StrictMode

    rendered.length = 0;
    now = [aJob({ id: idOf(COUNT), progress: 1 }), ...now];
    act(() => fake.queue().set(shown(now)));
    frame();
    frame();
    expect(new Set(rendered).size).toBeLessThanOrEqual(2); // the new one, and the last, which has waited for a frame
    expect(screen.getAllByTestId("row").length).toBe(COUNT + 1);
  } finally {
    vi.useRealTimers();
  }
});

test("nothing is asked about a row until it is near", () => {
  let look: IntersectionObserverCallback = () => {};
  const seen: Element[] = [];
  vi.stubGlobal(
    "IntersectionObserver",
    class {
      constructor(callback: IntersectionObserverCallback) {
        look = callback;
      }
      observe(element: Element) {
        seen.push(element);
      }
      unobserve() {}
    },
  );
  const fake = fakeEsteira();
  renderIn(<JobList />, { fake });
  act(() => fake.queue().set(shown(jobs(2))));
  const asked = (n: number) => fake.listeners.get(`position:${idOf(n)}`) ?? 0;
  expect([asked(0), asked(1)]).toEqual([0, 0]);
  const rows = screen.getAllByRole("listitem");
  const of = (target: Element | undefined, isIntersecting: boolean) => [{ target, isIntersecting }] as never;
  act(() => look(of(rows[1], true), {} as never));
  expect([asked(0), asked(1)]).toEqual([0, 1]);
});
