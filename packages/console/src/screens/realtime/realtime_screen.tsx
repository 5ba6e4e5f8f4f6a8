/** Whether screens learn of changes, how, and how late; and the doctor for when they do not. */
import { hrefTo, useFilters } from "../../data/use_filters.ts";
import { useOps } from "../../data/use_ops.ts";
import { screenTexts } from "../../shell/screens.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Link } from "../../ui/link.tsx";
import { Loading } from "../../ui/loading.tsx";
import { Page } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import type { Delivery } from "./answers.ts";
import { ByChannel } from "./by_channel.tsx";
import { DeliveryCharts } from "./delivery_charts.tsx";
import { DeliveryFigures } from "./delivery_figures.tsx";
import { Doctor } from "./doctor.tsx";
import { Policies } from "./policies.tsx";
import "./realtime.css";
import { realtimeTexts } from "./texts.ts";
import { Unsent } from "./unsent.tsx";

const HOURS = ["24", "72", "168"] as const;

export function RealtimeScreen() {
  const names = useTexts(screenTexts);
  const t = useTexts(realtimeTexts);
  const [filters] = useFilters();
  const hours = HOURS.find((one) => one === filters["hours"]) ?? "24";
  const { data, error, refetch } = useOps<Delivery>("delivery", { p_hours: Number(hours) }, {
    every: 30_000,
  });
  return (
    <Page
      title={names.realtime}
      lead={t.lead}
      actions={<Link href={hrefTo("/alerts", { view: "rules", find: "Screens" })}>{t.rules}</Link>}
    >
      <Tabs
        label={t.window}
        tabs={HOURS.map((one) => ({
          label: t.hours[one],
          href: hrefTo("/realtime", { ...filters, hours: one === "24" ? undefined : one }),
          isCurrent: one === hours,
        }))}
      />
      {error && <Problem error={error} onAgain={() => void refetch()} />}
      {data
        ? (
          <>
            <DeliveryFigures delivery={data} />
            <DeliveryCharts delivery={data} />
            <ByChannel delivery={data} />
            <Unsent delivery={data} />
          </>
        )
        : !error && <Loading />}
      <Doctor />
      <Policies />
    </Page>
  );
}
