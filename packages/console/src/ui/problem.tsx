/** What went wrong: words, and the code by which it can be looked up. */
import { OpsError } from "../data/ops_error.ts";
import { commonTexts } from "../texts/common.ts";
import { useTexts } from "../texts/use_texts.ts";
import { Button } from "./button.tsx";

interface ProblemProps {
  error: Error;
  onAgain?: () => void;
}

export function Problem({ error, onAgain }: ProblemProps) {
  const { errors, again } = useTexts(commonTexts);
  const code = error instanceof OpsError ? error.code : null;
  const words = code ? (errors as Record<string, string>)[code] : null;
  return (
    <div className="problem" role="alert">
      <p>
        {words && <strong>{words}</strong>} <span>{error.message}</span> {code && <code>{code}</code>}
      </p>
      {onAgain && <Button onClick={onAgain}>{again}</Button>}
    </div>
  );
}
