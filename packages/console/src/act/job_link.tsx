/** A way to a job, by the end of its id: ids that are made together begin alike. */
import { Link } from "../ui/link.tsx";
import "./act.css";

export function JobLink({ id }: { id: string }) {
  return <Link className="job-link" href={`/jobs/${id}`} title={id}>…{id.slice(-8)}</Link>;
}
