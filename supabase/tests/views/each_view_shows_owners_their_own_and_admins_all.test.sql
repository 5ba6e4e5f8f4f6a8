-- @acceptance 003:213-216, 003:275
begin;
select plan(43);

select tests.create_user('ana'), tests.create_user('bo'), tests.create_user('stranger'), tests.create_user('admin');
select private.create_lane('outside', 'outside', 'pull');
create temporary table views (name text, tool text, lane text);
insert into views values
  ('upscaler_jobs', 'upscaler', 'runninghub'), ('pose_changer_jobs', 'pose_changer', 'runninghub'),
  ('veste_ai_jobs', 'veste_ai', 'runninghub'), ('video_upscaler_jobs', 'video_upscaler', 'runninghub'),
  ('fal_jobs', 'image', 'kie'), ('ai_jobs', 'training', 'outside'), ('publication_jobs', 'tiktok_video', 'publication');
select tests.enable_tool(tool, lane, 2) from views;
select tests.create_job('ana', 'hers ' || name, tool), tests.create_job('bo', 'his ' || name, tool) from views;
grant select on views to anon, authenticated, service_role;
create temporary table hers as select (tests.job('hers ' || name)).id, name from views;
grant select on hers to authenticated;

select is((select count(*) from public.jobs), 14::bigint, 'two jobs of each');

select tests.as_user('ana');
select results_eq(format('select id from public.%I', name), array[id], 'an owner sees their own job in ' || name) from hers;
select tests.as_user('stranger');
select is_empty(format('select * from public.%I', name), 'a stranger sees none in ' || name) from views;
select tests.become('authenticated', null);
select is_empty(format('select * from public.%I', name), 'a session without a token sees none in ' || name) from views;
select tests.as_admin();
select set_eq(
  format('select user_id from public.%I', name), array[tests.user_id('ana'), tests.user_id('bo')],
  'an admin sees everybody''s in ' || name) from views;
select tests.as_anon();
select throws_ok(
  format('select * from public.%I', name), '42501', null,
  'somebody who is not signed in may not look at ' || name) from views;
select tests.as_service();
select set_eq(
  format('select user_id from public.%I', name), array[tests.user_id('ana'), tests.user_id('bo')],
  'functions with a secret key see everybody''s in ' || name) from views;
select tests.reset();

select * from finish();
rollback;
