/** A screen that could not be shown; the others go on. */
import { commonTexts } from "../texts/common.ts";
import { useTexts } from "../texts/use_texts.ts";
import { Page } from "./page.tsx";
import { Problem } from "./problem.tsx";

export function Broken({ error, reset }: { error: unknown; reset?: () => void }) {
  const { broken } = useTexts(commonTexts);
  return (
    <Page title={broken}>
      <Problem
        error={error instanceof Error ? error : new Error(String(error))}
        {...reset && { onAgain: reset }}
      />
    </Page>
  );
}
