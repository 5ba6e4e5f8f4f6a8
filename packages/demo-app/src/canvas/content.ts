/** What a canvas holds. Jobs write into the data of its nodes; all else is written here. */
import type { ProjectContent, ProjectNode } from "@esteira/client";

export interface CanvasNode extends ProjectNode {
  readonly id: string;
  readonly type: "image";
  readonly position: { readonly x: number; readonly y: number };
  readonly data: {
    readonly prompt: string;
    readonly generated?: { readonly url: string };
    readonly loading?: boolean;
    readonly status?: string;
    readonly error?: string;
    readonly jobId?: string;
  };
}

export interface CanvasContent extends ProjectContent {
  nodes: CanvasNode[];
}

/** A node's size on the canvas, in pixels, with the room around it. */
const COLUMN = 316;
const ROW = 452;
const COLUMNS = 3;

/** Where the next node goes: beside the last, in rows of three. */
export function nextNode(content: CanvasContent, prompt: string): CanvasNode {
  const n = content.nodes.length;
  return {
    id: crypto.randomUUID(),
    type: "image",
    position: { x: 24 + (n % COLUMNS) * COLUMN, y: 24 + Math.floor(n / COLUMNS) * ROW },
    data: { prompt },
  };
}

export function withNode(content: CanvasContent, node: CanvasNode): CanvasContent {
  return { ...content, nodes: [...content.nodes, node] };
}

export function withoutNode(content: CanvasContent, id: string): CanvasContent {
  return { ...content, nodes: content.nodes.filter((node) => node.id !== id) };
}

export function withPrompt(content: CanvasContent, id: string, prompt: string): CanvasContent {
  return changed(content, id, (node) => ({ ...node, data: { ...node.data, prompt } }));
}

/** Never beyond the left and upper edge, where nobody could reach it. */
export function movedBy(content: CanvasContent, id: string, dx: number, dy: number): CanvasContent {
  return changed(content, id, (node) => ({
    ...node,
    position: { x: Math.max(0, node.position.x + dx), y: Math.max(0, node.position.y + dy) },
  }));
}

function changed(
  content: CanvasContent,
  id: string,
  change: (node: CanvasNode) => CanvasNode,
): CanvasContent {
  return { ...content, nodes: content.nodes.map((node) => node.id === id ? change(node) : node) };
}

/** How large the sheet must be so that every node lies on it. */
export function extentOf({ nodes }: CanvasContent): { width: number; height: number } {
  return {
    width: Math.max(0, ...nodes.map(({ position }) => position.x)) + COLUMN,
    height: Math.max(0, ...nodes.map(({ position }) => position.y)) + ROW,
  };
}
