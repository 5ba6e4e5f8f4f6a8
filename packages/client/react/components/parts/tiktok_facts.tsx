/** What an account may choose for a post on TikTok, where none is put together: to be read. */
import type { TikTokPrivacy } from "../../../../../shared/publishing/tiktok_settings.ts";
import type { CreatorInfo } from "../../../../../shared/rows/connection.ts";
import { useSurroundings } from "../../hooks/surroundings_context.ts";
import { lengthIn } from "../../texts/numbers.ts";
import { TikTokConsent } from "./tiktok_consent.tsx";
import { TikTokCreator } from "./tiktok_creator.tsx";
import { INTERACTIONS } from "./tiktok_post.ts";

export function TikTokFacts({ creator }: { creator: CreatorInfo }) {
  const { texts, language } = useSurroundings();
  const words = texts.publishing.tiktok;
  const names: Readonly<Record<string, string>> = words.privacies satisfies Record<TikTokPrivacy, string>;
  return (
    <>
      <TikTokCreator creator={creator} />
      <dl className="esteira-facts">
        <div data-wide>
          <dt>{words.privacy}</dt>
          <dd>
            {creator.privacy.map((privacy) => names[privacy] ?? privacy).join(", ")}{" "}
            <span className="esteira-hint">({words.facts.chosenEachTime})</span>
          </dd>
        </div>
        <div data-wide>
          <dt>{words.interactions}</dt>
          {INTERACTIONS.map(({ setting, isOff }) => (
            <dd key={setting}>
              {words[setting]}{" "}
              <span className="esteira-hint">
                ({creator[isOff] ? words.offInAccount : words.facts.offUntilChosen})
              </span>
            </dd>
          ))}
        </div>
        <div data-wide>
          <dt>{words.disclose}</dt>
          <dd>
            {words.ownBrand}, {words.brandedContent}{" "}
            <span className="esteira-hint">({words.facts.offUntilChosen})</span>
          </dd>
        </div>
      </dl>
      {creator.maxVideoSeconds !== null && (
        <p>{words.mostDuration(lengthIn(language, creator.maxVideoSeconds))}</p>
      )}
      <TikTokConsent isBranded={false} />
    </>
  );
}
