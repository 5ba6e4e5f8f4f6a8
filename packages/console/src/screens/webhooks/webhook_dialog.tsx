/** One webhook as it came: its text, which nothing has parsed, and what can be done with it. */
import { useAct, useMay } from "../../act/use_act.ts";
import { useOps } from "../../data/use_ops.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Loading } from "../../ui/loading.tsx";
import { Problem } from "../../ui/problem.tsx";
import { RawText } from "../../ui/raw_text.tsx";
import { webhooksTexts } from "./texts.ts";
import type { RawWebhook } from "./webhook.ts";
import { WebhookFacts } from "./webhook_facts.tsx";

export function WebhookDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const { one } = useTexts(webhooksTexts);
  const act = useAct();
  const may = useMay();
  const { data, error, refetch, isPlaceholderData } = useOps<RawWebhook>(
    "webhook",
    { p_event_id: id },
    { every: false, hints: "jobs" },
  );
  const webhook = isPlaceholderData && String(data?.event_id) !== id ? undefined : data;
  const replay = (jobId: string) => {
    onClose();
    act({ action: "replay_webhook", filter: { job_id: jobId }, title: one.replayTitle });
  };
  return (
    <Dialog title={one.title} onClose={onClose} isWide>
      {error && (error.code === "not_found"
        ? <p>{one.gone}</p>
        : <Problem error={error} onAgain={() => void refetch()} />)}
      {!webhook && !error && <Loading />}
      {webhook && (
        <>
          <WebhookFacts line={webhook} />
          {webhook.is_masked && <p className="quiet">{one.masked}</p>}
          <RawText label={one.payload} text={webhook.payload} />
          <RawText label={one.headers} text={webhook.headers} />
          {webhook.can_replay && may("replay_webhook") && (
            <div className="dialog-foot">
              <span className="quiet">{one.replayNote}</span>
              <Button onClick={() => replay(webhook.job_id)}>{one.replay}</Button>
            </div>
          )}
        </>
      )}
    </Dialog>
  );
}
