/** Every operation of every function. */
import { CONNECTIONS_OPERATIONS } from "./connections.ts";
import { EVENTS_OPERATIONS } from "./events.ts";
import { JOBS_OPERATIONS } from "./jobs.ts";
import { MODELS_OPERATIONS } from "./models.ts";
import type { Operation } from "./operation.ts";
import { PUBLICATIONS_OPERATIONS } from "./publications.ts";
import { SERVICES_OPERATIONS } from "./services.ts";
import { WORKERS_API_OPERATIONS } from "./workers_api.ts";

export const OPERATIONS: readonly Operation[] = [
  ...JOBS_OPERATIONS,
  ...MODELS_OPERATIONS,
  ...CONNECTIONS_OPERATIONS,
  ...PUBLICATIONS_OPERATIONS,
  ...EVENTS_OPERATIONS,
  ...WORKERS_API_OPERATIONS,
  ...SERVICES_OPERATIONS,
];
