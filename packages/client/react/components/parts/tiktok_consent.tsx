/** What whoever posts on TikTok agrees to, word for word as TikTok's audit asks for it. */
import { useSurroundings } from "../../hooks/surroundings_context.ts";

const POLICIES = {
  music: "https://www.tiktok.com/legal/page/global/music-usage-confirmation/en",
  branded: "https://www.tiktok.com/legal/page/global/bc-policy/en",
} as const;

export function TikTokConsent({ isBranded }: { isBranded: boolean }) {
  const { texts } = useSurroundings();
  return (
    <p className="esteira-consent">
      {texts.publishing.tiktok.consent(isBranded).map((part) =>
        typeof part === "string"
          ? part
          : <a key={part.policy} href={POLICIES[part.policy]} target="_blank" rel="noreferrer">{part.name}</a>
      )}
    </p>
  );
}
