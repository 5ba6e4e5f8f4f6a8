/** Parameters of a Graph call: they come in the address, as a form, as multipart or as JSON, whichever the client likes. */

/** All of them together; what stands in the body wins. */
export async function parametersOf(request: Request): Promise<URLSearchParams> {
  const parameters = new URLSearchParams(new URL(request.url).search);
  if (request.method === "GET" || !request.body) return parameters;
  const type = request.headers.get("content-type") ?? "";
  for (const [name, value] of await bodyOf(request, type)) parameters.set(name, value);
  return parameters;
}

async function bodyOf(request: Request, type: string): Promise<[string, string][]> {
  if (type.startsWith("multipart/form-data")) {
    const form = await request.formData().catch(() => new FormData());
    return [...form].flatMap(([name, value]) =>
      typeof value === "string" ? [[name, value] as [string, string]] : []
    );
  }
  const text = await request.text();
  if (!type.startsWith("application/json")) return [...new URLSearchParams(text)];
  try {
    const body: unknown = JSON.parse(text);
    return Object.entries(body as Record<string, unknown>)
      .map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]);
  } catch {
    return [];
  }
}

/** A list: `a,b` or `["a","b"]`. */
export function listOf(text: string | null): string[] {
  if (text === null || text === "") return [];
  try {
    const list: unknown = JSON.parse(text);
    if (Array.isArray(list)) return list.map(String);
  } catch {
    // It is not JSON, so it is the other way to write a list.
  }
  return text.split(",").map((item) => item.trim()).filter((item) => item !== "");
}

/** The names of `fields=id,name,account{id,username}`, outermost only. */
export function fieldsOf(text: string | null): string[] {
  const names: string[] = [];
  let depth = 0;
  let name = "";
  for (const sign of `${text ?? ""},`) {
    if (sign === "{") depth++;
    else if (sign === "}") depth--;
    else if (depth === 0 && sign === ",") {
      if (name !== "") names.push(name);
      name = "";
    } else if (depth === 0) name += sign;
  }
  return names;
}

/** What a read is answered: its id, and those of its fields that were asked for. */
export function picked(all: Record<string, unknown>, fields: readonly string[]): Record<string, unknown> {
  const wanted = fields.filter((field) => all[field] !== undefined);
  return { ...Object.fromEntries(wanted.map((field) => [field, all[field]])), id: all.id };
}
