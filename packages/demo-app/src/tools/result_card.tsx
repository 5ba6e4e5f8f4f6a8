/** What came of it, or how far it is. */
import { JobStepIndicator, useEsteira } from "@esteira/client/react";
import type { ClientJob } from "@esteira/client";
import { useState } from "react";
import { go, hrefOf } from "../routing.ts";
import { useDetails } from "../shell/details.tsx";
import { useErrorWords } from "../texts/use_error_words.ts";
import { useTexts } from "../texts/use_texts.ts";
import { Empty } from "../ui/empty.tsx";
import { Problem } from "../ui/problem.tsx";
import { Comparison } from "./comparison.tsx";
import type { ChosenFile } from "./file_field.tsx";
import type { ToolPage } from "./tool_pages.ts";

interface Props {
  page: ToolPage;
  job: ClientJob | null;
  isLoading: boolean;
  before: ChosenFile | undefined;
}

export function ResultCard({ page, job, isLoading, before }: Props) {
  const { tool: texts, queue } = useTexts();
  return (
    <section className="card result" aria-label={texts.result}>
      {job
        ? <Shown page={page} job={job} before={before} />
        : isLoading
        ? <p className="quiet">{queue.loading}</p>
        : <Empty title={texts.emptyTitle} text={texts.emptyText} />}
    </section>
  );
}

function Shown({ page, job, before }: { page: ToolPage; job: ClientJob; before: ChosenFile | undefined }) {
  const { tool: texts } = useTexts();
  const open = useDetails();
  const file = job.output?.files[0];
  if (job.status === "completed" && file) {
    return (
      <>
        {file.signedUrl
          ? <Picture url={file.signedUrl} type={file.content_type} before={before} />
          : <p className="quiet">{texts.noPicture}</p>}
        <div className="actions">
          {file.signedUrl && (
            <a className="button is-main" href={file.signedUrl} download={file.path.split("/").at(-1)}>
              {texts.download}
            </a>
          )}
          <button type="button" className="button" onClick={() => open(job.id)}>{texts.details}</button>
          <button type="button" className="button is-quiet" onClick={() => go(hrefOf(page.path))}>
            {texts.again}
          </button>
        </div>
      </>
    );
  }
  return (
    <>
      {before && (
        <div className="result-waiting">
          {before.isVideo
            ? <video src={before.url} muted playsInline aria-hidden="true" />
            : <img src={before.url} alt="" />}
        </div>
      )}
      <JobStepIndicator job={job} />
      <Actions page={page} job={job} />
    </>
  );
}

function Actions({ page, job }: { page: ToolPage; job: ClientJob }) {
  const { tool: texts } = useTexts();
  const { jobs } = useEsteira();
  const inWords = useErrorWords();
  const open = useDetails();
  const [problem, setProblem] = useState<string | null>(null);
  const attempt = (what: Promise<unknown>) =>
    what.then(() => setProblem(null), (error: unknown) => setProblem(inWords(error)));
  const retry = () =>
    attempt(jobs.retry(job.id).then(({ id, key }) => go(hrefOf(page.path, { job: id ?? key }))));
  const isOver = job.status === "failed" || job.status === "cancelled";
  return (
    <>
      {problem && <Problem title={problem} />}
      <div className="actions">
        {!job.isCreating && (
          <button type="button" className="button" onClick={() => open(job.id)}>{texts.details}</button>
        )}
        {isOver && (
          <button type="button" className="button is-main" onClick={() => void retry()}>{texts.retry}</button>
        )}
      </div>
    </>
  );
}

function Picture({ url, type, before }: { url: string; type: string; before: ChosenFile | undefined }) {
  const { tool: texts } = useTexts();
  if (type.startsWith("video/")) {
    return <video className="result-picture" src={url} controls loop playsInline />;
  }
  if (before && !before.isVideo) return <Comparison before={before.url} after={url} />;
  return <img className="result-picture" src={url} alt={texts.result} />;
}
