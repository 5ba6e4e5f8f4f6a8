/** What a schema gives to those who use it: which function a call resolves to, which columns a table has. */
import type postgres from "postgres";
import type { Given } from "./release.ts";
import type { Use } from "./request.ts";

/** What a use finds; a sentence when it finds nothing. */
export type Found = { given: Given } | { problem: string };

/** Looks a use up in the schema behind `sql`, as its role would. */
export async function lookUp(sql: postgres.ISql, use: Use): Promise<Found> {
  return use.kind === "function" ? await findFunction(sql, use) : await findTable(sql, use);
}

type UsedFunction = Extract<Use, { kind: "function" }>;
type UsedTable = Extract<Use, { kind: "table" }>;

async function findFunction(sql: postgres.ISql, use: UsedFunction): Promise<Found> {
  const named = use.arguments.join(",");
  // As PostgREST resolves it: every argument that is named is there, every one that is not named has a default.
  const candidates = await sql`
    with candidate as (
      select p.oid, p.proretset, p.prorettype,
        (select jsonb_object_agg(a.name, format_type(a.type, null))
         from unnest(p.proargnames[1:p.pronargs], p.proargtypes::oid[]) a (name, type)) as arguments,
        (select coalesce(array_agg(a.name), '{}')
         from unnest(p.proargnames[1:p.pronargs - p.pronargdefaults]) a (name)) as required
      from pg_catalog.pg_proc p
      where p.pronamespace = to_regnamespace(${use.schema})::oid and p.proname = ${use.name} and p.prokind = 'f'
    )
    select c.oid, c.proretset as returns_set, coalesce(c.arguments, '{}') as arguments,
      has_schema_privilege(${use.role}, ${use.schema}, 'usage') and has_function_privilege(${use.role}, c.oid, 'execute')
        as is_granted,
      coalesce(
        (select jsonb_object_agg(a.name, format_type(a.type, null))
         from pg_catalog.pg_proc p, unnest(p.proargnames, p.proallargtypes, p.proargmodes) a (name, type, mode)
         where p.oid = c.oid and a.mode in ('o', 'b', 't')),
        (select jsonb_object_agg(a.attname, format_type(a.atttypid, a.atttypmod))
         from pg_catalog.pg_type t join pg_catalog.pg_attribute a on a.attrelid = t.typrelid
         where t.oid = c.prorettype and t.typtype = 'c' and a.attnum > 0 and not a.attisdropped),
        jsonb_build_object('', format_type(c.prorettype, null))) as result
    from candidate c
    where c.required <@ string_to_array(${named}, ',')
      and coalesce((select array_agg(key) from jsonb_object_keys(c.arguments) key), '{}') @> string_to_array(${named}, ',')`;
  const what = `${use.schema}.${use.name}(${use.arguments.join(", ")})`;
  const [found, ...others] = candidates;
  if (!found) return { problem: `${what}: there is no such function` };
  if (others.length > 0) return { problem: `${what}: could be any of ${candidates.length} functions` };
  if (!found.is_granted) return { problem: `${what}: ${use.role} may not call it` };
  const argumentTypes = Object.fromEntries(use.arguments.map((name) => [name, found.arguments[name]]));
  return { given: { ...use, argumentTypes, returnsSet: found.returns_set, result: found.result } };
}

async function findTable(sql: postgres.ISql, use: UsedTable): Promise<Found> {
  const what = `${use.schema}.${use.name}`;
  const columns = await sql`
    select a.attname as name, format_type(a.atttypid, a.atttypmod) as type,
      has_schema_privilege(${use.role}, ${use.schema}, 'usage')
        and case when ${use.right} = 'delete' then has_table_privilege(${use.role}, a.attrelid, 'delete')
          else has_column_privilege(${use.role}, a.attrelid, a.attnum, ${use.right}) end as is_granted
    from pg_catalog.pg_attribute a
    where a.attrelid = to_regclass(format('%I.%I', ${use.schema}::text, ${use.name}::text))
      and a.attnum > 0 and not a.attisdropped`;
  if (columns.length === 0) return { problem: `${what}: there is no such table` };
  const byName = new Map(columns.map((column) => [column.name as string, column]));
  for (const name of use.columns) {
    const column = byName.get(name);
    if (!column) return { problem: `${what}: there is no column ${name}` };
    if (!column.is_granted) return { problem: `${what}.${name}: ${use.role} may not ${use.right} it` };
  }
  return {
    given: {
      ...use,
      columnTypes: Object.fromEntries(use.columns.map((name) => [name, byName.get(name)?.type])),
    },
  };
}
