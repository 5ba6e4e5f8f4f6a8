/** The user's models: read as a list, then kept by what is told of each. */
import { jobsTopic } from "../../../shared/words/topics.ts";
import type { Model } from "../../../shared/rows/model.ts";
import type { Logger, Models } from "../api/esteira.ts";
import type { Http } from "../http/http.ts";
import { toError } from "../http/outcome.ts";
import type { Link } from "../live/link.ts";
import type { Surroundings } from "../live/surroundings.ts";
import { isDict, isModel, MODEL_STATUS } from "./arrivals.ts";
import type { LearnedBy } from "./entities.ts";
import { createWatched } from "./watched_list.ts";

export interface LiveModels extends Models {
  reset(): void;
  close(): void;
}

/** @param learned called with each change of a model that was known */
export function createModels({ http, link, surroundings, logger, learned }: {
  http: Http;
  link: Link;
  surroundings: Surroundings;
  logger: Logger;
  learned: (by: LearnedBy, model: Model) => void;
}): LiveModels {
  const known = new Map<string, Model>();
  const gone = new Set<string>();
  /** What was told while a list was read is newer than the list. */
  let told = 0;

  async function read(by: LearnedBy, signal?: AbortSignal): Promise<readonly Model[]> {
    const before = told;
    const { body } = await http.call({ path: "models", isPolled: true, ...signal && { signal } });
    const models = isDict(body) ? body.models : null;
    if (!Array.isArray(models)) throw toError("malformed_answer", "The answer holds no models.");
    for (const model of models.filter(isModel)) take(model, by);
    const listed = new Set(models.map((model) => isDict(model) ? model.id : null));
    for (const id of known.keys()) if (!listed.has(id) && told === before) known.delete(id);
    return list();
  }

  /** Whether it is news. */
  function take(model: Model, by: LearnedBy): boolean {
    const before = known.get(model.id);
    if (gone.has(model.id) || (before && before.version >= model.version)) return false;
    known.set(model.id, model);
    if (before) learned(by, model);
    return true;
  }

  const list = (): readonly Model[] => {
    const models = [...known.values()].sort((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt));
    const shown = watched.shown();
    const isSame = shown?.length === models.length && shown.every((model, i) => model === models[i]);
    return isSame ? shown : models;
  };

  const watched = createWatched<readonly Model[]>({
    link,
    surroundings,
    logger,
    read,
    heard({ event, payload }, via) {
      if (event !== MODEL_STATUS) return;
      if (!isDict(payload)) return logger.warn("[REALTIME] Not understood, and dropped:", { event, payload });
      if (isModel(payload.new)) {
        told++;
        if (take(payload.new, via) && watched.shown()) watched.show(list());
      } else if (payload.new === null && typeof payload.modelId === "string") {
        told++;
        gone.add(payload.modelId);
        if (known.delete(payload.modelId) && watched.shown()) watched.show(list());
      } else link.missed(jobsTopic(link.userId() ?? ""));
    },
    isOpen: () => true,
  });

  return {
    watch: () => watched.store,
    list: () => read("answer"),
    reset() {
      known.clear();
      gone.clear();
      watched.reset();
    },
    close: () => watched.close(),
  };
}
