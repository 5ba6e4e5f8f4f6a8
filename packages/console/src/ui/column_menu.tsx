/** Chooses the columns of a list. */
import * as Radix from "@radix-ui/react-dropdown-menu";
import { commonTexts } from "../texts/common.ts";
import { useTexts } from "../texts/use_texts.ts";
import { Icon } from "./icon.tsx";

interface ColumnMenuProps {
  columns: readonly { id: string; head: string }[];
  shown: Readonly<Record<string, boolean>>;
  onChange(shown: Record<string, boolean>): void;
}

export function ColumnMenu({ columns, shown, onChange }: ColumnMenuProps) {
  const { columns: label } = useTexts(commonTexts);
  const count = columns.filter(({ id }) => shown[id]).length;
  return (
    <Radix.Root>
      <Radix.Trigger className="button is-quiet column-button">
        {label} <Icon name="down" size={14} />
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content className="menu" align="end" sideOffset={4} collisionPadding={8}>
          {columns.map(({ id, head }) => (
            <Radix.CheckboxItem
              key={id}
              className="menu-item"
              checked={shown[id] ?? false}
              // A list without a column would be none.
              disabled={count === 1 && (shown[id] ?? false)}
              onCheckedChange={(is) => onChange({ ...shown, [id]: is })}
              onSelect={(event) => event.preventDefault()}
            >
              <span className="menu-mark" aria-hidden="true">{shown[id] ? "✓" : ""}</span>
              {head}
            </Radix.CheckboxItem>
          ))}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
