/** Whose post it will be: TikTok wants it to be seen before something is posted. */
import type { CreatorInfo } from "../../../../../shared/rows/connection.ts";
import { useSurroundings } from "../../hooks/surroundings_context.ts";
import { PlatformMark } from "./platform_mark.tsx";

export function TikTokCreator({ creator: { nickname, username, avatarUrl } }: { creator: CreatorInfo }) {
  const { texts } = useSurroundings();
  return (
    <p className="esteira-creator">
      {avatarUrl
        ? <img className="esteira-account-picture" src={avatarUrl} alt="" />
        : <PlatformMark platform="tiktok" />}
      <span className="esteira-creator-words">
        <span className="esteira-hint">{texts.publishing.tiktok.postingAs}</span>
        <strong>{nickname ?? username}</strong>
        {username !== null && nickname !== null && <span className="esteira-hint">@{username}</span>}
      </span>
    </p>
  );
}
