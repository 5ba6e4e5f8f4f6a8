/** One file that a tool takes: dropped, chosen, or one of our samples. What is uploaded is shown. */
import { UploadDropzone, useEsteira } from "@esteira/client/react";
import { useState } from "react";
import { drawingUrl, sampleFile, type SampleName, sampleVideo } from "../samples/samples.ts";
import { useErrorWords } from "../texts/use_error_words.ts";
import { useTexts } from "../texts/use_texts.ts";
import { Icon } from "../ui/icon.tsx";
import { Problem } from "../ui/problem.tsx";
import type { FileField as Field } from "./tool_pages.ts";

/** A file that lies in Storage. */
export interface ChosenFile {
  /** What goes into the job's input. */
  readonly path: string;
  /** Shows it on this page. */
  readonly url: string;
  readonly isVideo: boolean;
}

interface Props {
  tool: string;
  field: Field;
  samples: readonly SampleName[];
  chosen: ChosenFile | undefined;
  onChange: (chosen: ChosenFile | undefined) => void;
}

export function FileField({ tool, field, samples, chosen, onChange }: Props) {
  const { fields } = useTexts();
  const take = (path: string, file: File) =>
    onChange({ path, url: URL.createObjectURL(file), isVideo: file.type.startsWith("video/") });
  return (
    <div className="file-field" role="group" aria-labelledby={`label-${field}`}>
      <p className="file-field-label" id={`label-${field}`}>{fields[field]}</p>
      {chosen
        ? (
          <div className="file-chosen">
            {chosen.isVideo
              ? <video src={chosen.url} muted playsInline loop autoPlay aria-label={fields[field]} />
              : <img src={chosen.url} alt={fields[field]} />}
            <button
              type="button"
              className="icon-button"
              aria-label={`${fields.replace}: ${fields[field]}`}
              onClick={() => onChange(undefined)}
            >
              <Icon name="close" size={18} />
            </button>
          </div>
        )
        : (
          <>
            <UploadDropzone tool={tool} field={field} onUploaded={take} />
            <Samples tool={tool} field={field} samples={samples} onTaken={take} />
          </>
        )}
    </div>
  );
}

interface SamplesProps {
  tool: string;
  field: Field;
  samples: readonly SampleName[];
  onTaken: (path: string, file: File) => void;
}

function Samples({ tool, field, samples, onTaken }: SamplesProps) {
  const texts = useTexts();
  const esteira = useEsteira();
  const inWords = useErrorWords();
  const [busy, setBusy] = useState<SampleName | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const take = async (name: SampleName) => {
    setBusy(name);
    setProblem(null);
    try {
      const file = field === "video" ? await sampleVideo() : await sampleFile(name);
      const { path } = await esteira.upload(file, { tool, field });
      onTaken(path, file);
    } catch (error) {
      setProblem(inWords(error));
      setBusy(null);
    }
  };
  return (
    <div className="samples">
      <p className="quiet">{texts.fields.samples}</p>
      <ul>
        {samples.map((name) => (
          <li key={name}>
            <button
              type="button"
              className="sample"
              disabled={busy !== null}
              aria-busy={busy === name}
              aria-label={texts.fields.useSample(texts.samples[name])}
              onClick={() => void take(name)}
            >
              <img src={drawingUrl(name)} alt="" width="64" height="64" />
              {field === "video" && <Icon name="video_upscaler" size={18} />}
            </button>
          </li>
        ))}
      </ul>
      {problem && <Problem title={problem} />}
    </div>
  );
}
