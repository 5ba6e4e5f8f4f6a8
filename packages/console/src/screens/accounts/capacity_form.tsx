/** Sets how many tasks an account may have at once. */
import { useState } from "react";
import { useAct, useMay } from "../../act/use_act.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Button } from "../../ui/button.tsx";
import { TextInput } from "../../ui/field.tsx";
import type { Account } from "./account.ts";
import { accountsTexts } from "./texts.ts";

export function CapacityForm({ account }: { account: Account }) {
  const texts = useTexts(accountsTexts);
  const act = useAct();
  const may = useMay();
  const [typed, setTyped] = useState(String(account.capacity));
  if (!may("set_capacity")) return null;
  const capacity = /^\d{1,6}$/.test(typed) ? Number(typed) : null;
  return (
    <form
      className="capacity-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (capacity === null) return;
        const filter = { account_id: account.account_id, capacity };
        act({ action: "set_capacity", filter, title: texts.capacityTitle(account.name) });
      }}
    >
      <TextInput
        label={texts.capacity}
        note={texts.capacityNote}
        inputMode="numeric"
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
      />
      <Button type="submit" disabled={capacity === null || capacity === account.capacity}>
        {texts.setCapacity}
      </Button>
    </form>
  );
}
