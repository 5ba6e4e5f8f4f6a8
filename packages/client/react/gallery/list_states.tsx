/** The user's jobs as a list, in each of its states. */
import { JobList } from "../components/job_list.tsx";
import { failed, ready } from "../fake_esteira_fixture.ts";
import type { ClientJob, Loaded, QueueSnapshot } from "../../api/job.ts";
import { aJob, anOutput } from "../jobs_fixture.ts";
import type { GalleryState } from "./gallery_state.ts";
import { PICTURE } from "./samples.ts";

const idOf = (n: number) => `0199a1b2-0000-7000-8000-${String(n).padStart(12, "0")}`;
const WAITS = idOf(4);

/** Newest first: what was just clicked, what waits, what runs, what has come out, and what has not. */
const JOBS: readonly ClientJob[] = [
  aJob({ id: idOf(5), tool: "image", current_step: "insert", isCreating: true }),
  aJob({ id: WAITS }),
  aJob({ id: idOf(3), status: "processing", current_step: "running", version: 4, progress: 45 }),
  aJob({
    id: idOf(2),
    tool: "image",
    status: "completed",
    current_step: "completed",
    version: 7,
    output: anOutput([{ path: "u/j/1.png", content_type: "image/svg+xml", signedUrl: PICTURE }]),
  }),
  aJob({
    id: idOf(1),
    tool: "video_upscaler",
    status: "failed",
    current_step: "failed",
    failed_at_step: "running",
    error_code: "805",
    error_message: "VRAM overflow: image too large",
    refund: "paid",
    version: 6,
  }),
].map((job, minutes) => ({
  ...job,
  created_at: new Date(Date.parse("2026-11-26T12:09:00.000Z") - minutes * 60_000).toISOString(),
}));

const list = (name: string, snapshot?: Loaded<QueueSnapshot>): GalleryState => ({
  name: `job-list/${name}`,
  client(fake) {
    if (snapshot) fake.queue().set(snapshot);
    fake.position(WAITS).set({ position: 2, exact: true, highDemand: false });
  },
  render: () => <JobList />,
});

export const LIST_STATES: readonly GalleryState[] = [
  list("mixed", ready({ jobs: JOBS, hasMore: true })),
  list("loading"),
  list("empty", ready({ jobs: [], hasMore: false })),
  list(
    "refused",
    failed(
      Object.assign(new Error("The database is not there."), { code: "database_unavailable", details: {} }),
    ),
  ),
];
