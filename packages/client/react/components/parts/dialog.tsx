/** A modal dialog: over everything, holds the focus while it is open, and gives it back. */
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef } from "react";
import { useLatest } from "../../hooks/use_latest.ts";
import { useThemed } from "./themed.ts";
import { DismissButton } from "./dismiss_button.tsx";

export interface DialogProps {
  isOpen: boolean;
  /** Esc, a click beside it, the close button. */
  onClose: () => void;
  title: ReactNode;
  className?: string;
  children: ReactNode;
}

export function Dialog({ isOpen, ...props }: DialogProps) {
  return isOpen ? <OpenDialog {...props} /> : null;
}

function OpenDialog({ onClose, title, className, children }: Omit<DialogProps, "isOpen">) {
  const { root, texts } = useThemed();
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const titleId = useId();
  const close = useLatest(onClose);

  useEffect(() => {
    const element = dialog.current;
    const before = document.activeElement;
    if (!element) return;
    element.showModal();
    heading.current?.focus();
    return () => {
      element.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);

  return (
    <dialog
      ref={dialog}
      {...root("dialog", className)}
      aria-modal="true"
      aria-labelledby={titleId}
      onKeyDown={keepFocusInside}
      onCancel={(event) => {
        if (event.target !== event.currentTarget) return; // a file field's
        event.preventDefault();
        close.current();
      }}
      onClose={(event) =>
        event.target === event.currentTarget && !event.currentTarget.open && close.current()}
      onClick={(event) => event.target === event.currentTarget && close.current()}
    >
      <div className="esteira-dialog-body">
        <header className="esteira-dialog-header">
          <h2 id={titleId} ref={heading} tabIndex={-1} className="esteira-dialog-title">{title}</h2>
          <DismissButton label={texts.debug.close} onClick={onClose} />
        </header>
        {children}
      </div>
    </dialog>
  );
}

const FOCUSABLE =
  "a[href], button:not([disabled]), input:not([disabled]), select, textarea, summary, audio[controls], video[controls], " +
  "[tabindex]:not([tabindex='-1'])";

/** Browsers let Tab leave a modal dialog for their own bars; from its end it goes on at its beginning. */
function keepFocusInside(event: KeyboardEvent<HTMLDialogElement>): void {
  if (event.key === "Escape" && !event.defaultPrevented) {
    // The browser's own `cancel` follows; where there is none, this is it.
    event.preventDefault();
    event.currentTarget.dispatchEvent(new Event("cancel", { cancelable: true }));
    return;
  }
  if (event.key !== "Tab") return;
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>(FOCUSABLE)];
  const [first, last] = [all[0], all.at(-1)];
  const from = document.activeElement;
  const isAtEdge = event.shiftKey ? from === first || !all.includes(from as HTMLElement) : from === last;
  if (!isAtEdge) return;
  event.preventDefault();
  (event.shiftKey ? last : first)?.focus();
}
