/** What the service knows of the database: tables and functions of the exposed schemas, and settings of roles. */
import { quoteQualified } from "./sql_text.ts";

/** A column of a table or view. */
export interface Column {
  name: string;
  /** Its type as SQL, qualified unless it is in pg_catalog. */
  type: string;
  /** SQL of its default, also an identity's sequence or a domain's default; null: none. */
  default: string | null;
}

/** A table, view, materialized view or foreign table. */
export interface Table {
  schema: string;
  name: string;
  columns: Map<string, Column>;
  /** Columns of the primary key; empty for views. */
  primaryKey: string[];
}

/** An input parameter of a function. */
export interface Parameter {
  /** Empty when the parameter has no name. */
  name: string;
  type: string;
  /** False when it has a default. */
  required: boolean;
  variadic: boolean;
}

/** A function that can be called by name. */
export interface Routine {
  schema: string;
  name: string;
  /** Input parameters, in order. */
  parameters: Parameter[];
  returns: "void" | "scalar" | "composite";
  returnsSet: boolean;
  /** Name of the returned table or composite type, whose columns are then known; null for others. */
  returnedTable: { schema: string; name: string } | null;
  volatility: "volatile" | "stable" | "immutable";
  /** Its own `set statement_timeout`; null: none. */
  statementTimeout: string | null;
}

/** A setting and its value, as in `alter role … set`. */
export type Setting = [name: string, value: string];

/** A snapshot of the exposed schemas; it never changes, a newer one replaces it. */
export class SchemaCache {
  /** `version` rises with every load, so that statements prepared before a change of the schema are not used after it. */
  constructor(
    readonly version: number,
    private readonly tables: Map<string, Table>,
    private readonly routines: Map<string, Routine[]>,
    private readonly roleSettings: Map<string, Setting[]>,
  ) {}

  /** The table or view of that name, if it is exposed. */
  table(schema: string, name: string): Table | undefined {
    return this.tables.get(quoteQualified(schema, name));
  }

  /** All functions of that name; those with the fewest parameters first. */
  routinesNamed(schema: string, name: string): Routine[] {
    return this.routines.get(quoteQualified(schema, name)) ?? [];
  }

  /** What `alter role … set` gave the role. */
  settingsOf(role: string): Setting[] {
    return this.roleSettings.get(role) ?? [];
  }
}
