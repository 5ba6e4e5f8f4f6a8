/** A publication in a list: when, what, by whom, how it stands, and why it waits or failed. */
import { hrefTo } from "../../data/use_filters.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Link } from "../../ui/link.tsx";
import { Clock } from "./clock.tsx";
import { useNames } from "./names.ts";
import { PlatformMark } from "./platform_mark.tsx";
import type { Line } from "./rows.ts";
import { StateTag } from "./state_tag.tsx";
import { publicationsTexts } from "./texts.ts";

/** Why it waits, or why it is not there. */
export function whyOf(
  { hold, state, error_code }: Line,
  holds: Readonly<Record<string, string>>,
): string | null {
  if (hold) return holds[hold] ?? hold;
  return state === "published" ? null : error_code;
}

export function LineItem({ line, zone }: { line: Line; zone: string }) {
  const { holds } = useTexts(publicationsTexts);
  const names = useNames();
  const why = whyOf(line, holds);
  return (
    <li className="line">
      <Clock at={line.at} zone={zone} />
      <PlatformMark platform={line.platform} />
      <span className="line-what">
        <Link href={hrefTo(`/jobs/${line.job_id}`)}>{names.option(line.option)}</Link>
        <span>{line.account ?? "–"}</span>
        {line.user_email && <span className="quiet">{line.user_email}</span>}
        {line.caption && <span className="quiet line-caption">{line.caption}</span>}
      </span>
      <span className="line-state">
        <StateTag state={line.state} />
        {why && <span className="quiet">{why}</span>}
        {line.permalink?.startsWith("https://") && (
          <a href={line.permalink} target="_blank" rel="noreferrer noopener">
            {names.platform(line.platform)} ↗
          </a>
        )}
      </span>
    </li>
  );
}
