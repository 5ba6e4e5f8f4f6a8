/** A text that is looked for with Enter, or when it is left: not with each letter. */
import { type FormEvent, useEffect, useState } from "react";
import { TextInput } from "./field.tsx";

interface SettledInputProps {
  label: string;
  /** What is looked for now. */
  shown: string;
  /** Called with another text than that, trimmed. */
  onSettle(text: string): void;
}

export function SettledInput({ label, shown, onSettle }: SettledInputProps) {
  const [typed, setTyped] = useState(shown);
  useEffect(() => setTyped(shown), [shown]);
  const settle = () => {
    if (typed.trim() !== shown) onSettle(typed.trim());
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    settle();
  };
  return (
    <form onSubmit={submit}>
      <TextInput
        isBare
        label={label}
        placeholder={label}
        value={typed}
        autoComplete="off"
        onChange={({ target }) => setTyped(target.value)}
        onBlur={settle}
      />
    </form>
  );
}
