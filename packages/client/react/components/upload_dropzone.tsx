/** Takes a file by a click, the keyboard, drag and drop or the clipboard, checks it and uploads it. */
import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { useLatest } from "../hooks/use_latest.ts";
import { useTool } from "../hooks/use_tool.ts";
import { useUpload } from "../hooks/use_upload.ts";
import { errorWords } from "../texts/error_words.ts";
import { typeNames } from "../texts/file_types.ts";
import { bytesIn } from "../texts/numbers.ts";
import { refusalOf } from "./parts/check_file.ts";
import { hasFiles, hasLeft, isWritten } from "./parts/file_events.ts";
import { FilePreview } from "./parts/file_preview.tsx";
import { ProgressBar } from "./parts/progress_bar.tsx";
import { useThemed } from "./parts/themed.ts";

export interface UploadDropzoneProps {
  /** The tool, and its input field that will name the file: they say which files are taken. */
  tool: string;
  /** Default `image`. */
  field?: string;
  /** The file is there: `path` goes into the job's input. */
  onUploaded?: (path: string, file: File) => void;
  /** The last file is not the one any more: another was chosen, or this one was taken away. */
  onCleared?: () => void;
  /** Default: "Choose a file". */
  label?: ReactNode;
  /** Takes files that are pasted anywhere on the page, but into a field. Default false: while it has the focus. */
  pasteAnywhere?: boolean;
  className?: string;
}

export function UploadDropzone(
  { tool, field = "image", onUploaded, onCleared, label, pasteAnywhere = false, className }:
    UploadDropzoneProps,
) {
  const { root, texts, language } = useThemed();
  const rule = useTool(tool)?.files[field] ?? null;
  const { upload, cancel, isUploading, progress, path, error } = useUpload({ tool, field });
  const [file, setFile] = useState<File | null>(null);
  const [refusal, setRefusal] = useState<string | null>(null);
  const [isOver, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const [rulesId, errorId] = [useId(), useId()];

  const take = async (files: FileList | null) => {
    const [chosen, another] = files ?? [];
    if (!chosen) return;
    const refused = another ? texts.upload.oneAtATime : refusalOf(chosen, rule, texts, language);
    setRefusal(refused);
    if (refused !== null) return;
    if (path !== null) onCleared?.();
    setFile(chosen);
    const uploaded = await upload(chosen);
    if (uploaded !== null) onUploaded?.(uploaded, chosen);
  };
  const latest = useLatest(take);

  useEffect(() => {
    if (!pasteAnywhere) return;
    const paste = (event: ClipboardEvent) => {
      if (event.defaultPrevented || isWritten(event.target) || !hasFiles(event.clipboardData)) return;
      event.preventDefault();
      void latest.current(event.clipboardData?.files ?? null);
    };
    document.addEventListener("paste", paste);
    return () => document.removeEventListener("paste", paste);
  }, [pasteAnywhere, latest]);

  const wrong = refusal ?? (error && `${errorWords(error, texts)} ${texts.upload.failed}`);
  const isDone = path !== null && !isUploading;
  const state = isOver ? "over" : isUploading ? "uploading" : wrong ? "error" : isDone ? "done" : "idle";
  const percent = progress && progress.total > 0 ? Math.floor((progress.sent / progress.total) * 100) : null;

  return (
    <div
      {...root("dropzone", className)}
      data-state={state}
      onDragEnter={(event) => hasFiles(event.dataTransfer) && setOver(true)}
      onDragOver={(event) => {
        if (!hasFiles(event.dataTransfer)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = "copy";
      }}
      onDragLeave={(event) => hasLeft(event) && setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        void take(event.dataTransfer.files);
      }}
      onPaste={(event) => {
        if (!hasFiles(event.clipboardData)) return;
        event.preventDefault();
        void take(event.clipboardData.files);
      }}
    >
      <label className="esteira-dropzone-field">
        <input
          ref={input}
          className="esteira-hidden"
          type="file"
          accept={rule?.types.join()}
          aria-describedby={`${rulesId}${wrong ? ` ${errorId}` : ""}`}
          aria-invalid={wrong !== null || undefined}
          onChange={(event) => {
            void take(event.currentTarget.files);
            event.currentTarget.value = ""; // the same file may be chosen again
          }}
        />
        {file && <FilePreview file={file} />}
        <span className="esteira-dropzone-words">
          <span className="esteira-dropzone-label">
            {isOver ? texts.upload.dropNow : file ? texts.upload.again : label ?? texts.upload.choose}
          </span>
          <span className="esteira-dropzone-hint">{texts.upload.drop}</span>
          <span className="esteira-dropzone-hint" id={rulesId}>
            {rule && texts.upload.rules(typeNames(rule.types), bytesIn(language, rule.max_bytes))}
          </span>
        </span>
      </label>
      {isUploading && file && (
        <div className="esteira-dropzone-sending">
          <ProgressBar label={texts.upload.sending(file.name)} value={percent} />
          <button
            type="button"
            className="esteira-button"
            onClick={() => (cancel(), setFile(null), input.current?.focus())}
          >
            {texts.upload.cancel}
          </button>
        </div>
      )}
      <p className="esteira-dropzone-state" role="status">
        {file && isUploading && texts.upload.sending(file.name)}
        {file && isDone && texts.upload.done(file.name)}
      </p>
      {wrong && <p className="esteira-card-error" role="alert" id={errorId}>{wrong}</p>}
    </div>
  );
}
