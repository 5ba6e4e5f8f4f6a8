/** Views of one thing, of which one is shown: links, as each has an address. */
import type { ReactNode } from "react";
import { Link } from "./link.tsx";

export interface Tab {
  readonly label: ReactNode;
  readonly href: string;
  readonly isCurrent: boolean;
}

export function Tabs({ label, tabs }: { label: string; tabs: readonly Tab[] }) {
  return (
    <nav className="tabs" aria-label={label}>
      {tabs.map(({ label, href, isCurrent }) => (
        <Link key={href} href={href} {...isCurrent && { "aria-current": "page" as const }}>{label}</Link>
      ))}
    </nav>
  );
}
