/** Whether its owner's screens were told, and how they learned: by what was broadcast, and by what they tell themselves. */
import type { JobStep } from "../../../../../shared/words/steps.ts";
import { stepName } from "../../../../../shared/words/labels.ts";
import { useLanguage } from "@esteira/preferences";
import { useTexts } from "../../texts/use_texts.ts";
import { Empty } from "../../ui/empty.tsx";
import { Duration, Moment, Whole } from "../../ui/figures.tsx";
import { Panel } from "../../ui/panel.tsx";
import { PlainTable } from "./plain_table.tsx";
import { jobTexts } from "./texts.ts";
import type { Facts } from "./types.ts";

export function Deliveries({ facts: { told, deliveries } }: { facts: Facts }) {
  const [language] = useLanguage();
  const texts = useTexts(jobTexts);
  return (
    <Panel title={texts.deliveries} note={texts.deliveriesLead}>
      <h3>{texts.told}</h3>
      {told.length === 0 ? <p className="quiet">{texts.notTold}</p> : (
        <ul className="told">
          {told.map(({ at, event, step, version, all_sent }) => (
            <li key={`${at} ${version} ${event}`}>
              <Moment at={at} /> <code>{event}</code> {step && stepName(step as JobStep, language)}
              {version !== null && <span className="quiet">v{version}</span>}
              {all_sent === false && <strong>{texts.notAllSent}</strong>}
            </li>
          ))}
        </ul>
      )}
      {deliveries.length === 0 ? <Empty>{texts.noDeliveries}</Empty> : (
        <PlainTable
          label={texts.deliveries}
          heads={[texts.hour, texts.channel, texts.changes, texts.missed, texts.latest]}
          rows={deliveries.map(({ hour, channel, changes, missed, late_max_ms }) => ({
            key: `${hour} ${channel}`,
            cells: [
              <Moment key="hour" at={hour} />,
              channel,
              <Whole key="changes" value={changes} />,
              <Whole key="missed" value={missed} />,
              <Duration key="late" ms={late_max_ms} />,
            ],
          }))}
        />
      )}
    </Panel>
  );
}
