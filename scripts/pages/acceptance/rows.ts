/** The acceptance list as data: docs/acceptance/*.json, one file for each document that the product answers. */
import { join } from "node:path";
import { z } from "zod";

/** How a row stands. "different on purpose": kept different from the document, for a reason that a page gives. */
export const STATES = ["works", "partly", "missing", "different on purpose"] as const;
export type State = typeof STATES[number];

/** The works under way, in their order; a row names those that are to bring what it lacks. */
export const WORKS = [
  "House",
  "Endings",
  "Hardening",
  "Client",
  "Publishing",
  "Platforms",
  "Verdicts",
  "Console",
  "Performance",
  "A trial on a hosted project",
] as const;

/** One thing that a document names. */
const row = z.strictObject({
  /** Lines of the document, with a letter where several rows share them; unique in the document. */
  lines: z.string().regex(/^\d+[a-z]?([-,]\d+[a-z]?)*$/),
  item: z.string().min(1),
  state: z.enum(STATES),
  /** The page that gives the reason of a difference: `docs/migrating.md#writes`. */
  page: z.string().regex(/^[\w./-]+\.md#[\w-]+$/).optional(),
  /** What is not there, or how it differs. */
  note: z.string().min(1).optional(),
  by: z.array(z.enum(WORKS)).min(1).optional(),
});

const document = z.strictObject({
  document: z.string().regex(/^\d{3}$/),
  title: z.string().min(1),
  rows: z.array(row).min(1),
});

export type Row = z.infer<typeof row> & {
  /** `001:205-233`: what tags name. */
  id: string;
};
export type AcceptanceDocument = Omit<z.infer<typeof document>, "rows"> & { rows: Row[] };

/** Reads a document's file. Throws ZodError for one that is not as above. */
export function parseDocument(text: string): AcceptanceDocument {
  const parsed = document.parse(JSON.parse(text));
  const rows = parsed.rows.map((row) => ({ ...row, id: `${parsed.document}:${row.lines}` }));
  return { ...parsed, rows };
}

/** Reads all documents in the folder `docs/acceptance`, in the order of their numbers. */
export async function readDocuments(folder: string): Promise<AcceptanceDocument[]> {
  const documents: AcceptanceDocument[] = [];
  for await (const { name } of Deno.readDir(folder)) {
    if (name.endsWith(".json")) documents.push(parseDocument(await Deno.readTextFile(join(folder, name))));
  }
  return documents.sort((a, b) => a.document.localeCompare(b.document));
}
