/** Copies a text; also on a page without https, where the browser has no clipboard to give. */
export async function copyText(text: string): Promise<void> {
  if (navigator.clipboard && isSecureContext) return await navigator.clipboard.writeText(text);
  const field = document.createElement("textarea");
  field.value = text;
  field.style.position = "fixed";
  field.style.opacity = "0";
  // Within an open dialog, or its trap for the focus would take it back.
  const parent = document.activeElement?.closest("[role=dialog]") ?? document.body;
  const before = document.activeElement;
  parent.append(field);
  field.select();
  const isDone = document.execCommand("copy");
  field.remove();
  if (before instanceof HTMLElement) before.focus();
  if (!isDone) throw new Error("The browser does not let this page copy.");
}
