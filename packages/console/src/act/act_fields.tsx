/** What an action needs to know besides what it is on. */
import { useTexts } from "../texts/use_texts.ts";
import { Select, TextInput } from "../ui/field.tsx";
import { type ActField, valueOf } from "./actions.ts";
import { actTexts } from "./texts.ts";

type Typed = Readonly<Partial<Record<ActField, string>>>;

interface ActFieldsProps {
  fields: readonly ActField[];
  typed: Typed;
  onChange(typed: Typed): void;
}

const CHOICES: Readonly<Partial<Record<ActField, readonly string[]>>> = {
  for: ["", "15 minutes", "1 hour", "4 hours", "1 day"],
  resolved: ["", "there", "not_there"],
};

export function ActFields({ fields, typed, onChange }: ActFieldsProps) {
  const { fields: names, choices, wrongNumber } = useTexts(actTexts);
  if (fields.length === 0) return null;
  return (
    <div className="act-fields">
      {fields.map((field) => {
        const value = typed[field] ?? "";
        const set = (next: string) => onChange({ ...typed, [field]: next });
        const { label, note } = names[field];
        const given = CHOICES[field];
        if (given) {
          const all = given.includes(value) ? given : [...given, value];
          const options = all.map((choice) => ({
            value: choice,
            label: choices[field as "for"][choice as ""] ?? choice,
          }));
          return (
            <Select
              key={field}
              label={label}
              note={note}
              options={options}
              value={value}
              onChange={(event) => set(event.target.value)}
            />
          );
        }
        return (
          <TextInput
            key={field}
            label={label}
            note={note}
            inputMode="numeric"
            autoComplete="off"
            value={value}
            problem={value.trim() !== "" && valueOf(field, value) === null ? wrongNumber : null}
            onChange={(event) => set(event.target.value)}
          />
        );
      })}
    </div>
  );
}
