/** How far the list was looked through: nobody takes what was not found yet for what is not there. */
import { useLanguage } from "@esteira/preferences";
import { momentIn, wholeIn } from "../../texts/format.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Button } from "../../ui/button.tsx";
import { jobsTexts } from "./texts.ts";
import type { FoundJobs } from "./use_found_jobs.ts";

export function LookedNote({ found }: { found: FoundJobs }) {
  const texts = useTexts(jobsTexts);
  const [language] = useLanguage();
  const { jobs, lookedAt, lookedUntil, isComplete, isLooking, isLoading, goOn } = found;
  if (isLoading) return null;
  return (
    <p className="looked-note" role="status">
      <span>{jobs.length === 1 ? texts.one : texts.found(wholeIn(language, jobs.length))}.</span> {isComplete
        ? <span>{texts.all}</span>
        : lookedUntil && (
          <span>{texts.looked(wholeIn(language, lookedAt), momentIn(language, lookedUntil))}</span>
        )}
      {isLooking && <span>{texts.looking}</span>}
      {!isComplete && !isLooking && <Button kind="quiet" onClick={goOn}>{texts.goOn}</Button>}
    </p>
  );
}
