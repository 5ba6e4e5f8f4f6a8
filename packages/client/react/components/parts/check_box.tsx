/** Something that is switched on or off, with what there is to say of it. */
import { type ReactNode, useId } from "react";

export interface CheckBoxProps {
  label: ReactNode;
  /** What it means, or why it is off. */
  hint?: string | null;
  checked: boolean;
  disabled?: boolean;
  name?: string;
  onChange: (checked: boolean) => void;
}

export function CheckBox({ label, hint, checked, disabled = false, name, onChange }: CheckBoxProps) {
  const hintId = useId();
  return (
    <label
      className="esteira-check"
      data-off={disabled || undefined}
      title={disabled && hint ? hint : undefined}
    >
      <input
        type="checkbox"
        name={name}
        checked={checked}
        disabled={disabled}
        aria-describedby={hint ? hintId : undefined}
        onChange={({ target }) => onChange(target.checked)}
      />
      <span className="esteira-check-words">
        <span>{label}</span>
        {hint && <span id={hintId} className="esteira-hint">{hint}</span>}
      </span>
    </label>
  );
}
