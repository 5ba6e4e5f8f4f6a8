import { useEffect, useState } from "react";
import { commonTexts } from "../texts/common.ts";
import { useTexts } from "../texts/use_texts.ts";
import { Button } from "./button.tsx";
import { copyText } from "./copy_text.ts";
import { Icon } from "./icon.tsx";

const SHOWN_MS = 2_000;

/** `label`: what is copied, for who cannot see what it stands beside. */
export function CopyButton({ text, label }: { text: string; label?: string }) {
  const { copy, copied } = useTexts(commonTexts);
  const [isCopied, setIsCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setIsCopied(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const name = label ? `${copy}: ${label}` : copy;
  return (
    <Button
      kind="quiet"
      className="copy"
      aria-label={name}
      title={name}
      onClick={() => void copyText(text).then(() => setIsCopied(true))}
    >
      <Icon name={isCopied ? "check" : "copy"} size={16} />
      <span className="visually-hidden" role="status">{isCopied ? copied : ""}</span>
    </Button>
  );
}
