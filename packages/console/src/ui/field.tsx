/** What a person fills in, with its label and what is wrong with it. */
import { type ComponentProps, type ReactNode, useId } from "react";

interface FieldProps {
  label: string;
  note?: ReactNode;
  problem?: string | null;
  /** The label is there for who cannot see; the place says the rest. */
  isBare?: boolean;
}

function Field(
  { id, label, note, problem, isBare, children }: FieldProps & { id: string; children: ReactNode },
) {
  return (
    <div className="field">
      <label htmlFor={id} className={isBare ? "visually-hidden" : ""}>{label}</label>
      {children}
      {note && <span id={`${id}-note`} className="quiet">{note}</span>}
      {problem && <span id={`${id}-problem`} className="field-problem" role="alert">{problem}</span>}
    </div>
  );
}

function descriptionOf(id: string, { note, problem }: FieldProps) {
  const ids = [note && `${id}-note`, problem && `${id}-problem`].filter(Boolean).join(" ");
  return { ...ids && { "aria-describedby": ids }, ...problem && { "aria-invalid": true } };
}

export function TextInput({ label, note, problem, isBare, ...rest }: FieldProps & ComponentProps<"input">) {
  const id = useId();
  const words = { label, note, problem: problem ?? null, isBare: isBare ?? false };
  return (
    <Field id={id} {...words}>
      <input id={id} type="text" {...descriptionOf(id, words)} {...rest} />
    </Field>
  );
}

export function TextArea({ label, note, problem, isBare, ...rest }: FieldProps & ComponentProps<"textarea">) {
  const id = useId();
  const words = { label, note, problem: problem ?? null, isBare: isBare ?? false };
  return (
    <Field id={id} {...words}>
      <textarea id={id} rows={3} {...descriptionOf(id, words)} {...rest} />
    </Field>
  );
}

export interface SelectOption {
  readonly value: string;
  readonly label: string;
}

export function Select(
  { label, note, problem, isBare, options, ...rest }: FieldProps & ComponentProps<"select"> & {
    options: readonly SelectOption[];
  },
) {
  const id = useId();
  const words = { label, note, problem: problem ?? null, isBare: isBare ?? false };
  return (
    <Field id={id} {...words}>
      <select id={id} {...descriptionOf(id, words)} {...rest}>
        {options.map(({ value, label }) => <option key={value} value={value}>{label}</option>)}
      </select>
    </Field>
  );
}
