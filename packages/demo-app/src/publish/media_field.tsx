/** The files that are published: chosen on this device, or samples. They go up when they are needed. */
import { useEffect, useState } from "react";
import { drawingUrl, sampleJpeg, type SampleName, sampleVideo } from "../samples/samples.ts";
import { useTexts } from "../texts/use_texts.ts";
import { Icon } from "../ui/icon.tsx";
import { Problem } from "../ui/problem.tsx";

const TYPES = "image/jpeg,image/png,image/webp,image/gif,video/mp4,video/quicktime,application/pdf";
const SAMPLES = ["lighthouse", "mountains", "still_life", "waves"] as const satisfies readonly SampleName[];

interface Props {
  files: readonly File[];
  /** A sample takes a moment to come: what was chosen meanwhile stays. */
  onChange: (update: (files: readonly File[]) => readonly File[]) => void;
}

export function MediaField({ files, onChange }: Props) {
  const texts = useTexts();
  const { publish } = texts;
  const [problem, setProblem] = useState<string | null>(null);
  const take = async (name: SampleName) => {
    setProblem(null);
    try {
      const sample = name === "waves" ? await sampleVideo() : await sampleJpeg(name);
      onChange((files) => [...files, sample]);
    } catch (error) {
      setProblem(String(error));
    }
  };
  return (
    <div role="group" aria-labelledby="label-media">
      <p className="file-field-label" id="label-media">{publish.media}</p>
      {files.length > 0 && (
        <ul className="photos">
          {files.map((file, at) => (
            <li key={`${at} ${file.name}`}>
              <Preview file={file} />
              <button
                type="button"
                className="icon-button photo-remove"
                aria-label={publish.removeMedia(file.name)}
                onClick={() => onChange((files) => files.filter((_, place) => place !== at))}
              >
                <Icon name="close" size={16} />
              </button>
            </li>
          ))}
        </ul>
      )}
      <label className="button media-add">
        <Icon name="plus" size={18} /> {publish.addMedia}
        <input
          className="visually-hidden"
          type="file"
          multiple
          accept={TYPES}
          onChange={({ currentTarget }) => {
            const chosen = [...currentTarget.files ?? []];
            onChange((files) => [...files, ...chosen]);
            currentTarget.value = ""; // the same file may be chosen again
          }}
        />
      </label>
      <div className="samples">
        <p className="quiet">{texts.fields.samples}</p>
        <ul>
          {SAMPLES.map((name) => (
            <li key={name}>
              <button
                type="button"
                className="sample"
                aria-label={texts.fields.useSample(texts.samples[name])}
                onClick={() => void take(name)}
              >
                <img src={drawingUrl(name)} alt="" width="64" height="64" />
                {name === "waves" && <Icon name="video_upscaler" size={18} />}
              </button>
            </li>
          ))}
        </ul>
      </div>
      {problem && <Problem title={problem} />}
    </div>
  );
}

function Preview({ file }: { file: File }) {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    const made = URL.createObjectURL(file);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);
  if (url === null) return null;
  if (file.type === "application/pdf") return <span className="photo-document">{file.name}</span>;
  return file.type.startsWith("video/")
    ? <video src={url} muted playsInline aria-label={file.name} />
    : <img src={url} alt={file.name} />;
}
