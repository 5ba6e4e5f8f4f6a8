/** The latest results, as pictures. */
import { useJob, useJobs } from "@esteira/client/react";
import { hrefOf } from "../routing.ts";
import { toolPageOf } from "../tools/tool_pages.ts";
import { useTexts } from "../texts/use_texts.ts";
import { Icon } from "../ui/icon.tsx";
import { toolIcon } from "../ui/tool_icon.ts";
import { useDetails } from "../shell/details.tsx";

const COMPLETED = ["completed"] as const;

export function Recent() {
  const { home } = useTexts();
  const { jobs, isLoading } = useJobs({ status: COMPLETED, limit: 8 });
  const withFiles = jobs.filter(({ tool }) => tool !== "model_training" && tool !== "speech").slice(0, 8);
  return (
    <section aria-labelledby="recent-title">
      <h2 id="recent-title">{home.recent}</h2>
      {!isLoading && withFiles.length === 0 && <p className="quiet">{home.recentEmpty}</p>}
      <ul className="recent">
        {withFiles.map((job) => (
          <li key={job.key}>
            <Result id={job.id} tool={job.tool} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Its address is read with the job: lists have none. */
function Result({ id, tool }: { id: string; tool: string }) {
  const texts = useTexts();
  const { job } = useJob(id);
  const open = useDetails();
  const page = toolPageOf(tool);
  const file = job?.output?.files[0];
  const title = page ? texts.tools[page.tool].title : texts.home.canvasTitle;
  const picture = file?.signedUrl
    ? file.content_type.startsWith("video/")
      ? <video src={file.signedUrl} muted playsInline preload="metadata" aria-hidden="true" tabIndex={-1} />
      : <img src={file.signedUrl} alt="" loading="lazy" />
    : <Icon name={toolIcon(tool)} size={28} />;
  return page
    ? <a className="recent-item" href={hrefOf(page.path, { job: id })} aria-label={title}>{picture}</a>
    : (
      <button type="button" className="recent-item" aria-label={title} onClick={() => open(id)}>
        {picture}
      </button>
    );
}
