/** A filter that is typed. */
import type { ComponentProps } from "react";
import { TextInput } from "../../ui/field.tsx";
import { useDraft } from "./use_draft.ts";

type FilterFieldProps = Omit<ComponentProps<typeof TextInput>, "value" | "onChange" | "onBlur"> & {
  value: string;
  onSettle(value: string): void;
};

export function FilterField({ value, onSettle, ...rest }: FilterFieldProps) {
  const draft = useDraft(value, onSettle);
  return (
    <TextInput
      autoComplete="off"
      spellCheck={false}
      {...rest}
      value={draft.value}
      onChange={({ currentTarget }) => draft.change(currentTarget.value)}
      onBlur={draft.settle}
      onKeyDown={({ key }) => key === "Enter" && draft.settle()}
    />
  );
}
