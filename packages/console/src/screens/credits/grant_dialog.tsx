/** Grants credits to a user, once for the reference that stands in it, and says what has come of it. */
import { useState } from "react";
import { useLanguage } from "@esteira/preferences";
import { commonTexts } from "../../texts/common.ts";
import { wholeIn } from "../../texts/format.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import type { Granted } from "./grant.ts";
import { GrantForm } from "./grant_form.tsx";
import { creditsTexts } from "./texts.ts";

export function GrantDialog({ userId, who, onClose }: { userId: string; who: string; onClose(): void }) {
  const { grant: texts } = useTexts(creditsTexts);
  const { close } = useTexts(commonTexts);
  const [granted, setGranted] = useState<Granted | null>(null);
  return (
    <Dialog title={texts.title(who)} onClose={onClose}>
      {granted
        ? (
          <>
            <GrantedWords granted={granted} />
            <div className="dialog-foot">
              <Button kind="primary" autoFocus onClick={onClose}>{close}</Button>
            </div>
          </>
        )
        : <GrantForm userId={userId} onGranted={setGranted} />}
    </Dialog>
  );
}

function GrantedWords({ granted: { amount, balance, is_new, left } }: { granted: Granted }) {
  const { grant: texts } = useTexts(creditsTexts);
  const [language] = useLanguage();
  const now = wholeIn(language, balance);
  return (
    <p role="status">
      {is_new ? texts.done(wholeIn(language, amount), now) : texts.again(now)}{" "}
      {texts.left(wholeIn(language, left.credits_a_day))}
    </p>
  );
}
