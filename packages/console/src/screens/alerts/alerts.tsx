/** What is open now, whether anybody is told, and what is over. */
import { useCallback } from "react";
import { hrefTo, useFilters } from "../../data/use_filters.ts";
import { useOpsPages } from "../../data/use_ops.ts";
import { useLanguage } from "@esteira/preferences";
import { useTexts } from "../../texts/use_texts.ts";
import { Link } from "../../ui/link.tsx";
import { Loading } from "../../ui/loading.tsx";
import { Problem } from "../../ui/problem.tsx";
import type { AlertsPage } from "./answers.ts";
import { ClosedAlerts } from "./closed_alerts.tsx";
import { OpenAlerts } from "./open_alerts.tsx";
import { PostsNotice } from "./posts_notice.tsx";
import { ruleName } from "./rule_names.ts";
import { alertsTexts } from "./texts.ts";

export function Alerts() {
  const t = useTexts(alertsTexts);
  const [language] = useLanguage();
  const [{ rule }] = useFilters();
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useOpsPages<AlertsPage>(
    "alerts",
    { p_limit: 50, p_rule: rule ?? null },
    { next: ({ next }) => next === null ? null : { p_before: next } },
    { hints: "ops" },
  );
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const first = data?.pages[0];
  return (
    <>
      {error && <Problem error={error} onAgain={() => void refetch()} />}
      {rule && (
        <p className="alerts-rule">
          {t.ofRule(ruleName(language, rule))} <Link href={hrefTo("/alerts")}>{t.allRules}</Link>
        </p>
      )}
      {!first && !error && <Loading />}
      {first && (
        <>
          <PostsNotice arePosted={first.are_posted} dead={first.dead_posts} />
          <OpenAlerts alerts={first.open} />
          <ClosedAlerts
            alerts={data.pages.flatMap(({ closed }) => closed)}
            onEnd={more}
            isLoadingMore={isFetchingNextPage}
          />
        </>
      )}
    </>
  );
}
