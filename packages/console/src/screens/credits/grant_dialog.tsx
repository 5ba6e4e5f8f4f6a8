/** Grants credits to a user, once for the reference that stands in it. */
import { useState } from "react";
import { useOpsCall } from "../../data/use_ops_call.ts";
import { useLanguage } from "../../preferences.ts";
import { commonTexts } from "../../texts/common.ts";
import { wholeIn } from "../../texts/format.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { TextArea, TextInput } from "../../ui/field.tsx";
import { Problem } from "../../ui/problem.tsx";
import { type Granted, newReference, refusedOf } from "./grant.ts";
import { readAmount } from "./money.ts";
import { creditsTexts } from "./texts.ts";

export function GrantDialog({ userId, who, onClose }: { userId: string; who: string; onClose: () => void }) {
  const { grant: texts } = useTexts(creditsTexts);
  const { close } = useTexts(commonTexts);
  const [language] = useLanguage();
  const { run, isRunning, error, reset } = useOpsCall<Granted>("grant_credits");
  const [granted, setGranted] = useState<Granted | null>(null);
  const [typed, setTyped] = useState("");
  const [description, setDescription] = useState("");
  const [reference, setReference] = useState(newReference);
  const amount = readAmount(typed);
  const refused = error ? refusedOf(error) : null;
  const problemWith = (field: string) => {
    if (!error || refused?.field !== field) return null;
    if (!refused.amount) return error.message;
    const known = wholeIn(language, refused.amount);
    return error.code === "idempotency_conflict" ? texts.conflict(known) : texts.most(known);
  };
  const grant = async () => {
    const args = {
      p_user_id: userId,
      p_amount: amount,
      p_description: description.trim(),
      p_reference: reference.trim(),
    };
    // A refusal is shown where it belongs.
    await run(args).then(setGranted, () => {});
  };
  if (granted) {
    const balance = wholeIn(language, granted.balance);
    return (
      <Dialog title={texts.title(who)} onClose={onClose}>
        <p role="status">
          {granted.is_new ? texts.done(wholeIn(language, granted.amount), balance) : texts.again(balance)}
          {" "}
          {texts.left(wholeIn(language, granted.left.credits_a_day))}
        </p>
        <div className="dialog-foot">
          <Button kind="primary" onClick={onClose}>{close}</Button>
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog title={texts.title(who)} onClose={onClose}>
      <form
        className="grant-form"
        onChange={() => error && reset()}
        onSubmit={(event) => {
          event.preventDefault();
          if (amount && !isRunning) void grant();
        }}
      >
        <TextInput
          label={texts.amount}
          note={texts.amountNote}
          problem={typed && !amount ? texts.noAmount : problemWith("amount")}
          inputMode="numeric"
          autoComplete="off"
          required
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
        />
        <TextArea
          label={texts.description}
          note={texts.descriptionNote}
          problem={problemWith("description")}
          required
          maxLength={500}
          value={description}
          onChange={({ target }) => setDescription(target.value)}
        />
        <TextInput
          label={texts.reference}
          note={texts.referenceNote}
          problem={problemWith("reference")}
          required
          maxLength={200}
          spellCheck={false}
          value={reference}
          onChange={({ target }) => setReference(target.value)}
        />
        {error && !refused?.field && <Problem error={error} />}
        <div className="dialog-foot">
          <Button kind="primary" type="submit" disabled={!amount || !description.trim() || isRunning}>
            {isRunning ? texts.granting : texts.submit(amount ? wholeIn(language, amount) : "…")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
