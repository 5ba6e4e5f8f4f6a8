/** Hooks and components on the client itself, on a server and a connection in the test's hands. */
import { act, fireEvent, render, screen as page } from "@testing-library/react";
import { StrictMode } from "react";
import { expect, test } from "vitest";
import { screen } from "../../testing/screen.ts";
import { JobCard } from "../components/job_card.tsx";
import { EsteiraProvider } from "./esteira_provider.tsx";
import { useCreateJob } from "./use_create_job.ts";
import { useJobs } from "./use_jobs.ts";

type Screen = ReturnType<typeof screen>;

function Page({ enabled = true }: { enabled?: boolean }) {
  const { jobs } = useJobs({}, { enabled });
  const { create, error, isPending } = useCreateJob("upscaler");
  return (
    <main data-pending={isPending}>
      <button type="button" onClick={() => create({ image: "u/a.png" })}>create</button>
      {error && <p>{error.message}</p>}
      {jobs.map((job) => <JobCard key={job.key} job={job} title={job.status} />)}
    </main>
  );
}

const app = ({ esteira }: Screen, enabled = true) => (
  <StrictMode>
    <EsteiraProvider client={esteira}>
      <Page enabled={enabled} />
    </EsteiraProvider>
  </StrictMode>
);
const pass = ({ clock }: Screen, ms = 0) => act(() => clock.pass(ms));
const titles = () => page.queryAllByRole("heading").map(({ textContent }) => textContent);

test("a double click is one job, shown once from the click to its end, in the same place of the page", async () => {
  const world = screen();
  render(app(world));
  await pass(world);
  const button = page.getByRole("button", { name: "create" });
  fireEvent.click(button);
  fireEvent.click(button);
  expect(titles()).toEqual(["pending"]);
  const card = page.getByRole("article");
  await pass(world);
  act(() => world.deliver());
  expect(world.server.jobs.size).toBe(1);
  const [id] = world.server.jobs.keys();
  for (const [step, title] of [["running", "processing"], ["failed", "failed"]] as const) {
    world.server.move(id ?? "", step, { error_message: "VRAM overflow" });
    act(() => world.deliver());
    expect(titles()).toEqual([title]);
  }
  expect(page.getByText("VRAM overflow")).toBeDefined();
  expect(page.getByRole("article")).toBe(card);
});

test("a refused create is told, and leaves the page", async () => {
  const world = screen();
  render(app(world));
  await pass(world);
  const refusal = { error: { code: "insufficient_credits", message: "10 credits are needed", details: {} } };
  world.server.fate = () => new Response(JSON.stringify(refusal), { status: 402 });
  fireEvent.click(page.getByRole("button", { name: "create" }));
  expect(titles()).toEqual(["pending"]);
  await pass(world, 1000);
  expect(titles()).toEqual([]);
  expect(page.getByText("10 credits are needed")).toBeDefined();
});

test("enabled flipped ten times holds one topic or none, and shows what there is each time", async () => {
  const world = screen();
  world.server.create({ tool: "upscaler" });
  const { rerender, unmount } = render(app(world, false));
  await pass(world);
  expect(world.link.held()).toEqual([]);
  for (let round = 0; round < 10; round++) {
    rerender(app(world, true));
    await pass(world);
    expect(titles()).toEqual(["pending"]);
    expect(world.link.held().filter((topic) => topic.startsWith("jobs:"))).toEqual(["jobs:user-1"]);
    rerender(app(world, false));
    await pass(world, 60_000);
    expect(titles()).toEqual([]);
    expect(world.link.held()).toEqual([]);
  }
  unmount();
});
