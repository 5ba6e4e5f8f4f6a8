/** Nothing to show, said in words. */
import type { ReactNode } from "react";

export function Empty({ children }: { children: ReactNode }) {
  return <p className="empty">{children}</p>;
}
