-- What was created at the moment of the last sum, or before a clock that was set back, is no part of it: it counts all the same.
begin;
select plan(4);

select tests.create_user('ana', 100), tests.create_user('bo', 100);
select tests.enable_echo(20);
update public.tools set max_output_bytes = 100 where true;
select ops.set_storage_limit(tests.user_id(name), 300) from unnest(array['ana', 'bo']) name;
create function pg_temp.creates(p_user text, p_count integer) returns text language plpgsql as $$
declare
  v_said text := '';
begin
  for n in 1..p_count loop
    begin
      perform tests.create_job(p_user, p_user || gen_random_uuid());
      v_said := v_said || 'y';
    exception when sqlstate 'PT413' then v_said := v_said || 'n';
    end;
  end loop;
  return v_said;
end
$$;
select tests.freeze('2030-01-01 01:00:00Z');
select is(pg_temp.creates('ana', 5), 'yyynn', 'three of five, all at one moment');
select is((select summed_at from private.stored_sums where user_id = tests.user_id('ana')), private.now(), 'which was summed up then');
select is(pg_temp.creates('bo', 1), 'y', 'one of bo''s');
select tests.freeze('2030-01-01 00:00:00Z');
select is(pg_temp.creates('bo', 4), 'yynn', 'and two more, when the clock was set back');

select * from finish();
rollback;
