/** Sets a rule: on or off, where it opens and closes, and for how long. */
import { type ComponentProps, useState } from "react";
import { useOpsCall } from "../../data/use_ops_call.ts";
import { useLanguage } from "@esteira/preferences";
import { commonTexts } from "../../texts/common.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { TextInput } from "../../ui/field.tsx";
import { Problem } from "../../ui/problem.tsx";
import type { Rule } from "./answers.ts";
import { changesOf, formOf, problemsOf, type RuleForm } from "./rule_form.ts";
import { ruleName } from "./rule_names.ts";
import { alertsTexts } from "./texts.ts";

export function RuleDialog({ rule, onClose }: { rule: Rule; onClose(): void }) {
  const t = useTexts(alertsTexts);
  const common = useTexts(commonTexts);
  const [language] = useLanguage();
  const { run, isRunning, error } = useOpsCall<Rule>("set_alert_rule");
  const [form, setForm] = useState(() => formOf(rule));
  const [reason, setReason] = useState("");
  const problems = problemsOf(form);
  const changes = changesOf(rule, form);
  const isReady = Object.keys(problems).length === 0 && Object.keys(changes).length > 0;
  const field = (
    name: Exclude<keyof RuleForm, "isEnabled">,
  ): ComponentProps<"input"> & { problem: string | null } => ({
    value: form[name],
    inputMode: "decimal",
    problem: problems[name] ? t[problems[name]] : null,
    onChange: ({ target }) => setForm({ ...form, [name]: target.value }),
  });
  const save = () => {
    run({ p_name: rule.name, p_changes: changes, p_reason: reason.trim() || null }).then(onClose, () => {});
  };
  return (
    <Dialog title={`${t.editTitle}: ${ruleName(language, rule.name)}`} lead={t.editLead} onClose={onClose}>
      <form
        className="rule-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady) {
            save();
          }
        }}
      >
        <label className="rule-switch">
          <input
            type="checkbox"
            checked={form.isEnabled}
            onChange={({ target }) =>
              setForm({ ...form, isEnabled: target.checked })}
          />
          {t.isEnabled}
        </label>
        <p className="quiet" lang="en">{rule.count_name}</p>
        <div className="rule-fields">
          <TextInput label={t.thresholdField} {...field("threshold")} />
          <TextInput label={t.closeBelowField} note={t.closeBelowNote} {...field("closeBelow")} />
          <TextInput label={t.lookBackField} {...field("lookBack")} />
          <TextInput label={t.opensAfterField} note={t.opensAfterNote} {...field("opensAfter")} />
          <TextInput label={t.closesAfterField} note={t.closesAfterNote} {...field("closesAfter")} />
        </div>
        <TextInput
          label={t.reason}
          value={reason}
          maxLength={500}
          onChange={({ target }) =>
            setReason(target.value)}
        />
        {error && <Problem error={error} />}
        <footer className="dialog-foot">
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button kind="primary" type="submit" disabled={!isReady || isRunning}>
            {isRunning ? t.saving : t.save}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
