/** What can happen to the tabs of a browser, their users, their network and their project. */
import fc from "fast-check";

export const USERS = ["anna", "bob"] as const;
export const ROWS = ["a", "b", "c"] as const;
export const TABS = 3;

type Tab = { readonly tab: number };

/** How a broadcast comes: after so many milliseconds each; none: it is lost. */
export type Delivery = readonly number[];

export type Move =
  | { readonly move: "commit"; readonly user: string; readonly row: string; readonly delivery: Delivery }
  | { readonly move: "pass"; readonly ms: number }
  /** The machine sleeps, or somebody sets the clock back. */
  | { readonly move: "sleep"; readonly ms: number }
  | Tab & { readonly move: "cut" | "half-open" | "hide" | "show" | "freeze" | "thaw" }
  | Tab & { readonly move: "close" | "open" | "release" | "hold" | "retry" | "remove-channels" | "sign-out" }
  | Tab & { readonly move: "sign-in"; readonly user: string; readonly lifetime: number }
  /** With the browser's word for it, and without. */
  | { readonly move: "offline" | "online" | "network-down" | "network-up" }
  | { readonly move: "restart" | "project-down" | "project-up" | "break" | "mend" }
  | { readonly move: "revoke" | "expel" | "forget" | "refuse" | "allow"; readonly user: string };

const tab = fc.nat(TABS - 1);
const user = fc.constantFrom(...USERS);
const just = <M extends Move["move"]>(...moves: M[]) => fc.record({ move: fc.constantFrom(...moves) });
const ofTab = <M extends Move["move"]>(...moves: M[]) => fc.record({ move: fc.constantFrom(...moves), tab });

/** Once mostly, sometimes never or more than once, at once or late. */
const times = fc.oneof(fc.constant(0), fc.nat(3_000));
const delivery = fc.oneof(
  { weight: 12, arbitrary: fc.array(times, { minLength: 1, maxLength: 2 }) },
  { weight: 1, arbitrary: fc.constant([]) },
);

export const moves: fc.Arbitrary<Move[]> = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        move: fc.constant("commit" as const),
        user,
        row: fc.constantFrom(...ROWS),
        delivery,
      }),
    },
    {
      weight: 6,
      arbitrary: fc.record({
        move: fc.constant("pass" as const),
        ms: fc.oneof(fc.nat(300), fc.nat(8_000), fc.nat(90_000)),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        move: fc.constant("sleep" as const),
        ms: fc.oneof(fc.integer({ min: 1_000, max: 120_000 }), fc.constantFrom(86_400_000, -3_600_000)),
      }),
    },
    { weight: 4, arbitrary: ofTab("cut", "half-open", "hide", "show", "freeze", "thaw") },
    {
      weight: 3,
      arbitrary: ofTab("close", "open", "release", "hold", "retry", "remove-channels", "sign-out"),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        move: fc.constant("sign-in" as const),
        tab,
        user,
        lifetime: fc.constantFrom(100, 3_600),
      }),
    },
    { weight: 2, arbitrary: just("offline", "online", "network-down", "network-up") },
    { weight: 2, arbitrary: just("restart", "project-down", "project-up", "break", "mend") },
    {
      weight: 1,
      arbitrary: fc.record({ move: fc.constantFrom("revoke", "expel", "forget", "refuse", "allow"), user }),
    },
  ),
  { maxLength: 24 },
);
