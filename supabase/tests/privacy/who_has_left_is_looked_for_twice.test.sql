begin;
select plan(7);

select tests.freeze('2030-01-01 00:00:00Z');
create function pg_temp.left(p_at timestamptz, p_names text[]) returns void language sql as $$
  insert into private.leavers (user_id, tombstone_id, left_at, due_at) select tests.user_id(name), gen_random_uuid(), p_at, p_at from unnest(p_names) name
$$;
create function pg_temp.looked() returns bigint language sql as $$ select (private.forget_leavers() ->> 'leavers')::bigint $$;
select pg_temp.left('2029-12-31 23:59:00Z', '{ana,bo}');
select private.forget_leavers(tests.user_id('ana'));
select is((select array_agg(looks order by user_id = tests.user_id('bo')) from private.leavers), '{1,0}', 'one may be asked for');
select is(pg_temp.looked(), 1::bigint, 'the others have their turn');
select is(pg_temp.looked(), 0::bigint, 'until every token has run out there is nothing to look for');
select tests.freeze('2030-01-01 02:59:00Z');
select is(pg_temp.looked(), 2::bigint, 'and then once more');

-- Ten at a time, the longest waiting first; one that cannot be looked for keeps nobody.
select pg_temp.left('2030-01-01 00:00:30Z', '{last}'), pg_temp.left('2030-01-01 00:00:00Z', array(select 'u' || n from generate_series(1, 10) n));
create function pg_temp.raise() returns trigger language plpgsql as $$
begin
  if old.user_id = tests.user_id('u1') then raise 'no'; end if;
  return old;
end
$$;
create trigger raise before delete on private.webhook_events for each row execute function pg_temp.raise();
insert into private.webhook_events (provider, dedupe_key, user_id, job_id, attempt, verified_by, headers, payload, verdict, received_at)
values ('echo', 'e', tests.user_id('u1'), gen_random_uuid(), 1, 'token', '{}', '{}', 'late', private.now());
select is(pg_temp.looked(), 9::bigint, 'one of ten cannot be looked for');
select is(
  (select array_agg(looks || ' ' || due_at::text order by due_at) from private.leavers where user_id in (tests.user_id('last'), tests.user_id('u1'))),
  array['0 ' || '2030-01-01 00:00:30Z'::timestamptz::text, '0 ' || '2030-01-01 03:04:00Z'::timestamptz::text],
  'it is tried again in five minutes, and the eleventh waits');
select is((select count(*) from private.faults where part = 'esteira-leavers'), 1::bigint, 'which is told');

select * from finish();
rollback;
