/** A filter of which one value is chosen, or several by the address. */
import { useTexts } from "../../texts/use_texts.ts";
import { Select, type SelectOption } from "../../ui/field.tsx";
import { jobsTexts } from "./texts.ts";

interface ChoiceFilterProps {
  label: string;
  value: string;
  options: readonly SelectOption[];
  onChange(value: string): void;
}

export function ChoiceFilter({ label, value, options, onChange }: ChoiceFilterProps) {
  const { any } = useTexts(jobsTexts);
  const isKnown = value === "" || options.some((option) => option.value === value);
  return (
    <Select
      label={label}
      value={value}
      options={[{ value: "", label: any }, ...options, ...isKnown ? [] : [{ value, label: value }]]}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    />
  );
}

/** Options whose values are their own words. */
export const asOptions = (values: readonly string[]): SelectOption[] =>
  values.map((value) => ({ value, label: value }));
