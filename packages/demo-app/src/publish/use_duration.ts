/** How long the first video among some files is, as this browser reads it. */
import { useEffect, useState } from "react";

/** Seconds; null: there is no video, or this browser cannot tell. */
export function useDuration(files: readonly File[]): number | null {
  const video = files.find(({ type }) => type.startsWith("video/"));
  const [seconds, setSeconds] = useState<number | null>(null);
  useEffect(() => {
    setSeconds(null);
    if (!video) return;
    const url = URL.createObjectURL(video);
    const element = document.createElement("video");
    element.preload = "metadata";
    element.onloadedmetadata = () => Number.isFinite(element.duration) && setSeconds(element.duration);
    element.src = url;
    return () => {
      element.onloadedmetadata = null;
      element.removeAttribute("src");
      URL.revokeObjectURL(url);
    };
  }, [video]);
  return seconds;
}
