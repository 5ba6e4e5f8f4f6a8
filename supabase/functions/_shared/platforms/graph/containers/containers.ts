/** Publishing by containers, as one platform does it: the acts of its folder, bound to its dialect. */
import type { PlatformAnswer } from "../../kit/platform_call.ts";
import type { Platform, PublicationWork } from "../../platform.ts";
import type { Access } from "../dialect.ts";
import { stepAfter } from "./await_container.ts";
import { commit, committedBy } from "./commit.ts";
import type { ContainerDialect } from "./container_dialect.ts";
import { askContainer, type ContainerStatus, readStatus } from "./container_status.ts";
import { observe } from "./observe.ts";
import type { Act } from "./plan.ts";
import { prepare } from "./prepare.ts";
import { limits } from "./publishing_limit.ts";
import { outcomeOf, reconcile } from "./reconcile.ts";

/** The acts of a platform, and the pure ones among them that its tests look at closely. */
export function containersOf(dialect: ContainerDialect) {
  return {
    prepare: (work: PublicationWork, signal: AbortSignal) => prepare(dialect, work, signal),
    commit: (work: PublicationWork) => commit(dialect, work),
    observe: (work: PublicationWork, id: string, now = Date.now()) => observe(dialect, work, id, now),
    reconcile: (work: PublicationWork) => reconcile(dialect, work),
    limits: (work: Parameters<Platform["limits"]>[0]) => limits(dialect, work),
    askContainer: (access: Access, id: string) => askContainer(dialect, access, id),
    committedBy: (answer: PlatformAnswer) => committedBy(dialect, { facts: {}, committedAt: null }, answer),
    outcomeOf: (container: string, status: ContainerStatus) => outcomeOf(dialect, container, status),
    readStatus: (body: unknown) => readStatus(dialect, body),
    stepAfter: (
      work: PublicationWork,
      next: Extract<Act, { act: "create" | "ask" }>,
      status: ContainerStatus,
      now: number,
    ) => stepAfter(dialect, work, next, status, now),
  };
}
