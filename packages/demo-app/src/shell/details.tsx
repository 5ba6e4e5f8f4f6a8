/** The one dialog with everything about a job, which any card may open. */
import { JobDebugModal } from "@esteira/client/react";
import { createContext, type ReactNode, useContext, useState } from "react";

const DetailsContext = createContext<(jobId: string) => void>(() => {});

/** Opens the dialog for a job. */
export function useDetails(): (jobId: string) => void {
  return useContext(DetailsContext);
}

export function Details({ children }: { children: ReactNode }) {
  const [jobId, setJobId] = useState<string | null>(null);
  return (
    <DetailsContext value={setJobId}>
      {children}
      {jobId !== null && <JobDebugModal isOpen jobId={jobId} onClose={() => setJobId(null)} />}
    </DetailsContext>
  );
}
