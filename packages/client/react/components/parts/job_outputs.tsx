/** What came out of a completed job. */
import { useState } from "react";
import type { ShownFile } from "../../../../../shared/rows/job.ts";
import type { ClientJob } from "../../../api/job.ts";
import { useSurroundings } from "../../hooks/surroundings_context.ts";
import { Media } from "./media.tsx";

export interface JobOutputsProps {
  job: ClientJob;
  /** What it is called, for the words beside the files. */
  title: string;
}

export function JobOutputs({ job, title }: JobOutputsProps) {
  const { texts, client } = useSurroundings();
  const [asked, setAsked] = useState<string | null>(null);
  const { output } = job;
  if (output?.expired_at) return <p className="esteira-card-note">{texts.card.expired}</p>;
  if (output === null) return <div className="esteira-media-missing">{texts.card.loadingResult}</div>;

  /** An address is good for an hour: a page that was left open has it signed again, once an address. */
  const signAgain = (url: string | null) => {
    if (asked === url || !client) return;
    setAsked(url);
    client.jobs.get(job.id).catch((error) =>
      client.logger.warn("[JobCard] No new address for a result:", error)
    );
  };

  return (
    <div className="esteira-outputs" data-many={output.files.length > 1 || undefined}>
      {output.files.map((file, index) => {
        const label = output.files.length === 1
          ? texts.card.result(title)
          : texts.card.resultOf(title, index + 1, output.files.length);
        return (
          <figure className="esteira-output" key={file.path}>
            <Media file={file} label={label} onBroken={() => signAgain(file.signedUrl)} />
            {output.files.length > 1 && <Download file={file} label={label} />}
          </figure>
        );
      })}
    </div>
  );
}

/** Where there is but one file, it is downloaded beside the card's other buttons. */
export function OnlyDownload({ job, title }: JobOutputsProps) {
  const { texts } = useSurroundings();
  const [file, another] = job.output?.files ?? [];
  return file && !another ? <Download file={file} label={texts.card.result(title)} /> : null;
}

function Download({ file, label }: { file: ShownFile; label: string }) {
  const { texts } = useSurroundings();
  if (file.signedUrl === null) return null;
  return (
    <a
      className="esteira-button"
      href={file.signedUrl}
      download={file.path.split("/").at(-1)}
      target="_blank"
      rel="noreferrer"
      aria-label={`${texts.card.download}: ${label}`}
    >
      {texts.card.download}
    </a>
  );
}
