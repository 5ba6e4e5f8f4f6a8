/** A picture goes up, is enlarged, and comes back: each step is there as it happens, after a reload too. */
import {
  ConnectionBadge,
  JobCard,
  JobToasts,
  UploadDropzone,
  useCreateJob,
  useCredits,
  useJobs,
} from "@esteira/client/react";

export function App({ email }: { email: string }) {
  const { balance } = useCredits();
  const { jobs } = useJobs({ tool: "upscaler" });
  const { create, error } = useCreateJob("upscaler");
  return (
    <main>
      <header>
        <h1>Enlarge a picture</h1>
        <p>{balance ?? "…"} credits</p>
        <ConnectionBadge />
      </header>
      {balance === 0 && (
        <p>
          In Esteira's repository: <code>npm run grant -- {email} 50</code>
        </p>
      )}
      <UploadDropzone tool="upscaler" onUploaded={(image) => create({ image, scale: 2 })} />
      {error && <p role="alert">{error.message}</p>}
      {jobs.map((job) => <JobCard key={job.key} job={job} />)}
      <JobToasts />
    </main>
  );
}
