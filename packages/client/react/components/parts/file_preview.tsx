/** A small picture of a file that lies on this device. */
import { useEffect, useRef } from "react";

/** Nothing for what is no image. `alt` is empty: its name stands beside it. */
export function FilePreview({ file }: { file: File }) {
  const image = useRef<HTMLImageElement>(null);
  const isImage = file.type.startsWith("image/");
  useEffect(() => {
    const element = image.current;
    if (!element || typeof URL.createObjectURL !== "function") return;
    const url = URL.createObjectURL(file);
    element.src = url;
    return () => URL.revokeObjectURL(url);
  }, [file]);
  return isImage ? <img ref={image} className="esteira-dropzone-preview" alt="" /> : null;
}
