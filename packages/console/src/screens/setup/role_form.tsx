/** Chooses a role, says why, and sets it. */
import { type ReactNode, useState } from "react";
import { useOpsCall } from "../../data/use_ops_call.ts";
import { commonTexts } from "../../texts/common.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Button } from "../../ui/button.tsx";
import { Select, TextInput } from "../../ui/field.tsx";
import { Problem } from "../../ui/problem.tsx";
import type { Role } from "./answers.ts";
import { setupTexts } from "./texts.ts";

interface Props {
  /** Whose role; null: not chosen yet. */
  userId: string | null;
  /** What they are now. */
  was: Role | null;
  /** What stands above it. */
  children?: ReactNode;
  onClose(): void;
}

const ROLES = ["admin", "support", "none"] as const;

export function RoleForm({ userId, was, children, onClose }: Props) {
  const t = useTexts(setupTexts);
  const common = useTexts(commonTexts);
  const { run, isRunning, error } = useOpsCall<string | null>("set_operator");
  const [role, setRole] = useState<typeof ROLES[number]>(was ?? "support");
  const [reason, setReason] = useState("");
  const isReady = userId !== null && role !== (was ?? "none");
  const save = () => {
    const wanted = role === "none" ? null : role;
    run({ p_user_id: userId, p_role: wanted, p_reason: reason.trim() || null }).then(onClose, () => {});
  };
  return (
    <form
      className="role-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) save();
      }}
    >
      {children}
      <Select
        label={t.role}
        value={role}
        options={ROLES.map((value) => ({ value, label: t.roles[value] }))}
        onChange={({ target }) => setRole(ROLES.find((one) => one === target.value) ?? "none")}
      />
      <TextInput
        label={t.reason}
        value={reason}
        maxLength={500}
        onChange={({ target }) => setReason(target.value)}
      />
      {error && <Problem error={error} />}
      <footer className="dialog-foot">
        <Button onClick={onClose}>{common.cancel}</Button>
        <Button
          kind={role === "none" ? "danger" : "primary"}
          type="submit"
          disabled={!isReady || isRunning}
        >
          {isRunning ? t.saving : t.save}
        </Button>
      </footer>
    </form>
  );
}
