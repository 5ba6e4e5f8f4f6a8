/** What can be posted with an account, where its platform leaves something to choose. It is asked for when it is opened. */
import { useState } from "react";
import { useCreator } from "../../hooks/use_creator.ts";
import { useSurroundings } from "../../hooks/surroundings_context.ts";
import { CreatorWait } from "./creator_wait.tsx";
import { TikTokFacts } from "./tiktok_facts.tsx";

export function CreatorDisclosure({ connectionId }: { connectionId: string }) {
  const { texts } = useSurroundings();
  const [isOpen, setOpen] = useState(false);
  const asked = useCreator(connectionId, { enabled: isOpen });
  return (
    <details
      className="esteira-account-creator"
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
    >
      <summary>{texts.publishing.tiktok.facts.title}</summary>
      {isOpen && (
        <div className="esteira-creator-facts">
          <CreatorWait {...asked} />
          {asked.creator && <TikTokFacts creator={asked.creator} />}
        </div>
      )}
    </details>
  );
}
