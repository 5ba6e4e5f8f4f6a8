/** What a training needs: a name, a subject, and at least four pictures. */
import { useEsteira } from "@esteira/client/react";
import { useState } from "react";
import { go, hrefOf } from "../routing.ts";
import { useErrorWords } from "../texts/use_error_words.ts";
import { useTexts } from "../texts/use_texts.ts";
import { usePrice } from "../tools/use_price.ts";
import { Problem } from "../ui/problem.tsx";
import { type Photo, PhotoPicker } from "./photo_picker.tsx";

const SUBJECTS = ["woman", "man", "girl", "boy", "cat", "dog", "style"] as const;
type Subject = typeof SUBJECTS[number];
const LEAST = 4;

export function TrainForm() {
  const { train, tool } = useTexts();
  const { jobs } = useEsteira();
  const inWords = useErrorWords();
  const price = usePrice("model_training");
  const [photos, setPhotos] = useState<readonly Photo[]>([]);
  const [asked, setAsked] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const [isSending, setIsSending] = useState(false);
  const missing = LEAST - photos.length;

  const submit = async (form: FormData) => {
    setAsked(true);
    setRefusal(null);
    if (missing > 0) return;
    setIsSending(true);
    const handle = jobs.create("model_training", {
      name: String(form.get("name")),
      subject: form.get("subject") as Subject,
      images: photos.map(({ path }) => path),
    });
    await handle.created.then(
      ({ id }) => go(hrefOf("train", { job: id })),
      (error: unknown) => setRefusal(inWords(error)),
    );
    setIsSending(false);
  };

  return (
    <>
      <h1>{train.title}</h1>
      <p className="lead">{train.lead}</p>
      <form className="card train-form" action={submit} aria-label={train.title}>
        <div className="train-words">
          <label className="field">
            <span>{train.name}</span>
            <input
              name="name"
              required
              maxLength={100}
              placeholder={train.namePlaceholder}
              autoComplete="off"
            />
          </label>
          <label className="field">
            <span>{train.subject}</span>
            <select name="subject" defaultValue="woman">
              {SUBJECTS.map((subject) => (
                <option key={subject} value={subject}>{train.subjects[subject]}</option>
              ))}
            </select>
          </label>
        </div>
        <PhotoPicker photos={photos} onChange={setPhotos} />
        {asked && missing > 0 && <Problem title={train.photosMissing(missing)} />}
        {refusal && <Problem title={tool.refused} text={refusal} />}
        <button type="submit" className="button is-main is-wide" disabled={isSending}>
          {isSending ? tool.sending : train.start}
          {price !== null && !isSending && <span className="price">{tool.cost(price)}</span>}
        </button>
      </form>
    </>
  );
}
