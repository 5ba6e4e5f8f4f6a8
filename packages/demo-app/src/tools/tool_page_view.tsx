/** A tool: what it takes on one side, what comes of it on the other. */
import { useCreateJob, useCredits, useJob } from "@esteira/client/react";
import { useRef, useState } from "react";
import { go, hrefOf } from "../routing.ts";
import { useErrorWords } from "../texts/use_error_words.ts";
import { useTexts } from "../texts/use_texts.ts";
import { Choice } from "../ui/choice.tsx";
import { Problem } from "../ui/problem.tsx";
import { type ChosenFile, FileField } from "./file_field.tsx";
import { ResultCard } from "./result_card.tsx";
import { inputOf, type Options, VARIANTS } from "./tool_input.ts";
import type { FileField as Field, ToolPage } from "./tool_pages.ts";
import { usePrice } from "./use_price.ts";

export function ToolPageView({ page, jobId }: { page: ToolPage; jobId: string | null }) {
  const texts = useTexts();
  const { title, text, action } = texts.tools[page.tool];
  const { create } = useCreateJob(page.tool);
  const inWords = useErrorWords();
  const price = usePrice(page.tool);
  const { balance } = useCredits();
  const [files, setFiles] = useState<Partial<Record<Field, ChosenFile>>>({});
  const [options, setOptions] = useState<Options>({ variant: "near", scale: 2 });
  const result = useRef<HTMLDivElement>(null);
  const [asked, setAsked] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const { job, isLoading } = useJob(jobId);

  const submit = () => {
    const input = inputOf(page, files, options);
    setAsked(true);
    setRefusal(null);
    if (!input) return;
    const handle = create(input);
    result.current?.scrollIntoView({ block: "nearest" }); // on a phone it is below the form
    go(hrefOf(page.path, { job: handle.key })); // it is there before the server knows of it
    handle.created.then(
      ({ id }) => go(hrefOf(page.path, { job: id }), { replace: true }),
      (error: unknown) => {
        setRefusal(inWords(error));
        go(hrefOf(page.path), { replace: true });
      },
    );
  };

  return (
    <>
      <h1>{title}</h1>
      <p className="lead">{text}</p>
      <div className="tool">
        <form className="card tool-form" action={submit} aria-label={title}>
          <div className={page.files.length > 1 ? "file-fields is-pair" : "file-fields"}>
            {page.files.map(({ field, samples }) => (
              <FileField
                key={field}
                tool={page.tool}
                field={field}
                samples={samples}
                chosen={files[field]}
                onChange={(chosen) => setFiles((known) => ({ ...known, [field]: chosen }))}
              />
            ))}
          </div>
          {page.hasScale && <ScaleOptions options={options} onChange={setOptions} />}
          {asked && !inputOf(page, files, options) && <Problem title={texts.tool.missing} />}
          {refusal && <Problem title={texts.tool.refused} text={refusal} />}
          <button type="submit" className="button is-main is-wide">
            {action}
            {price !== null && <span className="price">{texts.tool.cost(price)}</span>}
          </button>
          {price !== null && balance !== null && balance < price && (
            <a className="quiet" href="#/account">{texts.account.balance(String(balance))}</a>
          )}
        </form>
        <div ref={result} className="result-place">
          <ResultCard page={page} job={job} isLoading={isLoading} before={files[page.compareWith]} />
        </div>
      </div>
    </>
  );
}

function ScaleOptions({ options, onChange }: { options: Options; onChange: (options: Options) => void }) {
  const { fields } = useTexts();
  return (
    <>
      <label className="field">
        <span>{fields.variant}</span>
        <select
          value={options.variant}
          onChange={({ target }) => onChange({ ...options, variant: target.value as Options["variant"] })}
        >
          {VARIANTS.map((variant) => <option key={variant} value={variant}>{fields.variants[variant]}
          </option>)}
        </select>
      </label>
      <Choice
        legend={fields.scale}
        options={([2, 4] as const).map((value) => ({ value, label: fields.times(value) }))}
        value={options.scale}
        onChange={(scale) => onChange({ ...options, scale })}
      />
    </>
  );
}
