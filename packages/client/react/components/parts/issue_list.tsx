/** What keeps options from being published, or is odd about them: each with its reason. */
import type { Rejection } from "../../../../../shared/requests/requests_publications.ts";
import { useSurroundings } from "../../hooks/surroundings_context.ts";
import { issueWords } from "../../texts/issue_words.ts";
import { optionName } from "./shown_publication.ts";

export type Issue = Omit<Rejection, "platform"> & Partial<Pick<Rejection, "platform">>;

export function IssueList({ issues, kind }: { issues: readonly Issue[]; kind: "bad" | "warn" }) {
  const { texts } = useSurroundings();
  return (
    <ul className="esteira-issues" data-kind={kind}>
      {issues.map((issue, at) => {
        const { meaning, said } = issueWords(issue, texts);
        return (
          <li key={`${at} ${issue.code}`} data-code={issue.code} data-field={issue.field}>
            {issue.platform !== undefined && (
              <strong className="esteira-issue-option">{optionName(issue.platform, texts)}</strong>
            )}
            <span>{meaning}</span>
            {said && <span className="esteira-issue-said">{said}</span>}
          </li>
        );
      })}
    </ul>
  );
}
