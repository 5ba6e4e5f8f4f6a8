/** A letter that stands for a platform, beside its name: their own signs are theirs. */
import type { PlatformName } from "../../../../../shared/words/platforms.ts";

const LETTERS: Readonly<Record<PlatformName, string>> = {
  tiktok: "Tk",
  facebook: "Fb",
  instagram: "Ig",
  youtube: "Yt",
  threads: "Th",
  x: "X",
  linkedin: "In",
};

export function PlatformMark({ platform }: { platform: PlatformName }) {
  return (
    <span className="esteira-platform" data-platform={platform} aria-hidden="true">{LETTERS[platform]}</span>
  );
}
