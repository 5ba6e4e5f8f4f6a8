/** Copies a text, also on a page without TLS, where browsers keep their clipboard to themselves. */
import { useEffect, useRef, useState } from "react";
import { useSurroundings } from "../../hooks/surroundings_context.ts";

const SHOWN_MS = 2000;

export function CopyButton({ text, label }: { text: () => string; label?: string }) {
  const { texts } = useSurroundings();
  const button = useRef<HTMLButtonElement>(null);
  const [outcome, setOutcome] = useState<"copied" | "copyFailed" | null>(null);
  useEffect(() => {
    if (outcome === null) return;
    const timer = setTimeout(() => setOutcome(null), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = async () => {
    const isCopied = await copyText(text(), button.current?.parentElement ?? document.body);
    setOutcome(isCopied ? "copied" : "copyFailed");
  };
  return (
    <>
      <button ref={button} type="button" className="esteira-button" onClick={() => void copy()}>
        {outcome ? texts.debug[outcome] : label ?? texts.debug.copy}
      </button>
      <span role="status" className="esteira-hidden">{outcome && texts.debug[outcome]}</span>
    </>
  );
}

/** `beside`: where a field may stand for a moment; outside of a modal dialog nothing can be selected. */
async function copyText(text: string, beside: Element): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement("textarea");
    field.value = text;
    field.className = "esteira-hidden";
    beside.append(field);
    const before = document.activeElement;
    field.focus();
    field.select();
    try {
      return document.execCommand("copy");
    } catch {
      return false;
    } finally {
      field.remove();
      if (before instanceof HTMLElement) before.focus();
    }
  }
}
