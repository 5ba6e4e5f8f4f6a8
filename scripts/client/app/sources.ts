/** Files that are added to the example: what an app writes that owns its components, and what types it counts on. */

/** Uses each component that shadcn has copied. */
export const OWNED = `
import { ConnectionBadge } from "@/components/esteira/connection_badge";
import { ConnectionsPanel } from "@/components/esteira/connections_panel";
import { JobCard } from "@/components/esteira/job_card";
import { JobDebugModal } from "@/components/esteira/job_debug_modal";
import { JobList } from "@/components/esteira/job_list";
import { JobStepIndicator } from "@/components/esteira/job_step_indicator";
import { JobToasts } from "@/components/esteira/job_toasts";
import { PreflightReport } from "@/components/esteira/preflight_report";
import { PublicationCard } from "@/components/esteira/publication_card";
import { PublicationList } from "@/components/esteira/publication_list";
import { PublishButton } from "@/components/esteira/publish_button";
import { UploadDropzone } from "@/components/esteira/upload_dropzone";
import { useJobs, usePublications, usePublish } from "@esteira/client/react";

export function Owned() {
  const { jobs } = useJobs();
  const { publications } = usePublications({ platform: "x" });
  const { preflight } = usePublish();
  return (
    <>
      <ConnectionBadge />
      <UploadDropzone tool="upscaler" onUploaded={(path: string) => console.log(path)} />
      {jobs.map((job) => <JobCard key={job.key} job={job}><JobStepIndicator job={job} /></JobCard>)}
      <JobDebugModal isOpen={false} onClose={() => {}} jobId="" />
      <JobList filter={{ tool: "upscaler" }} empty={<p>None.</p>} />
      <JobToasts />
      <ConnectionsPanel />
      <PublishButton wish={{ selectedOptions: ["x_post"] }} onEnqueued={({ data }) => console.log(data.groupId)} />
      {preflight && <PreflightReport preflight={preflight} />}
      {publications.map((one) => <PublicationCard key={one.id} publication={one} />)}
      <PublicationList />
    </>
  );
}
`;

/** Compiles only while the package's types say what they should. */
export const TYPED = `
import { createEsteira, type ClientJob, type EsteiraOptions, JobFailed } from "@esteira/client";
import { createClient } from "@supabase/supabase-js";

interface Database {
  public: {
    Tables: { notes: { Row: { id: string }; Insert: { id: string }; Update: { id?: string }; Relationships: [] } };
    Views: Record<string, never>;
    Functions: Record<string, never>;
  };
}

const esteira = createEsteira(createClient("http://127.0.0.1:54321", "key"));
export const ofTypedClient = createEsteira(createClient<Database>("http://127.0.0.1:54321", "key"));

export async function typed(job: ClientJob) {
  const handle = esteira.jobs.create("upscaler", { image: "a/b.png", scale: 4 }, { metadata: { note: 1 } });
  // @ts-expect-error: the tool enlarges by 2 or 4
  esteira.jobs.create("upscaler", { image: "a/b.png", scale: 3 });
  // @ts-expect-error: it needs an image
  esteira.jobs.create("upscaler", {});
  esteira.jobs.create("a_tool_of_our_own", { anything: true });
  const { output } = await handle.done(AbortSignal.timeout(1000));
  const address: string | null | undefined = output.files[0]?.signedUrl;
  // @ts-expect-error: statuses are known
  if (job.status === "done") return;
  const step: string = job.current_step satisfies "failed" | typeof job.current_step;
  const position = esteira.jobs.position(job.id).getSnapshot();
  const place: number | undefined = position?.position;
  // @ts-expect-error: snapshots do not change
  job.status = "failed";
  const { data } = await esteira.publications.enqueue({ selectedOptions: ["x_post"], scheduledFor: new Date() });
  const rejected: string | undefined = data.rejected[0]?.code;
  // @ts-expect-error: it is there, or it is not
  await esteira.publications.resolve(data.jobs[0]?.job_id ?? "", "perhaps");
  // @ts-expect-error: not a way to be told
  const options: EsteiraOptions = { transport: "pigeon" };
  for await (const { progress } of handle) console.log(progress?.toFixed(0));
  return [address, step, place, options, rejected, JobFailed];
}
`;

/** What Node does with the package: it creates nothing that keeps a program alive. */
export const NODE = `
import { createEsteira, createStore, EsteiraError } from "@esteira/client";
import { createClient } from "@supabase/supabase-js";
import { createElement } from "react";
import { renderToString } from "react-dom/server";
import { ConnectionBadge, EsteiraProvider } from "@esteira/client/react";
import ws from "ws";

const supabase = createClient("http://127.0.0.1:9", "key", {
  auth: { persistSession: false, autoRefreshToken: false },
  realtime: { transport: ws },
});
const esteira = createEsteira(supabase);
const error = await esteira.jobs.get("00000000-0000-4000-8000-000000000000").catch((error) => error);
if (!(error instanceof EsteiraError) || error.code !== "unauthenticated") throw error;
const html = renderToString(createElement(EsteiraProvider, { supabase, language: "en" }, createElement(ConnectionBadge)));
console.log(JSON.stringify({ store: createStore(1).getSnapshot(), html }));
esteira.close();
`;
