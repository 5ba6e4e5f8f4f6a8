/** Files out of the events that bring them. */
import type { DragEvent } from "react";

/** Whether what is dragged, or lies in the clipboard, has files in it. */
export function hasFiles(data: DataTransfer | null): boolean {
  return data !== null && [...data.types].includes("Files");
}

/** Whether the pointer has left the element, and not only gone on to something inside it. */
export function hasLeft(event: DragEvent<HTMLElement>): boolean {
  return !(event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget));
}

/** Whether a person is writing there: what they paste is theirs. */
export function isWritten(target: EventTarget | null): boolean {
  return target instanceof HTMLElement &&
    (target.isContentEditable || target.matches("textarea, input:not([type=file])"));
}
