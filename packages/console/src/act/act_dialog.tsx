/** Says what an action would come to, asks for what it needs, does it, and says what has come of it. */
import { useState } from "react";
import { useOps } from "../data/use_ops.ts";
import { useOpsCall } from "../data/use_ops_call.ts";
import { commonTexts } from "../texts/common.ts";
import { useTexts } from "../texts/use_texts.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Loading } from "../ui/loading.tsx";
import { Problem } from "../ui/problem.tsx";
import { ActFields } from "./act_fields.tsx";
import { filterWith, firstTyped, kindOf } from "./actions.ts";
import { ConfirmWords } from "./confirm_words.tsx";
import { DoneView } from "./done_view.tsx";
import { FilterWords } from "./filter_words.tsx";
import { saysNumber } from "./number_words.ts";
import { boundBy, type Done, type Plan } from "./plan.ts";
import { PlanView } from "./plan_view.tsx";
import { ReasonField } from "./reason_field.tsx";
import { actionName, actTexts } from "./texts.ts";
import type { Wish } from "./use_act.ts";
import "./act.css";

interface ActDialogProps {
  wish: Wish;
  onClose(): void;
}

export function ActDialog({ wish: { action, filter: asked, title }, onClose }: ActDialogProps) {
  const texts = useTexts(actTexts);
  const { cancel, close } = useTexts(commonTexts);
  const kind = kindOf(action, asked);
  const [typed, setTyped] = useState(() => firstTyped(asked, kind.fields));
  const [reason, setReason] = useState("");
  const [words, setWords] = useState("");
  const [done, setDone] = useState<Done | null>(null);
  const filter = filterWith(asked, kind.fields, typed);
  const dry = useOps<Plan>("act", { p_action: action, p_filter: filter ?? {}, p_dry_run: true }, {
    every: false,
    enabled: filter !== null && done === null,
  });
  const call = useOpsCall<Done>("act");
  // What was answered to another question says nothing of this one.
  const plan = filter !== null && !dry.isPlaceholderData && !dry.isError ? dry.data : undefined;
  const asksForWords = kind.isDestructive && plan !== undefined && plan.qualified > 0;
  const isReady = plan !== undefined && plan.qualified > 0 && !dry.isFetching && !call.isRunning &&
    (!kind.wantsReason || reason.trim() !== "") && (!asksForWords || saysNumber(words, plan.qualified));
  const name = title ?? actionName(texts, action);

  if (done) {
    return (
      <Dialog title={name} onClose={onClose}>
        <DoneView done={done} onClose={onClose} />
        <footer className="dialog-foot">
          <Button kind="primary" autoFocus onClick={onClose}>{close}</Button>
        </footer>
      </Dialog>
    );
  }
  const act = async () => {
    if (!isReady) return;
    const args = {
      p_action: action,
      p_filter: boundBy(filter!, plan),
      p_dry_run: false,
      p_reason: reason.trim(),
    };
    // What it is refused for stands below; what it was asked for stays, to be asked again.
    await call.run(args).then(setDone, () => {});
  };
  return (
    <Dialog title={name} lead={<FilterWords filter={asked} />} onClose={onClose}>
      <form className="act" onSubmit={(event) => (event.preventDefault(), void act())}>
        <ActFields fields={kind.fields} typed={typed} onChange={setTyped} />
        {dry.isError && filter !== null && <Problem error={dry.error} onAgain={() => void dry.refetch()} />}
        {plan ? <PlanView plan={plan} /> : filter !== null && !dry.isError && <Loading />}
        {plan && plan.qualified > 0 && (
          <ReasonField value={reason} onChange={setReason} isWanted={kind.wantsReason} />
        )}
        {asksForWords && <ConfirmWords value={words} count={plan.qualified} onChange={setWords} />}
        {call.error && <Problem error={call.error} />}
        <footer className="dialog-foot">
          <Button onClick={onClose}>{cancel}</Button>
          <Button kind={kind.isDestructive ? "danger" : "primary"} type="submit" disabled={!isReady}>
            {call.isRunning
              ? texts.doing
              : texts.doIt(actionName(texts, action), plan?.thing ? null : plan?.qualified ?? null)}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
