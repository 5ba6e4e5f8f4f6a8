/**
 * Frames of the Realtime websocket, both ways, as pure functions. Version 1.0.0 is a JSON object per message; 2.0.0 is
 * a JSON array, and broadcasts are binary: kind 3 from clients, kind 4 to them.
 * Source: @supabase/realtime-js 2.119, src/lib/serializer.ts; Phoenix's V1 and V2 JSON serializers.
 */

export type WireVersion = "1.0.0" | "2.0.0";

/** Phoenix's references: strings from supabase-js, but other clients count in numbers. */
export type Ref = string | number | null;

/** What a broadcast carries: JSON as text, so that it passes through as it is; or bytes, which 1.0.0 cannot carry. */
export type Body = { json: string } | { bytes: Uint8Array };

/** A broadcast on its way to subscribers. `meta` holds the message's id when it comes from the database. */
export interface Broadcast {
  event: string;
  body: Body;
  meta?: Record<string, unknown>;
}

/** A message from a client. */
export type ClientMessage =
  & { joinRef: Ref; ref: Ref; topic: string }
  & ({ kind: "broadcast"; event: string; body: Body } | { kind: "event"; event: string; payload: unknown });

/** A message to a client, other than a broadcast. */
export interface ServerMessage {
  joinRef: Ref;
  ref: Ref;
  topic: string;
  event: string;
  payload: unknown;
}

/** A frame that is none of the protocol's. */
export class WireError extends Error {
  readonly code = "malformed_frame";
}

const CLIENT_BROADCAST = 3;
const SERVER_BROADCAST = 4;
const JSON_ENCODING = 1;

/**
 * Decodes a frame of a client.
 * @throws WireError when it is malformed.
 */
export function decodeFrame(version: WireVersion, frame: string | ArrayBuffer): ClientMessage {
  if (typeof frame !== "string") return decodeBinary(new Uint8Array(frame));
  const { joinRef, ref, topic, event, payload } = fields(version, parseJson(frame));
  if (typeof topic !== "string" || typeof event !== "string" || !isRef(joinRef) || !isRef(ref)) {
    throw new WireError(`Not a message of version ${version}: ${frame.slice(0, 200)}`);
  }
  if (event === "broadcast" && isRecord(payload) && typeof payload.event === "string") {
    const body = { json: JSON.stringify(payload.payload ?? {}) };
    return { kind: "broadcast", joinRef, ref, topic, event: payload.event, body };
  }
  return { kind: "event", joinRef, ref, topic, event, payload };
}

function fields(version: WireVersion, message: unknown): Record<string, unknown> {
  if (version === "1.0.0" && isRecord(message)) {
    const { join_ref, ref, topic, event, payload } = message;
    return { joinRef: join_ref ?? null, ref: ref ?? null, topic, event, payload };
  }
  if (version === "2.0.0" && Array.isArray(message)) {
    const [joinRef, ref, topic, event, payload] = message;
    return { joinRef, ref, topic, event, payload };
  }
  return {};
}

/** `3, five lengths (join ref, ref, topic, event, metadata), encoding`, then those fields, then the payload. */
function decodeBinary(frame: Uint8Array): ClientMessage {
  const [kind, ...lengths] = frame.subarray(0, 6);
  const encoding = frame[6];
  let offset = 7;
  const [joinRef, ref, topic, event] = lengths.map((length) => {
    const field = frame.subarray(offset, offset += length);
    return new TextDecoder().decode(field);
  });
  if (kind !== CLIENT_BROADCAST || encoding === undefined || event === undefined || offset > frame.length) {
    throw new WireError(
      `Not a binary frame of kind ${CLIENT_BROADCAST}, or cut short (${frame.length} bytes)`,
    );
  }
  const payload = frame.subarray(offset);
  const body = encoding === JSON_ENCODING ? { json: checkedJson(payload) } : { bytes: payload.slice() };
  return { kind: "broadcast", joinRef: joinRef || null, ref: ref || null, topic: topic ?? "", event, body };
}

/** Encodes a message of the server. */
export function encodeMessage(version: WireVersion, message: ServerMessage): string {
  const { joinRef, ref, topic, event, payload } = message;
  return JSON.stringify(
    version === "1.0.0"
      ? { topic, event, payload, ref, join_ref: joinRef }
      : [joinRef, ref, topic, event, payload],
  );
}

/** Encodes a broadcast on the (prefixed) `topic`; undefined when this version cannot carry it. */
export function encodeBroadcast(
  version: WireVersion,
  topic: string,
  { event, body, meta }: Broadcast,
): string | Uint8Array<ArrayBuffer> | undefined {
  const encoder = new TextEncoder();
  const header = [topic, event, meta ? JSON.stringify(meta) : ""].map((field) => encoder.encode(field));
  const binaryFits = header.every((field) => field.length <= 255);
  if (version === "2.0.0" && binaryFits) {
    const json = "json" in body;
    const payload = json ? encoder.encode(body.json) : body.bytes;
    const lengths = header.map((field) => field.length);
    return concat([
      Uint8Array.of(SERVER_BROADCAST, ...lengths, json ? JSON_ENCODING : 0),
      ...header,
      payload,
    ]);
  }
  if (!("json" in body)) return undefined;
  const fields = [`"type":"broadcast"`, `"event":${JSON.stringify(event)}`, `"payload":${body.json}`];
  if (meta) fields.push(`"meta":${JSON.stringify(meta)}`);
  const payload = `{${fields.join()}}`;
  return version === "1.0.0"
    ? `{"topic":${JSON.stringify(topic)},"event":"broadcast","payload":${payload},"ref":null,"join_ref":null}`
    : `[null,null,${JSON.stringify(topic)},"broadcast",${payload}]`;
}

function concat(parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new WireError(`Not JSON: ${text.slice(0, 200)}`);
  }
}

/** The text of `payload` if it is JSON: it is later put into other JSON as it is. */
function checkedJson(payload: Uint8Array): string {
  const text = new TextDecoder().decode(payload);
  parseJson(text);
  return text;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isRef(value: unknown): value is Ref {
  return value === null || typeof value === "string" || typeof value === "number";
}
