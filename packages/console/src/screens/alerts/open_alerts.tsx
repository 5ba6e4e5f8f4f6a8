/** The alerts that are open: what was counted, what is now, since when, and who was told. */
import { hrefTo } from "../../data/use_filters.ts";
import { useLanguage } from "@esteira/preferences";
import { useTexts } from "../../texts/use_texts.ts";
import { Empty } from "../../ui/empty.tsx";
import { Duration, Moment, Whole } from "../../ui/figures.tsx";
import { Link } from "../../ui/link.tsx";
import { Panel } from "../../ui/panel.tsx";
import type { Alert } from "./answers.ts";
import { Posts } from "./posts.tsx";
import { ruleName } from "./rule_names.ts";
import { alertsTexts } from "./texts.ts";

export function OpenAlerts({ alerts }: { alerts: readonly Alert[] }) {
  const t = useTexts(alertsTexts);
  return (
    <Panel title={t.open} note={alerts.length > 0 && String(alerts.length)}>
      {alerts.length === 0 ? <Empty>{t.none}</Empty> : (
        <ul className="open-alerts">
          {alerts.map((alert) => <OpenAlert key={alert.alert_id} alert={alert} />)}
        </ul>
      )}
    </Panel>
  );
}

function OpenAlert({ alert }: { alert: Alert }) {
  const t = useTexts(alertsTexts);
  const [language] = useLanguage();
  return (
    <li className="open-alert">
      <div className="open-alert-head">
        <h3>
          <Link href={hrefTo("/alerts", { view: "rules", find: alert.rule })}>
            {ruleName(language, alert.rule)}
          </Link>
        </h3>
        {alert.subject && <code>{alert.subject}</code>}
      </div>
      <p className="quiet" lang="en">{alert.count_name}</p>
      <dl className="open-alert-facts">
        <div>
          <dt>{t.now}</dt>
          <dd>
            <Whole value={alert.count_now} />
          </dd>
        </div>
        <div>
          <dt>{t.count}</dt>
          <dd>
            <Whole value={alert.count} />
          </dd>
        </div>
        <div>
          <dt>{t.threshold}</dt>
          <dd>
            <Whole value={alert.threshold} />
          </dd>
        </div>
        <div>
          <dt>{t.since}</dt>
          <dd>
            <Duration ms={alert.lasted_ms} />
          </dd>
        </div>
        <div>
          <dt>{t.openedAt}</dt>
          <dd>
            <Moment at={alert.opened_at} />
          </dd>
        </div>
      </dl>
      <Posts posts={alert.posts} />
    </li>
  );
}
