/** The same on a phone: a card for each group, with its publications one below the other. */
import { useNames } from "../names.ts";
import { PlatformMark } from "../platform_mark.tsx";
import type { Group } from "../rows.ts";
import { GroupHead, GroupState } from "./group_head.tsx";
import { Member } from "./member.tsx";

export function GroupCards({ groups }: { groups: readonly Group[] }) {
  const names = useNames();
  return (
    <ul className="group-cards">
      {groups.map((group) => (
        <li key={`${group.user_id} ${group.group_id}`} className="group-card">
          <GroupHead group={group} />
          <GroupState state={group.state} />
          <ul className="lines">
            {group.publications.map((line) => (
              <li key={line.job_id} className="line">
                <PlatformMark platform={line.platform} />
                <span className="line-what" aria-hidden="true">{names.option(line.option)}</span>
                <Member line={line} />
              </li>
            ))}
          </ul>
        </li>
      ))}
    </ul>
  );
}
