/** A file that came out of a job: an image, a video, a sound, or something to download. */
import type { ShownFile } from "../../../../../shared/rows/job.ts";
import { useSurroundings } from "../../hooks/surroundings_context.ts";
import { bytesIn } from "../../texts/numbers.ts";

export interface MediaProps {
  file: ShownFile;
  /** What it shows, for who does not see it. */
  label: string;
  /** It could not be loaded: its address may have expired. */
  onBroken?: () => void;
}

export function Media({ file, label, onBroken }: MediaProps) {
  const { texts, language } = useSurroundings();
  const { signedUrl: url, content_type: type } = file;
  if (url === null) return <div className="esteira-media-missing">{texts.card.loadingResult}</div>;
  if (type.startsWith("image/")) {
    return (
      <img
        className="esteira-media"
        src={url}
        alt={label}
        loading="lazy"
        decoding="async"
        onError={onBroken}
      />
    );
  }
  if (type.startsWith("video/")) {
    return (
      <video
        className="esteira-media"
        src={url}
        aria-label={label}
        controls
        playsInline
        preload="metadata"
        onError={onBroken}
      />
    );
  }
  if (type.startsWith("audio/")) {
    return (
      <audio
        className="esteira-media"
        src={url}
        aria-label={label}
        controls
        preload="metadata"
        onError={onBroken}
      />
    );
  }
  return (
    <span className="esteira-media-file">
      {file.path.split("/").at(-1)} · {bytesIn(language, file.bytes)}
    </span>
  );
}
