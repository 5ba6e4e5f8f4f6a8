/** What can be done beside what one would mostly do. */
import * as Radix from "@radix-ui/react-dropdown-menu";
import type { ReactNode } from "react";
import { Icon } from "./icon.tsx";

export interface MenuItem {
  readonly label: string;
  readonly isDangerous?: boolean;
  readonly isDisabled?: boolean;
  onSelect(): void;
}

interface MenuProps {
  /** What its button is called. */
  label: string;
  /** What its button shows; left out: three dots. */
  children?: ReactNode;
  items: readonly MenuItem[];
}

export function Menu({ label, children, items }: MenuProps) {
  return (
    <Radix.Root>
      <Radix.Trigger className="button is-quiet" aria-label={label}>
        {children ?? <Icon name="more" />}
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content className="menu" align="end" sideOffset={4} collisionPadding={8}>
          {items.map(({ label, isDangerous, isDisabled, onSelect }) => (
            <Radix.Item
              key={label}
              className={`menu-item ${isDangerous ? "is-dangerous" : ""}`}
              disabled={isDisabled ?? false}
              onSelect={onSelect}
            >
              {label}
            </Radix.Item>
          ))}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
