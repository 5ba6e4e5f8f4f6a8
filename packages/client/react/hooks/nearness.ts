/** Whether a row of a long list is where somebody may see it: what is asked of the server for it waits until it is. */
import { createContext, type RefObject, useEffect, useState } from "react";

/** `was`: it has been near, and is not any more. */
export type Nearness = "never" | "was" | "is";

/** Of the row around a component. What is in no list is near. */
export const NearnessContext = /* @__PURE__ */ createContext<Nearness>("is");

/** How far beyond the edge of the window a row is near: half of it. */
const MARGIN = "50%";

type Tell = (isNear: boolean) => void;
const told = new WeakMap<Element, Tell>();
let observer: IntersectionObserver | undefined;

/** Watches an element; one observer serves all of them. */
function watch(element: Element, tell: Tell): () => void {
  observer ??= new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) told.get(target)?.(isIntersecting);
  }, { rootMargin: MARGIN });
  told.set(element, tell);
  observer.observe(element);
  return () => {
    told.delete(element);
    observer?.unobserve(element);
  };
}

/** How near the element of `ref` is. Where a browser cannot tell, all are. */
export function useNearness(ref: RefObject<Element | null>): Nearness {
  const [nearness, setNearness] = useState<Nearness>(() =>
    typeof IntersectionObserver === "undefined" ? "is" : "never"
  );
  useEffect(() => {
    const element = ref.current;
    if (!element || typeof IntersectionObserver === "undefined") return;
    return watch(element, (isNear) => setNearness((was) => isNear ? "is" : was === "never" ? was : "was"));
  }, [ref]);
  return nearness;
}
