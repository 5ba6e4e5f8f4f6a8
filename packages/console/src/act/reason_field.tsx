/** Why it is done, for whoever reads the audit. */
import { useTexts } from "../texts/use_texts.ts";
import { TextInput } from "../ui/field.tsx";
import { actTexts } from "./texts.ts";

interface ReasonFieldProps {
  value: string;
  isWanted: boolean;
  onChange(value: string): void;
}

/** The database keeps so much of it. */
const MOST = 500;

export function ReasonField({ value, isWanted, onChange }: ReasonFieldProps) {
  const { reason, reasonOptional, reasonNote } = useTexts(actTexts);
  return (
    <TextInput
      label={isWanted ? reason : reasonOptional}
      note={reasonNote}
      required={isWanted}
      maxLength={MOST}
      autoComplete="off"
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
