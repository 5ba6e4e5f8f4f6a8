/** One publication of a group: its option and how it stands, on the way to its job. */
import { useTexts } from "../../../texts/use_texts.ts";
import { Link } from "../../../ui/link.tsx";
import { useNames } from "../names.ts";
import { whyOf } from "../line_item.tsx";
import type { Line } from "../rows.ts";
import { StateTag } from "../state_tag.tsx";
import { publicationsTexts } from "../texts.ts";

export function Member({ line }: { line: Line }) {
  const { holds } = useTexts(publicationsTexts);
  const names = useNames();
  const why = whyOf(line, holds);
  return (
    <Link className="member" href={`/jobs/${line.job_id}`} title={line.account ?? ""}>
      <span className="visually-hidden">{names.option(line.option)}:</span>
      <StateTag state={line.state} />
      {why && <span className="quiet">{why}</span>}
    </Link>
  );
}
