begin;
select plan(7);

-- When one writer is full, an existing engine spreads users over several, by user_id (docs/scaling.md). What it asks for is
-- that every key and every reference of user data has user_id in it, or could have it and still mean the same.
create function pg_temp.user_column(p_table oid) returns name language sql as $$
  select attname from pg_attribute
  where attrelid = p_table and attname in ('user_id', 'userId') and not attisdropped and attnotnull
$$;
create function pg_temp.columns(p_table oid, p_numbers smallint[]) returns text[] language sql as $$
  select array_agg(attname::text order by n) from unnest(p_numbers) with ordinality c (number, n)
  join pg_attribute on attrelid = p_table and attnum = number and attnum > 0
$$;
create temporary table tables as
select c.oid, c.oid::regclass::text as name, pg_temp.user_column(c.oid) is not null as has_user
from pg_class c where c.relkind in ('r', 'p') and not c.relispartition
  and c.relnamespace in ('public'::regnamespace, 'private'::regnamespace, 'ops'::regnamespace);

-- A value of these is of one user and no other, so that user_id beside it adds nothing: ids and tokens made by chance, what
-- refers to them, and numbers that a sequence gives.
create temporary table of_one_user (name text primary key, reason text);
insert into of_one_user values
  ('id', 'made by chance, with the time before it'), ('job_id', 'a job''s id'), ('retried_from', 'a job''s id'),
  ('trainingJobId', 'a job''s id'), ('connection_id', 'a connection''s id'), ('group_id', 'made by chance'),
  ('token', 'made by chance'), ('state_hash', 'the digest of what was made by chance'),
  ('entry_id', 'of a sequence'), ('event_id', 'of a sequence'), ('verdict_id', 'of a sequence');
create temporary table unique_keys as
select t.name as table_name, t.has_user, i.indexrelid::regclass::text as name, pg_temp.columns(t.oid, i.indkey::smallint[]) as columns
from tables t join pg_index i on i.indrelid = t.oid and i.indisunique;

-- Unique beyond one user, and why it may be all the same.
create temporary table exceptions (name text primary key, reason text);
insert into exceptions values
  ('private.an_event_counts_once', 'an event is of one task, and its address names the job of which that is: the same '
    'event never comes to two users, so (user_id, provider, dedupe_key) counts the same');

select set_eq(
  $$ select name from unique_keys k where has_user and not columns && array['user_id', 'userId']
       and not exists (select from of_one_user o where o.name = any (k.columns)) $$,
  'select name from exceptions', 'a unique key of user data has its user in it, or something that is of one user');
select is_empty(
  $$ select name from of_one_user o where not exists (select from unique_keys k where has_user and o.name = any (k.columns)) $$,
  'nothing is excused that there is not');

-- What is of users and does not name them.
create temporary table reached (name text primary key, how text);
insert into reached values
  ('private.connection_tokens', 'by its connection'),
  ('private.quarantine', 'by its job; few rows, gone when it is released'),
  ('private.slots', 'a slot is a lane''s; its job is of whoever has it for now'),
  ('private.bulk_items', 'an operator''s run; goes with it after 30 days'),
  ('private.pending_effects', 'by its job; gone when it is applied'),
  ('private.doomed_files', 'an outbox: by the path, whose first folder is the user; gone when the file is'),
  ('private.forgets', 'an outbox: of a model whose user may be gone; gone when its provider has forgotten it'),
  ('private.freed_connections', 'an outbox: of the connection; gone when its line has gone on');
select set_eq(
  $$ select t.name from tables t where not t.has_user and exists (
       select from pg_attribute a where a.attrelid = t.oid and a.attname in ('job_id', 'connection_id') and not a.attisdropped) $$,
  'select name from reached', 'what is of a job or a connection names their user, but for these');

-- References
create temporary table foreign_keys as
select f.conname, r.name as from_table, r.has_user as from_user, t.name as to_table, coalesce(t.has_user, f.confrelid = 'auth.users'::regclass) as to_user,
  pg_temp.columns(f.conrelid, f.conkey) as columns
from pg_constraint f join tables r on r.oid = f.conrelid left join tables t on t.oid = f.confrelid
where f.contype = 'f';
select is_empty(
  $$ select conname, from_table from foreign_keys where to_user and not from_user and from_table not in (select name from reached) $$,
  'what refers to user data has a user of its own to refer by');
select set_eq(
  $$ select distinct to_table from foreign_keys where from_user and not to_user $$,
  array['private.lanes', 'private.limits', 'private.seal_keys'],
  'what user data refers to beside is small, and can be on every node');
select is_empty(
  $$ select f.conname from foreign_keys f where from_user and to_user and not columns && array['user_id', 'userId']
       and not exists (select from of_one_user o where o.name = any (f.columns)) $$,
  'each reference is by user_id, or by something that is of one user');

create table private.bad (user_id uuid not null, word text unique);
select is((select array_agg(i.indexrelid::regclass::text) from pg_index i where indrelid = 'private.bad'::regclass
    and not pg_temp.columns(indrelid, indkey::smallint[]) && (array['user_id'] || array(select name from of_one_user))),
  '{private.bad_word_key}', 'a key that would not do is found');

select * from finish();
rollback;
