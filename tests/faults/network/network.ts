/** What a network does to whoever uses it. All of it may change while it runs. */

/** What becomes of one frame from the server. `later`: it comes so many milliseconds late, and others overtake it. */
export type Fate = "passes" | "is_lost" | "comes_twice" | { readonly later: number };

/** What answers in the server's place; 0: nobody, the connection is closed. */
export type Refusal = 0 | 429 | 502 | 503;

export interface Network {
  /** Sockets stay open, and nothing passes either way, nor is anybody told. What is under way meanwhile is lost. */
  isSilent: boolean;
  /** Each frame from the server comes so many milliseconds late, all in their order. */
  delay(): number;
  fate(): Fate;
  /** Undefined: the server answers. */
  refusal(): Refusal | undefined;
}

/** A network without a fault. */
export function goodNetwork(): Network {
  return { isSilent: false, delay: () => 0, fate: () => "passes", refusal: () => undefined };
}
