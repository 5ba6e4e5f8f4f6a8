/** Changes the role of somebody who has one. */
import { useTexts } from "../../texts/use_texts.ts";
import { Dialog } from "../../ui/dialog.tsx";
import type { OperatorRow } from "./answers.ts";
import { RoleForm } from "./role_form.tsx";
import { setupTexts } from "./texts.ts";

export function RoleDialog({ user, onClose }: { user: OperatorRow; onClose(): void }) {
  const t = useTexts(setupTexts);
  return (
    <Dialog title={t.roleTitle(user.email ?? user.user_id)} lead={t.roleLead} onClose={onClose}>
      <RoleForm userId={user.user_id} was={user.role} onClose={onClose} />
    </Dialog>
  );
}
