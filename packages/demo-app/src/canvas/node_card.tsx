/** A node: a description, and the image that comes of it. */
import { JobStepIndicator, useJob } from "@esteira/client/react";
import { type CSSProperties, useState } from "react";
import { useErrorWords } from "../texts/use_error_words.ts";
import { useTexts } from "../texts/use_texts.ts";
import { Icon } from "../ui/icon.tsx";
import { Problem } from "../ui/problem.tsx";
import type { CanvasNode } from "./content.ts";
import { MoveHandle } from "./move_handle.tsx";
import { useStoredImage } from "./use_stored_image.ts";

interface Props {
  node: CanvasNode;
  label: string;
  onPrompt: (prompt: string) => void;
  onMove: (dx: number, dy: number) => void;
  /** It has been moved to where it stays. */
  onDrop: () => void;
  onRemove: () => void;
  onGenerate: (prompt: string) => Promise<unknown>;
}

export function NodeCard({ node, label, onPrompt, onMove, onDrop, onRemove, onGenerate }: Props) {
  const { canvas: texts } = useTexts();
  const inWords = useErrorWords();
  const { prompt, generated, loading = false, error, jobId } = node.data;
  const { job } = useJob(jobId, { enabled: loading });
  const image = useStoredImage(generated?.url);
  const [refusal, setRefusal] = useState<string | null>(null);
  const [isAsking, setIsAsking] = useState(false);

  const submit = async () => {
    setIsAsking(true);
    setRefusal(null);
    await onGenerate(prompt).catch((reason: unknown) => setRefusal(inWords(reason)));
    setIsAsking(false);
  };
  const at = { "--x": `${node.position.x}px`, "--y": `${node.position.y}px` } as CSSProperties;

  return (
    <li className="node" style={at} aria-label={label} data-node={node.id}>
      <div className="node-head">
        <MoveHandle label={`${label}. ${texts.move}`} onMove={onMove} onDrop={onDrop} />
        <span className="node-name" aria-hidden="true">{label}</span>
        <button
          type="button"
          className="icon-button"
          aria-label={`${texts.remove}: ${label}`}
          onClick={onRemove}
        >
          <Icon name="trash" size={18} />
        </button>
      </div>
      <div className={loading ? "node-picture is-loading" : "node-picture"}>
        {image
          ? <img src={image} alt={prompt} />
          : !loading && <span className="quiet">{texts.nodeEmpty}</span>}
        {loading && job && (
          <div className="node-step">
            <JobStepIndicator job={job} />
          </div>
        )}
      </div>
      <form action={submit} className="node-form">
        <label className="visually-hidden" htmlFor={`prompt-${node.id}`}>{texts.prompt}</label>
        <textarea
          id={`prompt-${node.id}`}
          rows={2}
          value={prompt}
          placeholder={texts.placeholder}
          required
          maxLength={5000}
          onChange={({ target }) => onPrompt(target.value)}
        />
        {(refusal ?? error) && !loading && <Problem title={refusal ?? error ?? ""} />}
        <button type="submit" className="button is-main is-wide" disabled={isAsking || loading}>
          <Icon name="sparkle" size={18} /> {isAsking || loading ? texts.generating : texts.generate}
        </button>
      </form>
    </li>
  );
}
