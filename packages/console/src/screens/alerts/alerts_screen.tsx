/** Alerts: open ones first, those that are over, and the rules that make them. */
import { hrefTo, useFilters } from "../../data/use_filters.ts";
import { screenTexts } from "../../shell/screens.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Page } from "../../ui/page.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { Alerts } from "./alerts.tsx";
import "./alerts.css";
import { Rules } from "./rules.tsx";
import { alertsTexts } from "./texts.ts";

export function AlertsScreen() {
  const names = useTexts(screenTexts);
  const t = useTexts(alertsTexts);
  const [{ view }] = useFilters();
  const isRules = view === "rules";
  return (
    <Page title={names.alerts} lead={t.lead}>
      <Tabs
        label={t.views}
        tabs={[
          { label: t.alerts, href: hrefTo("/alerts"), isCurrent: !isRules },
          { label: t.rules, href: hrefTo("/alerts", { view: "rules" }), isCurrent: isRules },
        ]}
      />
      {isRules ? <Rules /> : <Alerts />}
    </Page>
  );
}
