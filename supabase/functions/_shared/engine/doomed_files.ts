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
  owner_id: z.null().optional(),
});

/** What a user has put anywhere. */
const owned = z.object({ doomed_id: z.number().int(), owner_id: z.string().min(1) });
export type OwnedFiles = z.infer<typeof owned>;

const doomedFiles = z.union([owned, beneath]);
export type DoomedFiles = z.infer<typeof doomedFiles>;

/** Leases up to `quantity` rows whose files are to be deleted. They come back until `doomedFilesDeleted` is told. */
export async function receiveDoomedFiles(quantity: number): Promise<DoomedFiles[]> {
  return z.array(doomedFiles).parse(unwrap(await worker().rpc("receive_doomed_files", { p_qty: quantity })));
}

/** Up to `quantity` files that a user has put anywhere. */
export async function ownedFiles(
  { owner_id }: OwnedFiles,
  quantity: number,
): Promise<{ bucket: string; path: string }[]> {
  const files = unwrap(await worker().rpc("owned_files", { p_owner_id: owner_id, p_qty: quantity }));
  return z.array(z.object({ bucket: z.string(), path: z.string() })).parse(files ?? []);
}

/** The files of a prefix are gone. */
export async function doomedFilesDeleted(doomedId: number): Promise<void> {
  unwrap(await worker().rpc("doomed_files_deleted", { p_doomed_id: doomedId }));
}
