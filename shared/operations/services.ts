/** The operations that no user calls: the worker, health, and a webhook for each provider. */
import { z } from "zod";
import {
  deepHealthQuery,
  deepHealthResponse,
  healthResponse,
  wakeRequest,
  wakeResponse,
  webhookResponse,
} from "../requests/requests_service.ts";
import type { Operation } from "./operation.ts";

/** The providers that report by webhook, and who vouches for what they say. */
const WEBHOOKS = {
  astria: "The token in the address vouches for it.",
  fal: "Signed with Ed25519 (`x-fal-webhook-signature`), by a key that fal publishes.",
  kie: "Signed with HMAC-SHA256 (`x-webhook-signature`), unless the account says `unsigned_webhooks`.",
  replicate: "Signed as Standard Webhooks are (`webhook-signature`).",
  runninghub: "The token in the address vouches for it.",
} as const;

const webhook = ([provider, vouching]: [string, string]): Operation => ({
  id: `${provider}Webhook`,
  function: `${provider}-webhook`,
  method: "post",
  path: "/{job}/{token}",
  summary: `Take in a webhook of ${provider}`,
  description:
    `${vouching} The body, of at most 5 MiB, is stored raw before it is understood; it need not be JSON.`,
  access: "provider",
  params: z.object({ job: z.uuid(), token: z.uuid() }),
  answer: { status: 200, schema: webhookResponse, description: "It is stored" },
  errors: ["not_found", "unauthenticated", "payload_too_large"],
});

export const SERVICES_OPERATIONS: readonly Operation[] = [
  {
    id: "wakeWorker",
    function: "worker",
    method: "post",
    path: "",
    summary: "Have the worker do what is to be done",
    description: "Called by pg_net and pg_cron. The work is done after the answer.",
    access: "server",
    body: wakeRequest,
    answer: { status: 202, schema: wakeResponse, description: "It will be done" },
    errors: [],
  },
  {
    id: "getHealth",
    function: "health",
    method: "get",
    path: "",
    summary: "Ask whether functions and database answer",
    access: "everybody",
    answer: { status: 200, schema: healthResponse, description: "They do" },
    errors: [],
  },
  {
    id: "getDeepHealth",
    function: "health",
    method: "get",
    path: "/deep",
    summary: "Ask whether everything moves: schedules, wake-ups, functions, database, Storage",
    description:
      "For monitoring outside, which hears of it when pg_cron is dead. `unhealthy` (503) when somebody must act; its " +
      "`details` are what the answer of 200 is. With `setup` it looks at Auth and Realtime, too.",
    access: "server",
    query: deepHealthQuery,
    answer: { status: 200, schema: deepHealthResponse, description: "Nothing is broken" },
    errors: ["unhealthy"],
  },
  {
    id: "getMetrics",
    function: "health",
    method: "get",
    path: "/metrics",
    summary: "Read metrics, for Prometheus",
    description:
      "In the text format of Prometheus, or as OpenMetrics to who accepts `application/openmetrics-text`. The secret key " +
      "may come as `Authorization: Bearer`, too.",
    access: "server",
    answer: {
      status: 200,
      schema: z.string(),
      type: "text/plain",
      description: "One sample a line",
    },
    errors: [],
  },
  ...Object.entries(WEBHOOKS).map(webhook),
];
