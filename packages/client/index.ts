/** `@esteira/client`: all that an app imports. */
export type * from "./api/connection.ts";
export type * from "./api/connections.ts";
export type * from "./api/esteira.ts";
export type * from "./api/job.ts";
export type * from "./api/publications.ts";
export type * from "./api/tools.ts";
export type * from "./api/upload.ts";
export type { Store } from "./store/store.ts";
export { createStore } from "./store/store.ts";
export { JobFailed } from "./api/errors.ts";
export { createEsteira } from "./create_esteira.ts";
export { EsteiraError } from "../../shared/errors/errors.ts";
export type { CreditEntry, CreditsPage } from "../../shared/requests/lists.ts";
export type { MediaFile } from "../../shared/publishing/content.ts";
export type {
  EnqueueResponse,
  MediaProbe,
  PreflightResponse,
  PublicationsPage,
  Rejection,
} from "../../shared/requests/requests_publications.ts";
export type { ChoicesResponse, StartConnectionResponse } from "../../shared/requests/requests_connections.ts";
export type {
  Connection as PlatformConnection,
  CreatorInfo,
  PostingLimit,
  ShownConnection,
} from "../../shared/rows/connection.ts";
export type {
  Publication,
  PublicationGroup,
  PublicationStepEntry,
  PublicationWarning,
} from "../../shared/rows/publication.ts";
export type { TikTokOption, TikTokPrivacy } from "../../shared/publishing/tiktok_settings.ts";
export type { Model, ModelStatus } from "../../shared/rows/model.ts";
export { type ProjectContent, type ProjectNode, withResults } from "../../shared/rows/node_results.ts";
export type { HistoryEntry, ShownFile } from "../../shared/rows/job.ts";
export type { FileRules, Tool } from "../../shared/rows/tool.ts";
export {
  type AiJob,
  type AiJobStatus,
  type FalJob,
  type JobUpdatePayload,
  type ProjectUpdatePayload,
  toAiJob,
  toFalJob,
  toJobUpdatePayload,
} from "../../shared/rows/documents.ts";
export {
  type ConnectionState,
  type GroupState,
  isOption,
  type Option,
  OPTIONS,
  type PlatformName,
  platformOf,
  PLATFORMS,
  type PublicationStep,
  type Resolution,
} from "../../shared/words/platforms.ts";
export type { Why } from "../../shared/rows/why.ts";
export type { VerdictClears, VerdictLevel } from "../../shared/words/verdicts.ts";
export type { VerdictCode } from "../../shared/words/verdict_codes.ts";
export { isTerminal, type JobStatus } from "../../shared/words/statuses.ts";
export type { JobStep } from "../../shared/words/steps.ts";
export { type Language, LANGUAGES, stepLabel, stepName } from "../../shared/words/labels.ts";
export { errorText } from "../../shared/errors/provider_errors.ts";
