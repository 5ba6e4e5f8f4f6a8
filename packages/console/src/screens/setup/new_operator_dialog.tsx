/** Finds a user by the beginning of an e-mail or by id, and gives them a role. */
import { useDeferredValue, useState } from "react";
import { useOps } from "../../data/use_ops.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { TextInput } from "../../ui/field.tsx";
import { Problem } from "../../ui/problem.tsx";
import type { FoundUsers } from "./answers.ts";
import { RoleForm } from "./role_form.tsx";
import { setupTexts } from "./texts.ts";

const LEAST_TYPED = 3;

export function NewOperatorDialog({ onClose }: { onClose(): void }) {
  const t = useTexts(setupTexts);
  const [typed, setTyped] = useState("");
  const [chosen, setChosen] = useState<string | null>(null);
  const query = useDeferredValue(typed.trim());
  const { data, error } = useOps<FoundUsers>("users", { p_query: query, p_limit: 8 }, {
    every: false,
    enabled: query.length >= LEAST_TYPED,
  });
  const users = query.length >= LEAST_TYPED ? data?.users ?? [] : [];
  const user = users.find(({ user_id }) => user_id === chosen) ?? null;
  return (
    <Dialog title={t.addTitle} lead={t.roleLead} onClose={onClose}>
      <RoleForm
        userId={user?.user_id ?? null}
        was={user?.role ?? null}
        onClose={onClose}
      >
        <TextInput
          type="search"
          label={t.findUser}
          note={t.findUserNote}
          autoComplete="off"
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
        />
        {error && <Problem error={error} />}
        {users.length > 0 && (
          <fieldset className="setup-found">
            <legend>{t.choose}</legend>
            {users.map(({ user_id, email, role }) => (
              <label key={user_id}>
                <input
                  type="radio"
                  name="user"
                  checked={user_id === chosen}
                  onChange={() => setChosen(user_id)}
                />
                <span className="setup-email">{email ?? user_id} {role && `(${t.roles[role]})`}</span>
              </label>
            ))}
          </fieldset>
        )}
        {data && query.length >= LEAST_TYPED && (
          <p className="quiet" role="status">
            {users.length === 0 ? t.nobody : data.is_complete ? "" : t.moreThere}
          </p>
        )}
      </RoleForm>
    </Dialog>
  );
}
