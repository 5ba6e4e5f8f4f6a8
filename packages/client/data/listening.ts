/** `Esteira.listen`: any private topic, over the one connection. */
import type { Esteira } from "../api/esteira.ts";
import type { Link } from "../live/link.ts";

export const listener = (link: Link): Esteira["listen"] => (topic, event, onMessage, onState) =>
  link.hold({
    topic,
    message({ event: told, payload }) {
      if (event === "*" || event === told) onMessage({ event: told, payload });
    },
    snapshot: () => Promise.resolve(),
    isOpen: () => false,
    userChanged: () => {},
    ...onState && { state: onState },
  });
