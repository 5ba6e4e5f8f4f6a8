/** Files that nobody may have, as the database knows them. */
import { z } from "zod";
import { unwrap, worker } from "./database.ts";

const beneath = z.object({
  doomed_id: z.number().int(),
  bucket: z.string(),
  /** All that begins with it goes. */
  prefix: z.string().min(1),
  /** It is the path of one file, which goes alone. */
  is_exact: z.boolean().default(false),
  /** Paths that stay all the same: a completed job lists them. */
  keep: z.array(z.string()).nullish().transform((paths) => paths ?? []),
  owned: z.null().optional(),
});

/** What a user has put anywhere: some of it, when there is much. */
const owned = z.object({
  doomed_id: z.number().int(),
  owned: z.array(z.object({ bucket: z.string(), path: z.string() })),
});
export type OwnedFiles = z.infer<typeof owned>;

const doomedFiles = z.union([owned, beneath]);
export type DoomedFiles = z.infer<typeof doomedFiles>;

/** Leases up to `quantity` rows whose files are to be deleted. They come back until `doomedFilesDeleted` is told. */
export async function receiveDoomedFiles(quantity: number): Promise<DoomedFiles[]> {
  return z.array(doomedFiles).parse(unwrap(await worker().rpc("receive_doomed_files", { p_qty: quantity })));
}

/** The files of a prefix are gone. */
export async function doomedFilesDeleted(doomedId: number): Promise<void> {
  unwrap(await worker().rpc("doomed_files_deleted", { p_doomed_id: doomedId }));
}
