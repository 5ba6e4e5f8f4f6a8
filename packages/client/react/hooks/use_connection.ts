/** How the client stands with its project. */
import type { Connection } from "../../api/connection.ts";
import { useEsteira } from "./surroundings_context.ts";
import { useStore } from "./use_store.ts";

export interface UseConnection extends Connection {
  /** Connects anew at once. For a button; nothing needs it. */
  retry: () => void;
}

export function useConnection(): UseConnection {
  const { connection } = useEsteira();
  return { ...useStore(connection), retry: connection.retry };
}
