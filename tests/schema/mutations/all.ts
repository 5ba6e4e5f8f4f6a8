/**
 * One change for each property of each kind of object that the comparison of schemas and migrations must see. Each
 * touches an object of its own, so that all can be made at once.
 */
import { SCHEMAS_AND_ROLES } from "./schemas_and_roles.ts";
import { TYPES } from "./types.ts";
import { TABLES } from "./tables.ts";
import { COLUMNS } from "./columns.ts";
import { CONSTRAINTS } from "./constraints.ts";
import { FUNCTIONS } from "./functions.ts";
import { TRIGGERS_AND_POLICIES } from "./triggers_and_policies.ts";
import { ROWS } from "./rows.ts";
import type { Mutation } from "./mutation.ts";

export const MUTATIONS: readonly Mutation[] = [
  ...SCHEMAS_AND_ROLES,
  ...TYPES,
  ...TABLES,
  ...COLUMNS,
  ...CONSTRAINTS,
  ...FUNCTIONS,
  ...TRIGGERS_AND_POLICIES,
  ...ROWS,
];
