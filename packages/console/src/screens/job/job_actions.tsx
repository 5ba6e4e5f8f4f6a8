/** What can be done with the job as it stands, by who may. */
import { type FormEvent, useState } from "react";
import { useAct, useMay } from "../../act/use_act.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { TextInput } from "../../ui/field.tsx";
import { Menu } from "../../ui/menu.tsx";
import { actionsFor, actOf, type JobAction } from "./actions_for.ts";
import { jobTexts } from "./texts.ts";
import type { Facts } from "./types.ts";

/** So many stand as buttons; the rest is in the menu. */
const IN_SIGHT = 2;

export function JobActions({ facts }: { facts: Facts }) {
  const texts = useTexts(jobTexts);
  const act = useAct();
  const may = useMay();
  const [asks, setAsks] = useState(false);
  const { job, publication, quarantine, retried_as, webhooks } = facts;
  const actions = actionsFor({
    status: job.status,
    refund: job.refund,
    lastWebhook: webhooks.length > 0,
    isSetAside: quarantine.length > 0,
    isUnknown: Boolean(publication?.unknown_at && !publication.resolved),
    isRetried: retried_as !== null,
  }).filter((action) => may(actOf(action).action));
  // What cannot be undone is not what one hits by chance.
  const inSight: JobAction[] = actions.filter((action) => action !== "delete").slice(0, IN_SIGHT);
  const inMenu = actions.filter((action) => !inSight.includes(action));
  const choose = (chosen: JobAction) => {
    if (chosen === "set_priority") return setAsks(true);
    const { action, ...more } = actOf(chosen);
    act({ action, filter: { job_id: job.id, ...more } });
  };
  return (
    <>
      {inSight.map((action) => (
        <Button key={action} onClick={() => choose(action)}>{texts.actions[action]}</Button>
      ))}
      {inMenu.length > 0 && (
        <Menu
          label={texts.more}
          items={inMenu.map((action) => ({
            label: texts.actions[action],
            isDangerous: action === "delete",
            onSelect: () => choose(action),
          }))}
        />
      )}
      {asks && (
        <PriorityDialog
          priority={job.priority}
          onClose={() => setAsks(false)}
          onChoose={(priority) => act({ action: "set_priority", filter: { job_id: job.id, priority } })}
        />
      )}
    </>
  );
}

function PriorityDialog(
  { priority, onClose, onChoose }: { priority: number; onClose(): void; onChoose(priority: number): void },
) {
  const texts = useTexts(jobTexts);
  const [value, setValue] = useState(String(priority));
  const go = (event: FormEvent) => {
    event.preventDefault();
    onClose();
    onChoose(Number(value));
  };
  return (
    <Dialog title={texts.actions.set_priority} onClose={onClose}>
      <form className="priority-form" onSubmit={go}>
        <TextInput
          type="number"
          required
          step={1}
          label={texts.priority}
          value={value}
          onChange={({ currentTarget }) => setValue(currentTarget.value)}
        />
        <Button type="submit" kind="primary">{texts.goOn}</Button>
      </form>
    </Dialog>
  );
}
