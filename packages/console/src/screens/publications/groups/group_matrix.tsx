/** Groups in rows, platforms in columns. */
import { useTexts } from "../../../texts/use_texts.ts";
import { useNames } from "../names.ts";
import { PlatformMark, PLATFORMS } from "../platform_mark.tsx";
import type { Group } from "../rows.ts";
import { publicationsTexts } from "../texts.ts";
import { GroupHead, GroupState } from "./group_head.tsx";
import { Member } from "./member.tsx";

export function GroupMatrix({ groups }: { groups: readonly Group[] }) {
  const { groups: texts } = useTexts(publicationsTexts);
  const names = useNames();
  return (
    <div className="matrix-frame" tabIndex={0} role="region" aria-label={texts.matrix}>
      <table className="matrix">
        <thead>
          <tr>
            <th scope="col">{texts.group}</th>
            <th scope="col">{texts.state}</th>
            {PLATFORMS.map((platform) => (
              <th key={platform} scope="col">
                <PlatformMark platform={platform} /> {names.platform(platform)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {groups.map((group) => (
            <tr key={`${group.user_id} ${group.group_id}`}>
              <th scope="row">
                <GroupHead group={group} />
              </th>
              <td>
                <GroupState state={group.state} />
              </td>
              {PLATFORMS.map((platform) => (
                <td key={platform}>
                  <Cell group={group} platform={platform} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell({ group, platform }: { group: Group; platform: string }) {
  const { groups: texts } = useTexts(publicationsTexts);
  const members = group.publications.filter((line) => line.platform === platform);
  if (members.length === 0) {
    return (
      <span className="quiet">
        <span aria-hidden="true">·</span>
        <span className="visually-hidden">{texts.nothing}</span>
      </span>
    );
  }
  return <div className="members">{members.map((line) => <Member key={line.job_id} line={line} />)}</div>;
}
