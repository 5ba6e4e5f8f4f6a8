/**
 * Reads the schema cache from the catalogs. Run with an empty search_path, so that PostgreSQL qualifies every name it
 * prints; needs no privileges, since the catalogs are readable by all.
 */
import { z } from "zod";
import type { Pool } from "../sessions/pool.ts";
import { type Routine, SchemaCache, type Setting, type Table } from "./schema_cache.ts";
import { quoteQualified } from "./sql_text.ts";

const TABLES = `
  select n.nspname as schema, c.relname as name,
    coalesce((
      select json_agg(json_build_object(
        'name', a.attname,
        'type', format_type(a.atttypid, a.atttypmod),
        'default', case
          when a.attidentity <> '' then
            format('nextval(%L::regclass)', pg_get_serial_sequence(c.oid::regclass::text, a.attname))
          when a.attgenerated = '' then
            coalesce(pg_get_expr(d.adbin, d.adrelid), pg_get_expr(t.typdefaultbin, 0))
        end) order by a.attnum)
      from pg_attribute a
        join pg_type t on t.oid = a.atttypid
        left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped), '[]') as columns,
    coalesce((
      select json_agg(a.attname order by k.position)
      from pg_constraint p
        cross join unnest(p.conkey) with ordinality as k (attnum, position)
        join pg_attribute a on a.attrelid = p.conrelid and a.attnum = k.attnum
      where p.conrelid = c.oid and p.contype = 'p'), '[]') as primary_key
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = any ($1::text[]) and c.relkind in ('r', 'p', 'v', 'm', 'f') and not c.relispartition`;

// A function with several unnamed parameters cannot be called by name; one with a single unnamed one can take the
// whole body, if that is JSON.
const ROUTINES = `
  select n.nspname as schema, p.proname as name,
    coalesce(i.parameters, '[]') as parameters,
    p.proretset as returns_set,
    case
      when p.prorettype = 'void'::regtype then 'void'
      when r.typtype = 'c' or p.proargmodes && '{t,b,o}' then 'composite'
      else 'scalar'
    end as returns,
    case when r.typtype = 'c' then json_build_object('schema', rn.nspname, 'name', r.typname) end as returned_table,
    case p.provolatile when 'v' then 'volatile' when 's' then 'stable' else 'immutable' end as volatility,
    (select substr(s, strpos(s, '=') + 1) from unnest(p.proconfig) as s
      where s like 'statement_timeout=%') as statement_timeout
  from pg_proc p
    join pg_namespace n on n.oid = p.pronamespace
    join pg_type r on r.oid = pg_basetype(p.prorettype)
    join pg_namespace rn on rn.oid = r.typnamespace
    left join lateral (
      select
        json_agg(json_build_object(
          'name', coalesce(a.name, ''),
          'type', format_type(a.type, null),
          'required', a.position <= p.pronargs - p.pronargdefaults,
          'variadic', p.provariadic <> 0 and a.position = p.pronargs) order by a.position) as parameters,
        count(*) filter (where coalesce(a.name, '') = '') as unnamed,
        count(*) as total
      from (
        select t.type, t.position, (
          select names.name
          from (
            select u.name, row_number() over (order by u.ordinal) as position
            from unnest(p.proargnames, p.proargmodes) with ordinality as u (name, mode, ordinal)
            where coalesce(u.mode, 'i') in ('i', 'b', 'v')
          ) as names
          where names.position = t.position) as name
        from unnest(p.proargtypes::oid[]) with ordinality as t (type, position)
      ) as a
    ) as i on true
  where n.nspname = any ($1::text[]) and p.prokind = 'f'
    and r.oid not in ('trigger'::regtype, 'event_trigger'::regtype)
    and (coalesce(i.unnamed, 0) = 0 or i.unnamed = 1 and i.total = 1)
  order by p.pronargs`;

// Settings that the impersonated roles carry; only those any user may set, because it is authenticator who sets them.
const ROLE_SETTINGS = `
  select r.rolname as role, json_agg(json_build_array(s.name, substr(c.setting, strpos(c.setting, '=') + 1))) as settings
  from pg_auth_members m
    join pg_roles r on r.oid = m.roleid
    cross join unnest(r.rolconfig) as c (setting)
    join pg_settings s on s.name = split_part(c.setting, '=', 1) and s.context = 'user'
  where m.member = current_user::regrole
  group by r.rolname`;

const column = z.object({ name: z.string(), type: z.string(), default: z.string().nullable() });
const tableRow = z.object({
  schema: z.string(),
  name: z.string(),
  columns: z.array(column),
  primary_key: z.array(z.string()),
});
const parameter = z.object({
  name: z.string(),
  type: z.string(),
  required: z.boolean(),
  variadic: z.boolean(),
});
const routineRow = z.object({
  schema: z.string(),
  name: z.string(),
  parameters: z.array(parameter),
  returns: z.enum(["void", "scalar", "composite"]),
  returns_set: z.boolean(),
  returned_table: z.object({ schema: z.string(), name: z.string() }).nullable(),
  volatility: z.enum(["volatile", "stable", "immutable"]),
  statement_timeout: z.string().nullable(),
});
const settingsRow = z.object({ role: z.string(), settings: z.array(z.tuple([z.string(), z.string()])) });

/** Loads what the cache holds about `schemas`, in one transaction, as the user that `pool` connects as. */
export async function loadSchemaCache(
  pool: Pool,
  schemas: string[],
  version: number,
): Promise<SchemaCache> {
  return await pool.transaction("isolation level repeatable read read only", async (connection) => {
    const rowsOf = async <T>(query: string, values: string[], row: z.ZodType<T>): Promise<T[]> => {
      const text = `select coalesce(json_agg(q), '[]')::text as rows from (${query}) as q`;
      const [answer] = await connection.unsafe(text, values);
      return z.array(row).parse(JSON.parse(answer?.rows));
    };
    await connection.unsafe("set local search_path to ''");
    const exposed = `{${schemas.map((schema) => JSON.stringify(schema)).join(",")}}`;
    return new SchemaCache(
      version,
      tablesByName(await rowsOf(TABLES, [exposed], tableRow)),
      routinesByName(await rowsOf(ROUTINES, [exposed], routineRow)),
      new Map<string, Setting[]>(
        (await rowsOf(ROLE_SETTINGS, [], settingsRow)).map((row) => [row.role, row.settings]),
      ),
    );
  });
}

function tablesByName(rows: z.infer<typeof tableRow>[]): Map<string, Table> {
  return new Map(rows.map(({ schema, name, columns, primary_key }) => [
    quoteQualified(schema, name),
    { schema, name, columns: new Map(columns.map((c) => [c.name, c])), primaryKey: primary_key },
  ]));
}

function routinesByName(rows: z.infer<typeof routineRow>[]): Map<string, Routine[]> {
  const routines = new Map<string, Routine[]>();
  for (const { returns_set, returned_table, statement_timeout, ...row } of rows) {
    const routine = {
      ...row,
      returnsSet: returns_set,
      returnedTable: returned_table,
      statementTimeout: statement_timeout,
    };
    const key = quoteQualified(row.schema, row.name);
    routines.set(key, [...routines.get(key) ?? [], routine]);
  }
  return routines;
}
