/** A payload as it is: text that nothing has parsed, so that no number in it has changed. */
import { CopyButton } from "./copy_button.tsx";

export function RawText({ text, label }: { text: string; label: string }) {
  return (
    <figure className="raw">
      <figcaption>
        <span>{label}</span>
        <CopyButton text={text} label={label} />
      </figcaption>
      <pre tabIndex={0} aria-label={label}>{text}</pre>
    </figure>
  );
}
