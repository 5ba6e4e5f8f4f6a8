/** How a connection stands, in a word and a tone. */
import { useTexts } from "../../texts/use_texts.ts";
import { Tag, type Tone } from "../../ui/tag.tsx";
import type { Connection } from "./rows.ts";
import { connectionsTexts } from "./texts.ts";

const TONES: Readonly<Record<string, Tone>> = {
  live: "good",
  expiring: "warn",
  limited: "warn",
  reconnect_needed: "bad",
  revoked: "plain",
  paused: "warn",
};

/** A state that this version does not know is shown as it is. */
export function ConnectionState({ connection }: { connection: Pick<Connection, "state" | "is_paused"> }) {
  const { states } = useTexts(connectionsTexts);
  const state = connection.is_paused ? "paused" : connection.state;
  return <Tag tone={TONES[state] ?? "plain"}>{(states as Record<string, string>)[state] ?? state}</Tag>;
}
