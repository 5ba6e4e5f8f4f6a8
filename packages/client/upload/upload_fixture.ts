/** Uploads against a fake Storage, as a user who may change, with a clock whose pauses take no time. */
import { type ErrorCode, EsteiraError } from "../../../shared/errors/errors.ts";
import { createUploads, type Uploads } from "./create_uploads.ts";
import { type FakeStorage, startFakeStorage } from "./fake_storage.ts";
import { createShelf, type Shelf } from "./shelf.ts";

export const ANA = "11111111-1111-4111-8111-111111111111";
export const BIA = "22222222-2222-4222-8222-222222222222";

export interface World {
  readonly storage: FakeStorage;
  readonly shelf: Shelf;
  /** The wishes that the functions were asked with. */
  readonly wishes: Record<string, unknown>[];
  /** Refuses the next wish. */
  refuse: ErrorCode | null;
  /** Milliseconds since 1970. */
  now: number;
  signIn(user: string | null): void;
  /** A client as after a reload: it knows what is on the shelf. */
  open(): Uploads;
}

export async function withUploads(run: (world: World) => Promise<void>): Promise<void> {
  await using storage = await startFakeStorage();
  const watchers = new Set<(user: string | null) => void>();
  const opened: Uploads[] = [];
  let user: string | null = ANA;
  const world: World = {
    storage,
    shelf: createShelf(),
    wishes: [],
    refuse: null,
    now: 1_000_000_000_000,
    signIn(next) {
      user = next;
      for (const tell of [...watchers]) tell(next);
    },
    open() {
      const uploads = createUploads({ http: { call }, link, surroundings, shelf: world.shelf });
      opened.push(uploads);
      return uploads;
    },
  };
  const link = {
    userId: () => user,
    onUser(tell: (user: string | null) => void) {
      watchers.add(tell);
      return () => void watchers.delete(tell);
    },
  };
  const surroundings = { now: () => world.now, random: () => 0, setTimeout, clearTimeout };

  function call({ body }: { body: Record<string, unknown> }): Promise<{ body: unknown }> {
    world.wishes.push(body);
    if (world.refuse) return Promise.reject(new EsteiraError(world.refuse, "refused"));
    const path = `${user}/${world.wishes.length}.png`;
    const signedUrl = `${storage.origin}/storage/v1/object/upload/sign/inputs/${path}?token=${storage.token}`;
    return Promise.resolve({ body: { bucket: "inputs", path, token: storage.token, signedUrl } });
  }

  try {
    await run(world);
  } finally {
    for (const uploads of opened) uploads.close();
  }
}
