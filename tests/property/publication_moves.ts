/** Moves with publications, by chance. */
import fc from "fast-check";
import type { PublicationMove } from "./publications_play.ts";

const move: fc.Arbitrary<PublicationMove> = fc.record({
  kind: fc.oneof(
    { weight: 12, arbitrary: fc.constant("publish" as const) },
    { weight: 20, arbitrary: fc.constant("commit" as const) },
    { weight: 9, arbitrary: fc.constantFrom("observe" as const, "look" as const, "give_up" as const) },
    { weight: 8, arbitrary: fc.constantFrom("pass_time" as const, "reap" as const) },
    { weight: 6, arbitrary: fc.constantFrom("cancel" as const, "retry" as const, "resolve" as const) },
    { weight: 4, arbitrary: fc.constantFrom("fail" as const, "hold" as const, "free" as const) },
    { weight: 1, arbitrary: fc.constant("leave" as const) },
  ),
  which: fc.nat(7),
  how: fc.nat(5),
});

/** Up to so many moves, and half of that at the least. */
export const publicationMoves = (length: number): fc.Arbitrary<PublicationMove[]> =>
  fc.array(move, { minLength: Math.floor(length / 2), maxLength: length, size: "max" });
