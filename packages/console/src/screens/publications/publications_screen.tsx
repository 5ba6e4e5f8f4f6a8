/** Publishing: a calendar, what was sent together, what nobody knows, and how it goes. */
import { useFilters } from "../../data/use_filters.ts";
import { screenTexts } from "../../shell/screens.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Page } from "../../ui/page.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { AnalyticsView } from "./analytics/analytics_view.tsx";
import { CalendarView } from "./calendar/calendar_view.tsx";
import { FilterBar } from "./filter_bar.tsx";
import { publicationsHref, viewOf, VIEWS } from "./filters.ts";
import { GroupsView } from "./groups/groups_view.tsx";
import { publicationsTexts } from "./texts.ts";
import { UnknownView } from "./unknown_view.tsx";
import "./publications.css";

const SHOWN = {
  calendar: CalendarView,
  groups: GroupsView,
  unknown: UnknownView,
  analytics: AnalyticsView,
};

export function PublicationsScreen() {
  const names = useTexts(screenTexts);
  const { lead, views } = useTexts(publicationsTexts);
  const [search, change] = useFilters();
  const view = viewOf(search);
  const Shown = SHOWN[view];
  return (
    <Page title={names.publications} lead={lead}>
      <Tabs
        label={names.publications}
        tabs={VIEWS.map((name) => ({
          label: views[name],
          href: publicationsHref(search, { view: name === "calendar" ? undefined : name, open: undefined }),
          isCurrent: name === view,
        }))}
      />
      <FilterBar search={search} view={view} change={change} />
      <Shown />
    </Page>
  );
}
