/** What stands where there is nothing yet: what will be there, and what to do for it. */
import type { ReactNode } from "react";

export function Empty({ title, text, children }: { title: string; text: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <svg className="empty-art" viewBox="0 0 160 72" width="160" height="72" aria-hidden="true">
        <rect className="empty-box" x="18" y="20" width="34" height="26" rx="6" />
        <rect className="empty-box is-next" x="64" y="12" width="34" height="34" rx="6" />
        <rect className="empty-box" x="110" y="20" width="34" height="26" rx="6" />
        <path className="empty-belt" d="M8 52h144M24 62h.01M52 62h.01M80 62h.01M108 62h.01M136 62h.01" />
      </svg>
      <p className="empty-title">{title}</p>
      <p className="empty-text">{text}</p>
      {children}
    </div>
  );
}
