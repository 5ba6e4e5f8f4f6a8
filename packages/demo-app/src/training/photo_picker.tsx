/** The pictures of a training: added one by one or several at once, and taken away again. */
import { UploadDropzone, useEsteira } from "@esteira/client/react";
import { type Dispatch, type SetStateAction, useState } from "react";
import { sampleFile } from "../samples/samples.ts";
import { useErrorWords } from "../texts/use_error_words.ts";
import { useTexts } from "../texts/use_texts.ts";
import { Icon } from "../ui/icon.tsx";
import { Problem } from "../ui/problem.tsx";

export interface Photo {
  /** Where it lies in Storage. */
  readonly path: string;
  /** Shows it on this page. */
  readonly url: string;
}

const TOOL = "model_training";
const SAMPLES = ["portrait", "dancing", "arms_up", "jacket"] as const;

interface Props {
  photos: readonly Photo[];
  onChange: Dispatch<SetStateAction<readonly Photo[]>>;
}

export function PhotoPicker({ photos, onChange }: Props) {
  const { train } = useTexts();
  const esteira = useEsteira();
  const inWords = useErrorWords();
  const [isBusy, setIsBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const add = (path: string, file: File) =>
    onChange((known) => [...known, { path, url: URL.createObjectURL(file) }]);
  const addSamples = async () => {
    setIsBusy(true);
    setProblem(null);
    try {
      for (const name of SAMPLES) {
        const file = await sampleFile(name);
        add((await esteira.upload(file, { tool: TOOL, field: "images" })).path, file);
      }
    } catch (error) {
      setProblem(inWords(error));
    }
    setIsBusy(false);
  };

  return (
    <div role="group" aria-labelledby="label-photos">
      <p className="file-field-label" id="label-photos">{train.photos}</p>
      <UploadDropzone tool={TOOL} field="images" onUploaded={add} />
      {photos.length === 0 && (
        <button
          type="button"
          className="button"
          disabled={isBusy}
          onClick={() => void addSamples()}
        >
          <Icon name="sparkle" size={18} /> {train.useSamples}
        </button>
      )}
      {problem && <Problem title={problem} />}
      <p className="quiet" role="status">{photos.length > 0 && train.photosCount(photos.length)}</p>
      <ul className="photos">
        {photos.map(({ path, url }, at) => (
          <li key={path}>
            <img src={url} alt="" />
            <button
              type="button"
              className="icon-button photo-remove"
              aria-label={train.removePhoto(at + 1)}
              onClick={() => onChange((known) => known.filter((photo) => photo.path !== path))}
            >
              <Icon name="close" size={16} />
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
