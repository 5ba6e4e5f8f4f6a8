/**
 * Containers are made, awaited and, where they fail for a reason that may pass, made again: one call of the graph at a
 * time, whose fact is stored before the next. A repeat of any makes a container that nobody publishes, and no post.
 */
import { givenId } from "../../../providers/kit/fields.ts";
import { malformedAnswer } from "../../kit/failures.ts";
import { PlatformError, type Prepared, type PublicationWork } from "../../platform.ts";
import { pathOf } from "../dialect.ts";
import { awaitContainer } from "./await_container.ts";
import type { ContainerDialect } from "./container_dialect.ts";
import { type Act, itemsOf, madeAfter, nextAct, partFacts, sinceOf, untilOf, WHOLE } from "./plan.ts";
import { again } from "./recreate.ts";

type Create = Extract<Act, { act: "create" | "ask" }>;

/** The next act of a publication's preparing. Throws PlatformError. */
export async function prepare(
  dialect: ContainerDialect,
  work: PublicationWork,
  signal: AbortSignal,
): Promise<Prepared> {
  dialect.checkFiles(work);
  const next = nextAct(itemsOf(dialect, work), work, Date.now());
  if (next.act === "commit") return { state: "ready", until: untilOf(sinceOf(work, Date.now())) };
  return next.act === "create"
    ? await createContainer(dialect, work, next, signal)
    : await awaitContainer(dialect, work, next, signal);
}

async function createContainer(
  dialect: ContainerDialect,
  work: PublicationWork,
  next: Create,
  signal: AbortSignal,
): Promise<Prepared> {
  const { part, index } = next;
  const { askGraph, recreateAfterOf } = dialect.graph;
  const form = await formOfPart(dialect, work, index);
  const path = pathOf(work.connection.externalId, dialect.edges.create);
  try {
    const { body, raw } = await askGraph(work, path, { form }, signal);
    const id = givenId.safeParse((body as Record<string, unknown>).id).data;
    if (id === undefined) throw malformedAnswer(`${dialect.name} named no container`, raw);
    const since = sinceOf(work, Date.now());
    return {
      state: "more",
      name: "container_created",
      facts: { [part]: id, since, ...madeAfter(part, work) },
      until: untilOf(since),
      seconds: firstWait(dialect, work, next),
      details: { container: id, ...index === null ? {} : { item: index } },
    };
  } catch (error) {
    const after = error instanceof PlatformError ? recreateAfterOf(error.failure) : undefined;
    if (!(error instanceof PlatformError) || after === undefined) throw error;
    return again(dialect, work, part, { name: "container_refused", failure: error.failure, after });
  }
}

async function formOfPart(dialect: ContainerDialect, work: PublicationWork, index: number | null) {
  const items = itemsOf(dialect, work);
  if (index === null && items.length > 0) {
    return dialect.carouselOf(work, items.map((item) => partFacts(work, item).id ?? ""));
  }
  return await dialect.formOf(work, work.media[index ?? 0], index !== null);
}

/** Items that others follow are not waited for. */
function firstWait(dialect: ContainerDialect, { media }: PublicationWork, { part, index }: Create): number {
  const isLast = part === WHOLE || index === media.length - 1;
  return isLast ? dialect.firstWait(media) : 0;
}
