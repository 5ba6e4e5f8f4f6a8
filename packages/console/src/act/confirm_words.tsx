/** How many it is on, typed in words: what is typed has been read. */
import { useLanguage } from "@esteira/preferences";
import { useTexts } from "../texts/use_texts.ts";
import { TextInput } from "../ui/field.tsx";
import { saysNumber, wordsOf } from "./number_words.ts";
import { actTexts } from "./texts.ts";

interface ConfirmWordsProps {
  value: string;
  count: number;
  onChange(value: string): void;
}

export function ConfirmWords({ value, count, onChange }: ConfirmWordsProps) {
  const { confirm, confirmNote } = useTexts(actTexts);
  const [language] = useLanguage();
  return (
    <TextInput
      label={confirm(count)}
      note={saysNumber(value, count) ? "✓" : confirmNote(wordsOf(count, language))}
      required
      autoComplete="off"
      autoCapitalize="off"
      spellCheck={false}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
