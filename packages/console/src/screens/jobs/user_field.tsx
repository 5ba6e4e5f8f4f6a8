/** Whose jobs: by the whole e-mail, offered as soon as its beginning is typed. */
import { useId } from "react";
import { useOps } from "../../data/use_ops.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { TextInput } from "../../ui/field.tsx";
import { jobsTexts } from "./texts.ts";
import { useDraft } from "./use_draft.ts";

/** One letter begins too many. */
const LEAST = 2;

interface Offered {
  readonly users: readonly { readonly user_id: string; readonly email: string | null }[];
}

export function UserField({ value, onSettle }: { value: string; onSettle(value: string): void }) {
  const { names } = useTexts(jobsTexts);
  const id = useId();
  // The beginning of an address is nobody's; Enter or leaving the field says that it is whole.
  const draft = useDraft(value, (typed) => onSettle(wholeOf(typed)), (typed) => typed !== "");
  const typed = draft.value.trim();
  const { data } = useOps<Offered>("users", { p_query: typed, p_limit: 10 }, {
    enabled: typed.length >= LEAST && typed !== value,
    every: false,
  });
  const emails = data?.users.flatMap(({ email }) => email ?? []) ?? [];
  const wholeOf = (typed: string) => emails.length === 1 && emails[0]?.startsWith(typed) ? emails[0] : typed;
  return (
    <>
      <TextInput
        type="email"
        autoComplete="off"
        label={names.user_email}
        list={id}
        value={draft.value}
        onChange={({ currentTarget }) => draft.change(currentTarget.value)}
        onBlur={draft.settle}
        onKeyDown={({ key }) => key === "Enter" && draft.settle()}
      />
      <datalist id={id}>
        {emails.map((email) => <option key={email} value={email} />)}
      </datalist>
    </>
  );
}
