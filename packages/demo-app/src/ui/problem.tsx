/** What went wrong, in words, read out as it appears. */

export function Problem({ title, text }: { title: string; text?: string | undefined }) {
  return (
    <p className="problem" role="alert">
      <strong>{title}</strong>
      {text && <span>{text}</span>}
    </p>
  );
}
