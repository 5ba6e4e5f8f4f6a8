/** What was sent together, by platform: a matrix; on a phone one card for each. */
import { useFilters } from "../../../data/use_filters.ts";
import { useOpsPages } from "../../../data/use_ops.ts";
import { useTexts } from "../../../texts/use_texts.ts";
import { Button } from "../../../ui/button.tsx";
import { Empty } from "../../../ui/empty.tsx";
import { Loading } from "../../../ui/loading.tsx";
import { Panel } from "../../../ui/panel.tsx";
import { Problem } from "../../../ui/problem.tsx";
import { useIsNarrow } from "../../../ui/use_is_narrow.ts";
import { filterOf } from "../filters.ts";
import type { GroupPage } from "../rows.ts";
import { publicationsTexts } from "../texts.ts";
import { GroupCards } from "./group_cards.tsx";
import { GroupMatrix } from "./group_matrix.tsx";

export function GroupsView() {
  const { groups: texts } = useTexts(publicationsTexts);
  const [search] = useFilters();
  const isNarrow = useIsNarrow();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useOpsPages<GroupPage>(
    "publication_groups",
    { p_filter: filterOf(search, "groups"), p_limit: 20 },
    { next: ({ next }) => next === null ? null : { p_after: next } },
  );
  const groups = data?.pages.flatMap(({ groups }) => groups) ?? [];
  const Groups = isNarrow ? GroupCards : GroupMatrix;
  return (
    <Panel title={texts.list} isFlush>
      {error && <Problem error={error} onAgain={() => void refetch()} />}
      {!data && !error && <Loading />}
      {groups.length > 0 && <Groups groups={groups} />}
      {data && groups.length === 0 && <Empty>{hasNextPage ? texts.searching : texts.empty}</Empty>}
      {hasNextPage && (
        <p className="load-more">
          <Button disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>{texts.more}</Button>
        </p>
      )}
    </Panel>
  );
}
