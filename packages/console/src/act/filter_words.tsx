/** A filter of an act, read out: what each of its keys says. */
import { useTexts } from "../texts/use_texts.ts";
import { JobLink } from "./job_link.tsx";
import { type Filter, namesJobs } from "./plan.ts";
import { actTexts } from "./texts.ts";
import "./act.css";

/** Jobs that are named are links, up to so many. */
const MOST_JOBS = 5;

export function FilterWords({ filter }: { filter: Filter }) {
  const { keys } = useTexts(actTexts);
  const jobs = namesJobs(filter) ? jobsOf(filter) : [];
  const rest = Object.entries(filter).filter(([key]) => key !== "job_id" && key !== "job_ids");
  return (
    <span className="filter-words">
      {jobs.length > 0 && (
        <span>
          {keys.job_ids}: {jobs.slice(0, MOST_JOBS).map((id) => <JobLink key={id} id={id} />)}
          {jobs.length > MOST_JOBS && ` +${jobs.length - MOST_JOBS}`}
        </span>
      )}
      {rest.map(([key, value]) => (
        <span key={key}>
          {(keys as Readonly<Record<string, string>>)[key] ?? key}: <b>{textOf(value)}</b>
        </span>
      ))}
    </span>
  );
}

function jobsOf({ job_id, job_ids }: Filter): string[] {
  return (Array.isArray(job_ids) ? job_ids : [job_id]).map(String);
}

function textOf(value: unknown): string {
  if (value === null) return "–";
  if (Array.isArray(value)) return value.map(textOf).join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
