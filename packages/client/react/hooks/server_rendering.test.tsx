/** What a server renders is what the browser begins with, whatever the stores have by then. */
import { act } from "@testing-library/react";
import { type ReactNode, StrictMode } from "react";
import { hydrateRoot, type Root } from "react-dom/client";
import { renderToString } from "react-dom/server";
import { settle } from "../testing/settle.ts";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { aConnection, aPublication, GROUP_ID } from "../../testing/publications_fixture.ts";
import { ConnectionBadge } from "../components/connection_badge.tsx";
import { ConnectionsPanel } from "../components/connections_panel.tsx";
import { JobCard } from "../components/job_card.tsx";
import { JobList } from "../components/job_list.tsx";
import { JobToasts } from "../components/job_toasts.tsx";
import { PublicationCard } from "../components/publication_card.tsx";
import { PublicationList } from "../components/publication_list.tsx";
import { PublishButton } from "../components/publish_button.tsx";
import { UploadDropzone } from "../components/upload_dropzone.tsx";
import { fakeEsteira, ready } from "../fake_esteira_fixture.ts";
import { aJob, aModel, aTool, JOB_ID } from "../jobs_fixture.ts";
import { EsteiraProvider } from "./esteira_provider.tsx";
import { useAiJobRealtime } from "./use_ai_job_realtime.ts";
import { useConnection } from "./use_connection.ts";
import { useConnections } from "./use_connections.ts";
import { useCreateJob } from "./use_create_job.ts";
import { useCredits } from "./use_credits.ts";
import { useFallbackPolling } from "./use_fallback_polling.ts";
import { useJob } from "./use_job.ts";
import { useJobs } from "./use_jobs.ts";
import { useModels } from "./use_models.ts";
import { useProjectRealtime } from "./use_project_realtime.ts";
import { usePublicationStatus } from "./use_publication_status.ts";
import { usePublications } from "./use_publications.ts";
import { usePublish } from "./use_publish.ts";
import { useQueueMonitor } from "./use_queue_monitor.ts";
import { useRealtimeUpdates } from "./use_realtime_updates.ts";

function Everything() {
  const shown = [
    useJob(JOB_ID).job?.status,
    useJobs().jobs.length,
    useCredits().balance,
    useConnection().status,
    useModels().models.length,
    useProjectRealtime("p").project?.version,
    useQueueMonitor().jobs.length,
    useAiJobRealtime(JOB_ID).status,
    useFallbackPolling(JOB_ID, false).isPolling,
    useCreateJob("image").isPending,
    usePublicationStatus().totalJobs,
    usePublications().publications.length,
    useConnections().connections.length,
    usePublish().isPending,
  ];
  useRealtimeUpdates({ onModelStatusChange: () => {}, onJobUpdate: () => {} });
  return (
    <main>
      <p>{shown.map(String).join(" ")}</p>
      <JobCard job={JOB_ID} />
      <JobCard job={aJob({ id: "queued" })} />
      <JobCard job={aJob({ id: "later", run_at: "2026-11-27T09:00:00.000Z" })} />
      <ConnectionBadge />
      <UploadDropzone tool="upscaler" />
      <JobList />
      <JobToasts />
      <ConnectionsPanel />
      <PublishButton wish={{ selectedOptions: ["x_post"] }} />
      <PublicationCard publication={aPublication({ scheduled_for: "2026-11-27T09:00:00.000Z" })} />
      <PublicationList of={{ group: GROUP_ID }} />
    </main>
  );
}

const tree = (fake: ReturnType<typeof fakeEsteira>): ReactNode => (
  <StrictMode>
    <EsteiraProvider client={fake.client}>
      <Everything />
    </EsteiraProvider>
  </StrictMode>
);

let complaints: unknown[][];
beforeEach(() => {
  complaints = [];
  for (const level of ["error", "warn"] as const) {
    vi.spyOn(console, level).mockImplementation((...args) => void complaints.push(args));
  }
});
afterEach(() => {
  vi.unstubAllEnvs();
  document.body.innerHTML = "";
});

function onServer(render: () => string): string {
  // As on a server: nothing of a browser may be asked for.
  for (const name of ["window", "document", "navigator", "localStorage"]) vi.stubGlobal(name, undefined);
  try {
    return render();
  } finally {
    vi.unstubAllGlobals();
  }
}

beforeEach(() => void vi.stubEnv("TZ", "Asia/Karachi"));

test("a page is rendered without a browser, and hydrated without a word of complaint", async () => {
  const html = onServer(() => renderToString(tree(fakeEsteira())));
  expect(html).toContain("undefined 0 null live 0");
  expect(html).toContain("26/11/2026, 12:00:00"); // UTC

  const fake = fakeEsteira({ tools: [aTool()] });
  // The browser knows more by the time it hydrates.
  fake.job(JOB_ID).set(ready(aJob({ status: "completed", current_step: "completed" })));
  fake.queue().set(ready({ jobs: [aJob()], hasMore: false }));
  fake.credits.set(ready(90));
  fake.models.set(ready([aModel()]));
  fake.connections.set(ready([aConnection()]));
  fake.publications({ group: GROUP_ID }).set(ready({ publications: [aPublication()], hasMore: false }));
  fake.connection.set({ status: "polling", since: 1, reason: "CHANNEL_ERROR", via: null });
  const container = document.createElement("div");
  document.body.append(container);
  container.innerHTML = html;
  let root: Root | undefined;
  await settle(() => root = hydrateRoot(container, tree(fake)));
  expect(complaints).toEqual([]);
  expect(container.querySelector("time")?.textContent).toBe("26/11/2026, 17:00:00"); // the reader's zone
  expect(container.querySelector("p")?.textContent).toContain("completed 1 90 polling 1");
  act(() => root?.unmount());
  expect([...fake.listeners.values()].every((count) => count === 0)).toBe(true);
});
