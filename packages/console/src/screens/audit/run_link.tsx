/** The way to the bulk run that an act was. */
import { useTexts } from "../../texts/use_texts.ts";
import { Link } from "../../ui/link.tsx";
import type { Act } from "./act.ts";
import { auditTexts } from "./texts.ts";

export function RunLink({ act: { run_id, run_state } }: { act: Pick<Act, "run_id" | "run_state"> }) {
  const { runStates } = useTexts(auditTexts);
  if (!run_id) return <>–</>;
  // A run is kept for thirty days, what was done for two years.
  if (!run_state) return <code className="quiet">{run_id.slice(-12)}</code>;
  return (
    <Link href={`/runs/${run_id}`}>
      {(runStates as Record<string, string>)[run_state] ?? run_state} <code>{run_id.slice(-12)}</code>
    </Link>
  );
}
