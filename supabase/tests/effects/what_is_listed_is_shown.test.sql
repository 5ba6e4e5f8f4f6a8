-- The triggers that put a job on the list and those that deal with the list have the same conditions: a job that is listed
-- and not shown would be forgotten, one that is shown and not listed is looked for in vain.
begin;
select plan(4);

create function pg_temp.condition(p_trigger text) returns text language sql as $$
  select substring(pg_get_triggerdef(oid) from ' (?:INSERT|UPDATE OF [\w, ]+?) ON ') || substring(pg_get_triggerdef(oid) from 'WHEN .* EXECUTE')
  from pg_trigger where tgname = p_trigger and tgrelid = 'public.jobs'::regclass
$$;
select matches(pg_temp.condition('new_jobs_are_listed'), 'INSERT ON .*new.effect', 'there is one');
select matches(pg_temp.condition('changed_jobs_are_listed'), 'UPDATE OF status, .* ON .*new.effect', 'there is one');
select is(pg_temp.condition('new_jobs_are_listed'), pg_temp.condition('new_jobs_are_shown'), 'of new jobs');
select is(pg_temp.condition('changed_jobs_are_listed'), pg_temp.condition('changed_jobs_are_shown'), 'of changed ones');

select * from finish();
rollback;
