/** A form's fields as a tool's input. */

/**
 * The text of the fields by name, several of one name as an array; empty ones are left out, as nobody has filled them in.
 * Files are too: they are uploaded first, and named by their path.
 */
export function fieldsOf(form: FormData): Record<string, unknown> {
  const names = [...new Set(form.keys())].filter((name) => !name.startsWith("$ACTION_")); // React's own
  return Object.fromEntries(names.flatMap((name) => {
    const values = form.getAll(name).filter((value) => typeof value === "string" && value !== "");
    return values.length === 0 ? [] : [[name, values.length === 1 ? values[0] : values]];
  }));
}
