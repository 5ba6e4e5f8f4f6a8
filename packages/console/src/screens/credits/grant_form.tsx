/** What a grant is asked with. A large one is typed in words as well: a zero too many is soon typed. */
import { useState } from "react";
import { ConfirmWords } from "../../act/confirm_words.tsx";
import { MOST_IN_WORDS, saysNumber } from "../../act/number_words.ts";
import { useOpsCall } from "../../data/use_ops_call.ts";
import { useLanguage } from "@esteira/preferences";
import { wholeIn } from "../../texts/format.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Button } from "../../ui/button.tsx";
import { TextArea, TextInput } from "../../ui/field.tsx";
import { Problem } from "../../ui/problem.tsx";
import { type Granted, newReference, refusedOf } from "./grant.ts";
import { readAmount } from "./money.ts";
import { creditsTexts } from "./texts.ts";

const LARGE = 1_000;

export function GrantForm({ userId, onGranted }: { userId: string; onGranted(granted: Granted): void }) {
  const { grant: texts } = useTexts(creditsTexts);
  const [language] = useLanguage();
  const { run, isRunning, error, reset } = useOpsCall<Granted>("grant_credits");
  const [typed, setTyped] = useState("");
  const [words, setWords] = useState("");
  const [description, setDescription] = useState("");
  const [reference, setReference] = useState(newReference);
  const amount = readAmount(typed);
  const count = Number(amount);
  const asksForWords = count >= LARGE && count <= MOST_IN_WORDS;
  const isReady = amount !== null && description.trim() !== "" && !isRunning &&
    (!asksForWords || saysNumber(words, count));
  const refused = error ? refusedOf(error) : null;
  const problemWith = (field: string) => {
    if (!error || refused?.field !== field) return null;
    if (!refused.amount) return error.message;
    const known = wholeIn(language, refused.amount);
    return error.code === "idempotency_conflict" ? texts.conflict(known) : texts.most(known);
  };
  const grant = async () => {
    if (!isReady) return;
    const args = {
      p_user_id: userId,
      p_amount: amount,
      p_description: description.trim(),
      p_reference: reference.trim(),
    };
    // A refusal is shown where it belongs.
    await run(args).then(onGranted, () => {});
  };
  return (
    <form
      className="grant-form"
      onChange={() => error && reset()}
      onSubmit={(event) => (event.preventDefault(), void grant())}
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
      {asksForWords && <ConfirmWords value={words} count={count} onChange={setWords} />}
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
        <Button kind="primary" type="submit" disabled={!isReady}>
          {isRunning ? texts.granting : texts.submit(amount ? wholeIn(language, amount) : "…")}
        </Button>
      </div>
    </form>
  );
}
