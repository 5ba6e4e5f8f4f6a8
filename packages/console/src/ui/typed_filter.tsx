/** A filter that is typed: it goes into the address when the typing rests, or at once with Enter. */
import { type ComponentProps, useEffect, useRef, useState } from "react";
import { TextInput } from "./field.tsx";

const RESTS_MS = 350;

interface TypedFilterProps extends Omit<ComponentProps<typeof TextInput>, "value" | "onChange"> {
  value: string;
  onTyped(value: string): void;
}

export function TypedFilter({ value, onTyped, ...rest }: TypedFilterProps) {
  const [typed, setTyped] = useState(value);
  const told = useRef(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  // The address has changed by another way, "back" for one: that is what stands here then.
  useEffect(() => {
    if (value === told.current) return;
    told.current = value;
    setTyped(value);
  }, [value]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const tell = (text: string) => {
    clearTimeout(timer.current);
    if (text === told.current) return;
    told.current = text;
    onTyped(text);
  };
  return (
    <TextInput
      {...rest}
      value={typed}
      onChange={({ target }) => {
        setTyped(target.value);
        clearTimeout(timer.current);
        timer.current = setTimeout(() => tell(target.value.trim()), RESTS_MS);
      }}
      onKeyDown={({ key }) => key === "Enter" && tell(typed.trim())}
    />
  );
}
