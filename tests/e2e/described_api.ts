/** The API as its OpenAPI document describes it: calls that are checked against that, answer and request. */
import assert from "node:assert/strict";
import formats from "ajv-formats";
import Ajv from "ajv/dist/2020.js";
import { openapiDocument } from "../../shared/operations/openapi_document.ts";
import { OPERATIONS } from "../../shared/operations/all.ts";

/** How an operation is called. */
export interface Call {
  params?: Record<string, string>;
  query?: [name: string, value: string][];
  body?: unknown;
  headers: Record<string, string>;
}

/** Calls operations of the functions at `url` and keeps account of how each has answered. */
export class DescribedApi {
  readonly #validators = validators();
  /** Statuses by operation. */
  readonly #seen = new Map<string, Set<number>>();

  constructor(private readonly url: string) {}

  /** Calls an operation, which must answer with `status` and as it is described; returns the body. */
  async ask(id: string, status: number, { params = {}, query = [], body, headers }: Call): Promise<unknown> {
    const operation = OPERATIONS.find((operation) => operation.id === id);
    assert.ok(operation, `there is no operation ${id}`);
    if (status < 400) this.#checkRequest(id, { params, query, body });
    const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name) => encodeURIComponent(params[name] ?? ""));
    const search = new URLSearchParams(query).toString();
    const response = await fetch(`${this.url}/${operation.function}${path}${search && `?${search}`}`, {
      method: operation.method.toUpperCase(),
      headers: { ...headers, ...body === undefined ? {} : { "content-type": "application/json" } },
      ...body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) },
    });
    const isText = response.ok && operation.answer.type === "text/plain";
    const answer = isText ? await response.text() : await response.json();
    assert.equal(response.status, status, `${id}: ${JSON.stringify(answer)}`);
    assert.match(response.headers.get("content-type") ?? "", isText ? /^text\/plain/ : /^application\/json/);
    this.answered(id, status, answer);
    return answer;
  }

  /** Checks an answer that somebody else has got. */
  answered(id: string, status: number, answer: unknown): void {
    this.#validators.check(`${id} ${status}`, answer);
    this.#seen.set(id, (this.#seen.get(id) ?? new Set()).add(status));
  }

  /** Operations that have not been seen to succeed, and those that have not been seen to refuse. */
  unseen(): { success: string[]; error: string[] } {
    const without = (is: (status: number) => boolean) =>
      OPERATIONS.map(({ id }) => id).filter((id) => ![...this.#seen.get(id) ?? []].some(is));
    return { success: without((status) => status < 400), error: without((status) => status >= 400) };
  }

  #checkRequest(id: string, { params = {}, query = [], body }: Omit<Call, "headers">): void {
    for (const [name, value] of Object.entries(params)) this.#validators.check(`${id} path ${name}`, value);
    for (const name of new Set(query.map(([name]) => name))) {
      this.#validators.checkQuery(
        `${id} query ${name}`,
        query.filter(([key]) => key === name).map(([, value]) => value),
      );
    }
    if (body !== undefined) this.#validators.check(`${id} body`, body);
  }
}

/** Validators of everything that the document has a schema for, by the operation and what of it. */
function validators() {
  // Closed: a field that is answered and not described is found out.
  const document = openapiDocument({ isClosed: true });
  const ajv = new Ajv.default({ strict: false, allErrors: true });
  formats.default(ajv);
  ajv.addSchema(document, "openapi");
  const schemas = new Map<string, string>();
  const pointer = (...keys: string[]) =>
    `openapi#/${
      keys.map((key) => encodeURIComponent(key.replaceAll("~", "~0").replaceAll("/", "~1"))).join("/")
    }`;
  for (const [path, methods] of Object.entries(document.paths ?? {})) {
    for (const [method, operation] of Object.entries(methods as Record<string, DescribedOperation>)) {
      const at = (...keys: string[]) => pointer("paths", path, method, ...keys);
      const json = ["content", "application/json", "schema"];
      for (const [status, response] of Object.entries(operation.responses)) {
        const named = response.$ref?.split("/").at(-1);
        const [type = ""] = Object.keys(response.content ?? {});
        schemas.set(
          `${operation.operationId} ${status}`,
          named
            ? pointer("components", "responses", named, ...json)
            : at("responses", status, "content", type, "schema"),
        );
      }
      for (const [index, parameter] of (operation.parameters ?? []).entries()) {
        const where = `${operation.operationId} ${parameter.in} ${parameter.name}`;
        schemas.set(where, at("parameters", String(index), "schema"));
      }
      if (operation.requestBody) schemas.set(`${operation.operationId} body`, at("requestBody", ...json));
    }
  }

  const check = (what: string, value: unknown) => {
    const ref = schemas.get(what);
    assert.ok(ref, `the document does not describe "${what}": ${JSON.stringify(value)?.slice(0, 500)}`);
    const validate = ajv.compile({ $ref: ref });
    assert.ok(
      validate(value),
      `${what}: ${ajv.errorsText(validate.errors)} in ${JSON.stringify(value)?.slice(0, 1000)}`,
    );
  };
  /** What a query says is text, or several texts: numbers are read from it, as the document has them. */
  const checkQuery = (what: string, values: string[]) => {
    const type = typeOf(schemas.get(what) ?? "");
    check(what, type === "array" ? values : type === "integer" ? Number(values[0]) : values[0]);
  };
  const typeOf = (ref: string): unknown => {
    let at: unknown = document;
    for (const key of ref.replace("openapi#/", "").split("/")) {
      at =
        (at as Record<string, unknown>)[decodeURIComponent(key).replaceAll("~1", "/").replaceAll("~0", "~")];
    }
    return (at as { type?: unknown }).type;
  };
  return { check, checkQuery };
}

/** As much of an operation in a document as is looked at here. */
interface DescribedOperation {
  operationId: string;
  parameters?: { in: string; name: string }[];
  requestBody?: unknown;
  responses: Record<string, { $ref?: string; content?: Record<string, unknown> }>;
}
