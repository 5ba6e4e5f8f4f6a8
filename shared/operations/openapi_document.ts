/**
 * The description of the API, made from the contract: operations and zod schemas in, OpenAPI 3.1 out. Loaded only when
 * somebody asks for it (openapi.ts), and by `npm run openapi`, which keeps docs/openapi.json.
 */
import { z } from "zod";
import {
  createDocument,
  type CreateDocumentOptions,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiResponseObject,
} from "zod-openapi";
import { errorBody } from "../errors/error_body.ts";
import { ERROR_STATUS, type ErrorCode } from "../errors/errors.ts";
import { historyEntry, job, queuePosition, shownFile, shownJob, storedFile } from "../rows/job.ts";
import { creditEntry } from "../requests/lists.ts";
import { model } from "../rows/model.ts";
import { OPERATIONS } from "./all.ts";
import { type Access, errorsOf, type Operation } from "./operation.ts";
import { claimedJob } from "../requests/requests_workers.ts";
import { tool } from "../rows/tool.ts";
import { VERSION } from "../version.ts";

/** Schemas that have a name of their own in the document; the others are written where they are used. */
const NAMED = {
  ClaimedJob: claimedJob,
  CreditEntry: creditEntry,
  Error: errorBody,
  HistoryEntry: historyEntry,
  Job: job,
  Model: model,
  QueuePosition: queuePosition,
  ShownFile: shownFile,
  ShownJob: shownJob,
  StoredFile: storedFile,
  Tool: tool,
};

const SECURITY: Readonly<Record<Access, Record<string, string[]>[]>> = {
  everybody: [],
  provider: [],
  user: [{ user: [] }],
  "user or ticket": [{ user: [] }, { ticket: [] }],
  server: [{ server: [] }],
  "user or server": [{ user: [] }, { server: [] }],
};

export interface DocumentOptions {
  /** Where the functions are; a placeholder when left out. */
  url?: string;
  /** Whether answers may have no fields but those described. Clients are to ignore further ones; tests are not. */
  isClosed?: boolean;
}

/** The OpenAPI document of every function. */
export function openapiDocument(
  { url, isClosed = false }: DocumentOptions = {},
): ReturnType<typeof createDocument> {
  return createDocument({
    openapi: "3.1.1",
    info: {
      title: "Esteira",
      version: VERSION,
      description:
        "Paid, slow, fallible jobs on Supabase. Times are ISO 8601; every error has the shape `Error`.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [
      url ? { url } : {
        url: "https://{project}.supabase.co/functions/v1",
        variables: { project: { default: "your-project-ref" } },
      },
    ],
    tags: [...new Set(OPERATIONS.map((operation) => operation.function))].map((name) => ({ name })),
    paths: pathsOf(OPERATIONS),
    components: {
      schemas: NAMED,
      securitySchemes: {
        user: {
          type: "http",
          scheme: "bearer",
          bearerFormat: "JWT",
          description: "A signed-in user's access token.",
        },
        server: { type: "apiKey", in: "header", name: "apikey", description: "A secret key, `sb_secret_…`." },
        ticket: { type: "apiKey", in: "query", name: "ticket", description: "Of `POST /events/ticket`." },
      },
    },
  }, { override: plain(isClosed) });
}

function pathsOf(operations: readonly Operation[]): ZodOpenApiPathsObject {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  const errors = new Map<string, ZodOpenApiResponseObject>();
  for (const operation of operations) {
    const path = `/${operation.function}${operation.path}`;
    paths[path] = { ...paths[path], [operation.method]: toOpenapi(operation, errors) };
  }
  return paths;
}

function toOpenapi(
  operation: Operation,
  errors: Map<string, ZodOpenApiResponseObject>,
): ZodOpenApiOperationObject {
  const { id, summary, description, access, params, query, body, answer, isTagged } = operation;
  return {
    operationId: id,
    tags: [operation.function],
    summary,
    ...description ? { description } : {},
    security: SECURITY[access],
    ...params || query || isTagged
      ? {
        requestParams: {
          ...params ? { path: params } : {},
          ...query ? { query } : {},
          ...isTagged ? { header: CONDITION } : {},
        },
      }
      : {},
    ...body ? { requestBody: { required: true, content: { "application/json": { schema: body } } } } : {},
    responses: {
      [answer.status]: {
        description: answer.description,
        content: { [answer.type ?? "application/json"]: { schema: answer.schema } },
        ...isTagged ? { headers: TAGGED } : {},
      },
      ...isTagged ? { 304: { description: "You have it already: it is as your tag says" } } : {},
      ...errorResponses(errorsOf(operation), errors),
    },
  };
}

/** What a request may have that asks for what has a tag, and what its answer has. */
const CONDITION = z.object({
  "If-None-Match": z.string().optional().describe("The `ETag` of what you have."),
});
const TAGGED = {
  ETag: { schema: { type: "string" as const }, description: "Weak; goes into `If-None-Match`." },
};

/** An answer for each status, with the codes that it may have. Those that many operations have are written once. */
function errorResponses(
  codes: readonly ErrorCode[],
  known: Map<string, ZodOpenApiResponseObject>,
): Record<string, ZodOpenApiResponseObject> {
  const byStatus = Map.groupBy(codes, (code) => String(ERROR_STATUS[code]));
  return Object.fromEntries([...byStatus].map(([status, codes]) => {
    const id = codes.toSorted().join("-");
    const response = known.get(id) ?? errorResponse(id, codes);
    known.set(id, response);
    return [status, response];
  }));
}

function errorResponse(id: string, codes: readonly ErrorCode[]): ZodOpenApiResponseObject {
  const code = { properties: { error: { properties: { code: { enum: [...codes] } } } } };
  const schema = { allOf: [{ $ref: "#/components/schemas/Error" }, code] };
  return { id, description: codes.join(", "), content: { "application/json": { schema } } };
}

/** Takes out what zod says of every schema of a kind: the integers that JavaScript has, names that are text, how a format is checked. */
function plain(isClosed: boolean): NonNullable<CreateDocumentOptions["override"]> {
  return ({ zodSchema, jsonSchema, io }) => {
    if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    if (jsonSchema.format) delete jsonSchema.pattern;
    if (isText(jsonSchema.propertyNames)) delete jsonSchema.propertyNames;
    const isObject = zodSchema instanceof z.ZodObject && zodSchema.def.catchall === undefined;
    if (io === "output" && isObject && !isClosed) delete jsonSchema.additionalProperties;
  };
}

const isText = (schema: unknown) => JSON.stringify(schema) === '{"type":"string"}';
