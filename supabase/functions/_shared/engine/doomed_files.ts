/** Files that nobody may have, as the database knows them. */
import { z } from "zod";
import { unwrap, worker } from "./database.ts";

const doomedFiles = z.object({
  doomed_id: z.number().int(),
  bucket: z.string(),
  /** All that begins with it goes. */
  prefix: z.string().min(1),
  /** Paths that stay all the same: a completed job lists them. */
  keep: z.array(z.string()).nullish().transform((paths) => paths ?? []),
});
export type DoomedFiles = z.infer<typeof doomedFiles>;

/** Leases up to `quantity` prefixes whose files are to be deleted. They come back until `doomedFilesDeleted` is told. */
export async function receiveDoomedFiles(quantity: number): Promise<DoomedFiles[]> {
  return z.array(doomedFiles).parse(unwrap(await worker().rpc("receive_doomed_files", { p_qty: quantity })));
}

/** The files of a prefix are gone. */
export async function doomedFilesDeleted(doomedId: number): Promise<void> {
  unwrap(await worker().rpc("doomed_files_deleted", { p_doomed_id: doomedId }));
}
