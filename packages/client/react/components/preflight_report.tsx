/** What was found when a publication was looked at before it was published: option by option. */
import type { PreflightResponse } from "../../../../shared/requests/requests_publications.ts";
import { isOption, platformOf } from "../../../../shared/words/platforms.ts";
import { useMoments } from "../hooks/use_moments.ts";
import { IssueList } from "./parts/issue_list.tsx";
import { limitWords } from "./parts/limit_words.ts";
import { PlatformMark } from "./parts/platform_mark.tsx";
import { optionName } from "./parts/shown_publication.ts";
import { useThemed } from "./parts/themed.ts";

export interface PreflightReportProps {
  /** What `publications.preflight` answered with. */
  preflight: PreflightResponse;
  className?: string;
}

export function PreflightReport({ preflight: { data }, className }: PreflightReportProps) {
  const { root, texts } = useThemed();
  const { moment } = useMoments();
  const words = texts.publishing.preflight;
  return (
    <div role="group" {...root("preflight", className)} aria-label={words.title}>
      <ul className="esteira-preflight-options">
        {data.options.map(({ platform, ok, price, limit, issues, warnings }) => {
          const state = !ok ? "bad" : warnings.length > 0 ? "warn" : "good";
          return (
            <li key={platform} data-state={state} data-option={platform}>
              <p className="esteira-preflight-option">
                <span className="esteira-preflight-name">
                  {isOption(platform) && <PlatformMark platform={platformOf(platform)} />}
                  <strong>{optionName(platform, texts)}</strong>
                </span>
                {price !== null && <span className="esteira-preflight-price">{words.price(price)}</span>}
              </p>
              <p className="esteira-preflight-state">
                {!ok ? words.notOk : warnings.length > 0 ? words.withWarnings : words.ok}
              </p>
              {issues.length > 0 && <IssueList issues={issues} kind="bad" />}
              {warnings.length > 0 && <IssueList issues={warnings} kind="warn" />}
              {limit && <p className="esteira-card-note">{limitWords(limit, texts, moment)}</p>}
            </li>
          );
        })}
      </ul>
      <p className="esteira-card-note">{words.total(data.totalPrice, data.balance)}</p>
    </div>
  );
}
