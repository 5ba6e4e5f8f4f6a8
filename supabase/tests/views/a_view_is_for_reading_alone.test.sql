begin;
select plan(63);

create temporary table views as
select name from unnest(array[
  'upscaler_jobs', 'pose_changer_jobs', 'veste_ai_jobs', 'video_upscaler_jobs', 'fal_jobs', 'ai_jobs', 'publication_jobs']) name;
create temporary table writes (sql text);
insert into writes values
  ('update public.%I set id = gen_random_uuid() where true'), ('delete from public.%I where true'), ('insert into public.%I (id) values (gen_random_uuid())');
grant select on views, writes to authenticated, service_role;

select tests.as_user('ana');
select throws_ok(format(sql, name), '42501', null, 'a user cannot ' || format(sql, name)) from views, writes;
select tests.as_admin();
select throws_ok(format(sql, name), '42501', null, 'an admin cannot ' || format(sql, name)) from views, writes;
select tests.as_service();
select throws_ok(format(sql, name), '42501', null, 'a secret key cannot ' || format(sql, name)) from views, writes;
select tests.reset();

select * from finish();
rollback;
