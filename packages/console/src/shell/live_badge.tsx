/** How the page learns of changes just now. */
import { useStore } from "@esteira/client/react";
import { useOperator } from "../session/operator.ts";
import { useTexts } from "../texts/use_texts.ts";
import { Button } from "../ui/button.tsx";
import { Tag, type Tone } from "../ui/tag.tsx";
import { shellTexts } from "./texts.ts";

const TONES: Readonly<Record<string, Tone>> = {
  live: "good",
  catching_up: "accent",
  polling: "warn",
  offline: "bad",
};

export function LiveBadge() {
  const { live } = useTexts(shellTexts);
  const { esteira: { connection } } = useOperator();
  const { status, reason } = useStore(connection);
  return (
    <span className="live" title={reason}>
      <span role="status">
        <Tag tone={TONES[status] ?? "quiet"}>{live[status]}</Tag>
      </span>
      {(status === "polling" || status === "offline") && (
        <Button
          kind="quiet"
          onClick={() => connection.retry()}
        >
          {live.retry}
        </Button>
      )}
    </span>
  );
}
