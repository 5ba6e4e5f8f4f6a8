create schema if not exists private;
create schema if not exists worker;
create schema if not exists ops;

comment on schema private is
  'Internals of Esteira. Never exposed; reached only through functions of the other schemas.';
comment on schema worker is
  'What Edge Functions call with a secret key. Exposed in the Data API, usable by service_role alone.';
comment on schema ops is 'What operators read and call: diagnosis, metrics, repair.';

revoke all on schema private, worker, ops from public;
grant usage on schema worker to service_role;
grant usage on schema ops to service_role;
-- Policies evaluate a few functions of it as the caller, who therefore needs to reach those, and nothing else in it.
grant usage on schema private to authenticated;
