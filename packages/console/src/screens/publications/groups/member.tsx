/** One publication of a group: its option and how it stands, on the way to its job. */
import { useTexts } from "../../../texts/use_texts.ts";
import { Link } from "../../../ui/link.tsx";
import { useNames } from "../names.ts";
import type { Line } from "../rows.ts";
import { StateTag } from "../state_tag.tsx";
import { publicationsTexts } from "../texts.ts";

export function Member({ line }: { line: Line }) {
  const { holds } = useTexts(publicationsTexts);
  const names = useNames();
  const why = line.hold ? (holds as Record<string, string>)[line.hold] ?? line.hold : line.error_code;
  return (
    <Link className="member" href={`/jobs/${line.job_id}`} title={line.account ?? ""}>
      <span className="visually-hidden">{names.option(line.option)}:</span>
      <StateTag state={line.state} />
      {why && <span className="quiet">{why}</span>}
    </Link>
  );
}
