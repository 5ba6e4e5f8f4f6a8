/** The wait for a model: "Preparando…" until it is ready, and then there. */
import { JobStepIndicator, useEsteira, useJob, useModels, useRealtimeUpdates } from "@esteira/client/react";
import { useEffect } from "react";
import { go, hrefOf } from "../routing.ts";
import { useTexts } from "../texts/use_texts.ts";
import { Problem } from "../ui/problem.tsx";

/** Long enough to be read. */
const READ_MS = 1500;

export function TrainWait({ jobId }: { jobId: string }) {
  const { train, tool } = useTexts();
  const { job } = useJob(jobId);
  const { models } = useModels();
  const model = models.find(({ trainingJobId }) => trainingJobId === jobId);
  const { logger } = useEsteira();
  // The screen needs no more than `models`: this is the line that somebody looks for who asks why it does not change.
  useRealtimeUpdates({
    onModelStatusChange(modelId, status, data) {
      logger.debug("🎯 [CREATE_PAGE] Model status changed:", { modelId, status, progress: data?.progress });
    },
  });
  const isReady = model?.status === "READY";
  const isFailed = model?.status === "ERROR" || job?.status === "failed" || job?.status === "cancelled";

  useEffect(() => {
    if (!isReady) return;
    const timer = setTimeout(() => go(hrefOf("models"), { replace: true }), READ_MS);
    return () => clearTimeout(timer);
  }, [isReady]);

  return (
    <div className="train-wait">
      <div className={isReady ? "train-art is-ready" : "train-art"} aria-hidden="true">
        <span /> <span /> <span />
      </div>
      <div role="status">
        <h1>{isReady ? train.ready : isFailed ? train.failed : train.preparing}</h1>
      </div>
      {model && <p className="lead">{model.name}</p>}
      {isFailed && (
        <>
          <Problem title={model?.errorMessage ?? job?.error_message ?? train.failed} />
          <a className="button is-main" href="#/train">{tool.again}</a>
        </>
      )}
      {!isReady && !isFailed && (
        <>
          {job && <JobStepIndicator job={job} />}
          <p className="quiet">{train.preparingText}</p>
        </>
      )}
    </div>
  );
}
