/** What a group is: when it was sent, by whom, and what it says. */
import { useFilters } from "../../../data/use_filters.ts";
import { useTexts } from "../../../texts/use_texts.ts";
import { Moment } from "../../../ui/figures.tsx";
import { Link } from "../../../ui/link.tsx";
import { Tag, type Tone } from "../../../ui/tag.tsx";
import { publicationsHref } from "../filters.ts";
import type { Group } from "../rows.ts";
import { publicationsTexts } from "../texts.ts";

const TONES: Readonly<Record<string, Tone>> = {
  pending: "quiet",
  publishing: "accent",
  published: "good",
  partial: "warn",
  failed: "bad",
};

export function GroupHead({ group }: { group: Group }) {
  const { groups: texts } = useTexts(publicationsTexts);
  const [search] = useFilters();
  const { publications, user_id, user_email, total } = group;
  return (
    <div className="group-head">
      <span className="group-caption">{publications[0]?.caption || texts.noCaption}</span>
      <span className="quiet">
        <Moment at={group.created_at} /> ·{" "}
        <Link href={publicationsHref(search, { user_id, user_email: undefined })}>
          {user_email ?? user_id}
        </Link>
      </span>
      {total > publications.length && <span className="quiet">{texts.count(total, publications.length)}
      </span>}
    </div>
  );
}

/** A state that this version does not know is shown as it is. */
export function GroupState({ state }: { state: string }) {
  const { groups } = useTexts(publicationsTexts);
  return <Tag tone={TONES[state] ?? "plain"}>{(groups.states as Record<string, string>)[state] ?? state}
  </Tag>;
}
