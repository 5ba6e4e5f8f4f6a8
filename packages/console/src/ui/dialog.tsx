/** A dialog over the page: the rest waits. */
import * as Radix from "@radix-ui/react-dialog";
import type { ReactNode } from "react";
import { commonTexts } from "../texts/common.ts";
import { useTexts } from "../texts/use_texts.ts";
import { Icon } from "./icon.tsx";

interface DialogProps {
  title: string;
  lead?: ReactNode;
  onClose(): void;
  isWide?: boolean;
  children: ReactNode;
}

/** Open while it is rendered. */
export function Dialog({ title, lead, onClose, isWide = false, children }: DialogProps) {
  const { close } = useTexts(commonTexts);
  return (
    <Radix.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="dialog-veil" />
        <Radix.Content
          className={`dialog ${isWide ? "is-wide" : ""}`}
          onOpenAutoFocus={toFirstField}
          {...!lead && { "aria-describedby": undefined }}
        >
          <header className="dialog-head">
            <Radix.Title>{title}</Radix.Title>
            <Radix.Close className="button is-quiet" aria-label={close}>
              <Icon name="close" />
            </Radix.Close>
          </header>
          {lead && (
            <Radix.Description asChild>
              <div className="lead">{lead}</div>
            </Radix.Description>
          )}
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** What one came to fill in, where there is something; else what the dialog begins with. */
function toFirstField(event: Event): void {
  const field = event.target instanceof HTMLElement
    ? event.target.querySelector<HTMLElement>("input, select, textarea")
    : null;
  if (!field) return;
  event.preventDefault();
  field.focus();
}
