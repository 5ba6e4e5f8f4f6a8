/** A list by keyboard: up and down (or k and j) go from row to row, Enter opens one. */
import type { KeyboardEvent, RefObject } from "react";

const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 };

export function useRowKeys(list: RefObject<HTMLElement | null>): (event: KeyboardEvent) => void {
  return (event) => {
    const step = STEPS[event.key];
    const { target } = event;
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    if (target instanceof HTMLInputElement && target.type !== "checkbox") return;
    const links = [...list.current?.querySelectorAll<HTMLElement>(".row-link") ?? []];
    if (links.length === 0) return;
    const from = links.indexOf(document.activeElement as HTMLElement);
    const next = links[from === -1 ? (step > 0 ? 0 : links.length - 1) : from + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  };
}
