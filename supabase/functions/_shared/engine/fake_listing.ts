/** For tests: listing and removing files of the fake project, as Storage does it: a level at a time. */
import { jsonOf, type Recorded } from "../runtime/fake_runtime.ts";

/** Answers a request to list or to remove; undefined: it is another. */
export function answerListing(files: Map<string, unknown>, request: Recorded): Response | undefined {
  const bucket = request.path.match(/^\/storage\/v1\/object\/list\/(\w+)$/)?.[1];
  if (bucket) return list([...files.keys()], bucket, jsonOf(request));
  const from = request.method === "DELETE" && request.path.match(/^\/storage\/v1\/object\/(\w+)$/)?.[1];
  if (!from) return undefined;
  const removed = (jsonOf(request).prefixes as string[]).filter((path) => files.delete(`${from}/${path}`));
  return Response.json(removed.map((name) => ({ name })));
}

function list(paths: string[], bucket: string, body: Record<string, unknown>): Response {
  const { prefix, limit, offset, search = "" } = body as {
    prefix: string;
    limit: number;
    offset: number;
    search?: string;
  };
  const folder = `${bucket}/${prefix === "" || prefix.endsWith("/") ? prefix : `${prefix}/`}`;
  const names = paths.filter((path) => path.startsWith(folder + search)).map((path) =>
    path.slice(folder.length)
  );
  const folders = new Set(names.filter((name) => name.includes("/")).map((name) => name.split("/")[0]));
  const entries = [
    ...[...folders].map((name) => ({ name, id: null })),
    ...names.filter((name) => !name.includes("/")).map((name) => ({ name, id: crypto.randomUUID() })),
  ];
  entries.sort((one, other) => String(one.name).localeCompare(String(other.name)));
  return Response.json(entries.slice(offset, offset + limit));
}
