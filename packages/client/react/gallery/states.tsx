/** Every component in each of its states: for the gallery's page, for axe, and for pictures in the docs. */
import { ConnectionBadge } from "../components/connection_badge.tsx";
import { JobCard } from "../components/job_card.tsx";
import { JobDebugModal } from "../components/job_debug_modal.tsx";
import { JobStepIndicator } from "../components/job_step_indicator.tsx";
import { JobToasts } from "../components/job_toasts.tsx";
import { UploadDropzone } from "../components/upload_dropzone.tsx";
import { type Fake, fakeEsteira, ready } from "../fake_esteira_fixture.ts";
import type { ClientJob } from "../../api/job.ts";
import type { ConnectionStatus } from "../../api/connection.ts";
import { aHistory, aJob, anOutput, aTool } from "../jobs_fixture.ts";
import { adminOf, RAW_ATTEMPTS } from "./admin_fixture.ts";
import type { GalleryState } from "./gallery_state.ts";
import { LIST_STATES } from "./list_states.tsx";
import { POSTING_STATES } from "./posting_states.tsx";
import { PUBLISHING_STATES } from "./publishing_states.tsx";
import { PHOTO, PICTURE, SOUND } from "./samples.ts";
import { DIAGNOSIS, FAILED as HAS_FAILED, saying, SLOW, WAITING } from "./why_fixture.ts";

const TYPES = ["image/png", "image/jpeg", "image/webp", "image/svg+xml"];
const tools = [
  aTool({ files: { image: { types: TYPES, max_bytes: 30_000_000, max_count: 1 } } }),
  aTool({ tool: "image", lane: "kie", titles: { en: "Image", "pt-BR": "Imagem" } }),
  aTool({ tool: "video_upscaler", titles: { en: "Video upscaler", "pt-BR": "Ampliador de vídeo" } }),
  aTool({ tool: "speech", lane: "openai", titles: { en: "Speech", "pt-BR": "Fala" } }),
];
export const galleryFake = () => fakeEsteira({ tools });

const RUNNING = { status: "processing", current_step: "running", version: 4 } as const;
const FAILED = {
  status: "failed",
  current_step: "failed",
  failed_at_step: "running",
  version: 6,
  completed_at: "2026-11-26T12:03:41.000Z",
  step_history: aHistory(
    ["upload", 0],
    ["insert", 1.2],
    ["credits", 0.1],
    ["queued", 0.1],
    ["starting", 64],
    ["running", 3],
    [
      "failed",
      153,
    ],
  ),
} as const satisfies Partial<ClientJob>;
const VRAM = { error_code: "805", error_message: "VRAM overflow: image too large", refund: "paid" } as const;
const COMPLETED = { status: "completed", current_step: "completed", version: 7 } as const;

const indicator = (name: string, job: Partial<ClientJob>, more = {}): GalleryState => ({
  name: `step-indicator/${name}`,
  render: () => <JobStepIndicator job={aJob(job)} {...more} />,
});

const card = (name: string, job: Partial<ClientJob>, client?: (fake: Fake) => void): GalleryState => ({
  name: `job-card/${name}`,
  ...client && { client },
  render: () => <JobCard job={aJob(job)} />,
});

const badge = (status: ConnectionStatus): GalleryState => ({
  name: `connection-badge/${status}`,
  client: (fake) =>
    fake.connection.set({ status, since: 0, reason: "joined", via: status === "live" ? "socket" : null }),
  render: () => <ConnectionBadge />,
});

export const STATES: readonly GalleryState[] = [
  indicator("creating", { current_step: "insert", isCreating: true }),
  indicator("queued", {}, { position: 2, highDemand: true }),
  indicator("scheduled", { run_at: "2026-11-27T09:00:00.000Z" }),
  indicator("starting", { ...RUNNING, current_step: "starting" }),
  indicator("running", { ...RUNNING, progress: 45 }),
  indicator("estimated", { ...RUNNING, progress: 45, progress_is_estimate: true }),
  indicator("unknown-progress", RUNNING),
  indicator("finishing", { ...RUNNING, current_step: "webhook_received", progress: 100 }),
  indicator("completed", COMPLETED),
  indicator("failed", { ...FAILED, ...VRAM }),
  indicator("refused", { ...FAILED, error_code: "1501", error_message: "Content blocked by safety review" }),
  indicator("cancelled", { status: "cancelled", current_step: "cancelled" }),

  card("queued", {}, (fake) =>
    fake.position("0199a1b2-0000-7000-8000-000000000001").set({
      position: 2,
      exact: true,
      highDemand: true,
    })),
  card("running", { ...RUNNING, progress: 45, progress_is_estimate: true }),
  card("image", {
    ...COMPLETED,
    output: anOutput([{ path: "u/j/1.png", content_type: "image/svg+xml", signedUrl: PICTURE }]),
  }),
  card("images", {
    ...COMPLETED,
    tool: "image",
    output: anOutput(
      [1, 2, 3, 4].map((n) => ({ path: `u/j/${n}.png`, content_type: "image/svg+xml", signedUrl: PICTURE })),
    ),
  }),
  card("video", {
    ...COMPLETED,
    tool: "video_upscaler",
    output: anOutput([{ path: "u/j/1.mp4", content_type: "video/mp4", signedUrl: "data:video/mp4;base64," }]),
  }),
  card("audio", {
    ...COMPLETED,
    tool: "speech",
    output: anOutput([{ path: "u/j/1.wav", content_type: "audio/wav", signedUrl: SOUND }]),
  }),
  {
    name: "job-card/slow",
    fake: () => fakeEsteira({ tools, supabase: saying({ why: [SLOW] }) }),
    render: () => <JobCard job={aJob({ ...RUNNING, progress: 45 })} />,
  },
  {
    name: "job-card/waiting-long",
    fake: () => fakeEsteira({ tools, supabase: saying({ why: [WAITING] }) }),
    client: (fake) =>
      fake.position("0199a1b2-0000-7000-8000-000000000001").set({
        position: 12,
        exact: true,
        highDemand: true,
      }),
    render: () => <JobCard job={aJob()} />,
  },
  card("expired", { ...COMPLETED, output: { files: [], expired_at: "2026-11-20T00:00:00.000Z" } }),
  card("failed", { ...FAILED, ...VRAM }),
  card("failed-refund-due", {
    ...FAILED,
    error_code: "deadline_exceeded",
    error_message: "No result in 30 minutes",
    refund: "due",
  }),
  card("cancelled-withheld", { status: "cancelled", current_step: "cancelled", refund: "withheld" }),

  ...LIST_STATES,

  {
    name: "debug-modal/user",
    isOver: true,
    fake: () => fakeEsteira({ tools, supabase: { ...adminOf(null), ...saying({ why: [HAS_FAILED] }) } }),
    client: (fake) =>
      fake.job("1").set(ready(aJob({ id: "1", ...FAILED, ...VRAM, request_id: "1904152026220003329" }))),
    render: () => <JobDebugModal isOpen onClose={() => {}} jobId="1" tableName="upscaler_jobs" />,
  },
  {
    name: "debug-modal/waiting",
    isOver: true,
    fake: () => fakeEsteira({ tools, supabase: { ...adminOf(null), ...saying({ why: [SLOW, WAITING] }) } }),
    client: (fake) => fake.job("1").set(ready(aJob({ id: "1" }))),
    render: () => <JobDebugModal isOpen onClose={() => {}} jobId="1" />,
  },
  {
    name: "debug-modal/admin",
    isOver: true,
    fake: () =>
      fakeEsteira({
        tools,
        supabase: { ...adminOf(RAW_ATTEMPTS), ...saying({ why: [HAS_FAILED], diagnosis: DIAGNOSIS }) },
      }),
    client: (fake) =>
      fake.job("1").set(ready(aJob({ id: "1", ...FAILED, ...VRAM, request_id: "1904152026220003329" }))),
    render: () => <JobDebugModal isOpen onClose={() => {}} jobId="1" />,
  },

  { name: "dropzone/idle", render: () => <UploadDropzone tool="upscaler" /> },
  {
    name: "dropzone/uploading",
    render: () => <UploadDropzone tool="upscaler" />,
    after: (fake, shown) => {
      choose(shown, PHOTO);
      fake.uploads.at(-1)?.progress(PHOTO.size * 0.62);
    },
  },
  {
    name: "dropzone/done",
    render: () => <UploadDropzone tool="upscaler" />,
    after: (fake, shown) => {
      choose(shown, PHOTO);
      fake.uploads.at(-1)?.resolve("u/photo.svg");
    },
  },
  {
    name: "dropzone/refused",
    render: () => <UploadDropzone tool="upscaler" />,
    after: (_, shown) => choose(shown, new File(["%PDF"], "contrato.pdf", { type: "application/pdf" })),
  },

  badge("live"),
  badge("catching_up"),
  badge("polling"),
  badge("offline"),
  badge("signed_out"),

  ...PUBLISHING_STATES,
  ...POSTING_STATES,

  {
    name: "toasts/failed",
    isOver: true,
    render: () => <JobToasts duration={3_600_000} />,
    after: (fake) => {
      const queue = fake.queue({});
      queue.set(ready({ jobs: [aJob(RUNNING)], hasMore: false }));
      queue.set(ready({ jobs: [aJob({ ...FAILED, ...VRAM })], hasMore: false }));
    },
  },
  {
    name: "toasts/connection",
    isOver: true,
    render: () => <JobToasts />,
    after: (fake) => fake.connection.set({ status: "polling", since: 0, reason: "CHANNEL_ERROR", via: null }),
  },
];

/** As if a person had chosen it. */
function choose(shown: HTMLElement, file: File): void {
  const input = shown.querySelector("input[type=file]");
  if (!input) return;
  Object.defineProperty(input, "files", { value: [file], configurable: true });
  input.dispatchEvent(new Event("change", { bubbles: true }));
}
