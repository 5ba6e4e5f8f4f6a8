/** How far was looked for what is rare, and the way further. */
import { useLanguage } from "@esteira/preferences";
import { commonTexts } from "../texts/common.ts";
import { wholeIn } from "../texts/format.ts";
import { useTexts } from "../texts/use_texts.ts";
import { Button } from "./button.tsx";

interface LookFurtherProps {
  /** How many rows were looked at, on all pages. */
  lookedAt: number;
  isLooking: boolean;
  onFurther(): void;
}

export function LookFurther({ lookedAt, isLooking, onFurther }: LookFurtherProps) {
  const texts = useTexts(commonTexts);
  const [language] = useLanguage();
  return (
    <p className="look-further">
      <span className="quiet" role="status">{texts.lookedAt(wholeIn(language, lookedAt))}</span>
      <Button disabled={isLooking} onClick={onFurther}>{texts.further}</Button>
    </p>
  );
}
