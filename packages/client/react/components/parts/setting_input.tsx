/** One setting of a post: a text, an address, a few words, yes or no, or one of some. */
import { useId, useState } from "react";
import { useSurroundings } from "../../hooks/surroundings_context.ts";
import { CheckBox } from "./check_box.tsx";
import { type SettingField, UNSET } from "./setting_fields.ts";

interface Props<K extends SettingField["kind"]> {
  field: Extract<SettingField, { kind: K }>;
  value: unknown;
  /** Undefined takes it back. */
  onChange: (value: unknown) => void;
}

export function SettingInput({ field, value, onChange }: Props<SettingField["kind"]>) {
  const { texts } = useSurroundings();
  const { names, hints } = texts.publishing.settings;
  const { name } = field;
  if (field.kind === "choice") return <Choice {...{ field, value, onChange }} />;
  if (field.kind === "flag" || field.kind === "unless") {
    const isUsual = field.kind === "unless";
    return (
      <CheckBox
        name={name}
        label={names[name]}
        hint={hints[name] ?? null}
        checked={isUsual ? value !== false : value === true}
        onChange={(isOn) => onChange(isOn === isUsual ? undefined : isOn)}
      />
    );
  }
  return <Line {...{ field, value, onChange }} />;
}

function Line({ field, value, onChange }: Props<"text" | "url" | "list">) {
  const { texts } = useSurroundings();
  const hintId = useId();
  const { names, hints } = texts.publishing.settings;
  const [typed, setTyped] = useState<string | null>(null); // a comma at the end is no tag yet
  const shown = Array.isArray(value) ? typed ?? value.join(", ") : String(value ?? "");
  const wordsOf = (text: string) => text.split(",").map((word) => word.trim()).filter(Boolean);
  const take = (text: string) => {
    if (field.kind !== "list") return onChange(text === "" ? undefined : text);
    setTyped(text);
    const words = wordsOf(text);
    onChange(words.length > 0 ? words : undefined);
  };
  return (
    <label className="esteira-field">
      <span>{names[field.name]}</span>
      <input
        type={field.kind === "url" ? "url" : "text"}
        name={field.name}
        maxLength={field.kind === "text" ? field.max : undefined}
        placeholder={field.kind === "url" ? "https://" : undefined}
        value={shown}
        aria-describedby={hints[field.name] ? hintId : undefined}
        onChange={({ target }) => take(target.value)}
      />
      {hints[field.name] && <span id={hintId} className="esteira-hint">{hints[field.name]}</span>}
    </label>
  );
}

function Choice({ field, value, onChange }: Props<"choice">) {
  const { texts } = useSurroundings();
  const { names, values } = texts.publishing.settings;
  return (
    <label className="esteira-field">
      <span>{names[field.name]}</span>
      <select
        name={field.name}
        value={String(value ?? UNSET)}
        onChange={({ target }) => onChange(target.value === UNSET ? undefined : target.value)}
      >
        {field.values.map((one) => <option key={one} value={one}>{values[field.name]?.[one] ?? one}</option>)}
      </select>
    </label>
  );
}
