/** Two letters that stand for a platform, beside its name. */
const LETTERS: Readonly<Record<string, string>> = {
  tiktok: "Tk",
  facebook: "Fb",
  instagram: "Ig",
  youtube: "Yt",
  threads: "Th",
  x: "X",
  linkedin: "In",
};

export const PLATFORMS = Object.keys(LETTERS);

export function PlatformMark({ platform }: { platform: string }) {
  return <span className="platform-mark" aria-hidden="true">{LETTERS[platform] ?? "··"}</span>;
}
