/** A short word with a tone. The tone repeats what the word says; it never says it alone. */
import type { ReactNode } from "react";

export type Tone = "plain" | "good" | "warn" | "bad" | "accent" | "quiet";

export function Tag({ tone = "plain", children }: { tone?: Tone; children: ReactNode }) {
  return <span className={`tag is-${tone}`}>{children}</span>;
}
