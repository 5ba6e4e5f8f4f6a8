/** How far was looked for what is rare, and the way further. */
import { useLanguage } from "@esteira/preferences";
import { wholeIn } from "../../texts/format.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Button } from "../../ui/button.tsx";
import { webhooksTexts } from "./texts.ts";

interface LookFurtherProps {
  /** How many rows were looked at, on all pages. */
  lookedAt: number;
  isLooking: boolean;
  onFurther(): void;
}

export function LookFurther({ lookedAt, isLooking, onFurther }: LookFurtherProps) {
  const texts = useTexts(webhooksTexts);
  const [language] = useLanguage();
  return (
    <p className="look-further">
      <span className="quiet" role="status">{texts.lookedAt(wholeIn(language, lookedAt))}</span>
      <Button disabled={isLooking} onClick={onFurther}>{texts.further}</Button>
    </p>
  );
}
