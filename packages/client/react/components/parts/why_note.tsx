/** One reason why a job stands where it stands, in words for its owner. */
import type { Why } from "../../../../../shared/rows/why.ts";
import { useSurroundings } from "../../hooks/surroundings_context.ts";

/** Nothing where there is none. */
export function WhyNote({ reason }: { reason: Why | null }) {
  const { language } = useSurroundings();
  if (reason === null) return null;
  return (
    <p className="esteira-why" data-level={reason.level} data-code={reason.code}>{reason.words[language]}</p>
  );
}
