begin;
select plan(3);

create function pg_temp.all_rows() returns setof text language sql as $$
  select 'lane ' || to_jsonb(t)::text from private.lanes t
  union all select 'tool ' || to_jsonb(t)::text from public.tools t
  union all select 'account ' || to_jsonb(t)::text from private.accounts t
  union all select 'slot ' || to_jsonb(t)::text from private.slots t
  union all select 'bucket ' || to_jsonb(t)::text from storage.buckets t
  union all select 'alert rule ' || to_jsonb(t)::text from ops.alert_rules t
  union all select 'schedule ' || to_jsonb(t)::text from cron.job t
  union all select 'queue ' || queue_name from pgmq.meta
  union all select 'shipped ' || to_jsonb(t)::text from private.shipped_rows t
$$;
create temporary table before as select * from pg_temp.all_rows() as row;

select is_empty($$ select * from ops.install() where outcome <> 'unchanged' $$, 'all that is shipped is there already');
select set_eq($$ select * from pg_temp.all_rows() $$, $$ select row from before $$, 'and is what it was');
select set_eq(
  $$ select kind, name from ops.install() where kind <> 'queue' $$,
  $$ select kind, name from private.shipped_rows $$,
  'each row is told, and remembered');

select * from finish();
rollback;
