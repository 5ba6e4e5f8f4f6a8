/** A publication in a few characters: when, where, by whom, and how it stands. */
import { useTexts } from "../../../texts/use_texts.ts";
import { Link } from "../../../ui/link.tsx";
import { Clock } from "../clock.tsx";
import { useNames } from "../names.ts";
import { PlatformMark } from "../platform_mark.tsx";
import type { Line } from "../rows.ts";
import { STATE_TONES } from "../state_tag.tsx";
import { publicationsTexts } from "../texts.ts";

/** What stands for a state beside its tone, for the word would not fit. It is there for who cannot see the sign. */
const SIGNS: Readonly<Record<string, string>> = {
  scheduled: "◷",
  waiting: "…",
  publishing: "↑",
  published: "✓",
  failed: "✕",
  cancelled: "–",
  unknown: "?",
};

export function Post({ line, zone, isShort }: { line: Line; zone: string; isShort: boolean }) {
  const { states } = useTexts(publicationsTexts);
  const names = useNames();
  const state = (states as Record<string, string>)[line.state] ?? line.state;
  return (
    <Link
      className={`post is-${STATE_TONES[line.state] ?? "plain"}`}
      href={`/jobs/${line.job_id}`}
      title={`${names.option(line.option)} · ${line.account ?? "–"} · ${state}`}
    >
      <span className="post-sign" aria-hidden="true">{SIGNS[line.state] ?? "·"}</span>
      <Clock at={line.at} zone={zone} />
      <PlatformMark platform={line.platform} />
      <span className="visually-hidden">{names.option(line.option)}, {state},</span>
      <span className="post-account">{line.account ?? "–"}</span>
      {!isShort && line.caption && <span className="post-caption">{line.caption}</span>}
    </Link>
  );
}
