begin;
select plan(18);

select tests.create_user('ana');
create function pg_temp.project(p_content text) returns text language sql as $$
  select format('insert into public.projects (user_id, content) values (tests.user_id(''ana''), %L)', p_content)
$$;
select tests.violates(pg_temp.project('[]'), 'content_has_a_list_of_nodes');
select tests.violates(pg_temp.project('{}'), 'content_has_a_list_of_nodes');
select tests.violates(pg_temp.project('{"nodes": {}}'), 'content_has_a_list_of_nodes');
select tests.violates(pg_temp.project('null'), 'content_has_a_list_of_nodes');
select tests.violates(pg_temp.project(jsonb_build_object('nodes', '[]'::jsonb, 'more', repeat('x', 8388608))::text), 'content_has_at_most_8_mib');
select tests.violates('insert into public.projects (user_id, name) values (tests.user_id(''ana''), '''')', 'names_have_1_to_200_characters');

create function pg_temp.model(p_values text) returns text language sql as $$
  select format('insert into public.ai_models ("userId", name, status, progress, "modelUrl", "trainedAt", "errorMessage") values (tests.user_id(''ana''), %s)', p_values)
$$;
select tests.violates(pg_temp.model($$ '', 'TRAINING', 0, null, null, null $$), 'names_have_1_to_200_characters');
select tests.violates(pg_temp.model($$ 'a', 'TRAINING', 101, null, null, null $$), 'progress_is_a_percentage');
select tests.violates(pg_temp.model($$ 'a', 'READY', 100, null, now(), null $$), 'ready_models_are_whole');
select tests.violates(pg_temp.model($$ 'a', 'READY', 99, '1', now(), null $$), 'ready_models_are_whole');
select tests.violates(pg_temp.model($$ 'a', 'READY', 100, '1', null, null $$), 'ready_models_have_trained_at');
select tests.violates(pg_temp.model($$ 'a', 'ERROR', 0, null, null, null $$), 'models_in_error_name_it');
select tests.violates(pg_temp.model($$ 'a', 'TRAINING', 0, null, null, 'why' $$), 'models_in_error_name_it');
select lives_ok(pg_temp.model($$ 'a', 'READY', 100, '788416', now(), null $$), 'what is possible is taken');

select tests.enable_echo(1), tests.create_job('ana', 'one');
update public.ai_models set "trainingJobId" = (tests.job('one')).id where true;
select tests.violates('insert into public.ai_models ("userId", name, "trainingJobId") values (tests.user_id(''ana''), ''b'', (tests.job(''one'')).id)',
  'a_training_makes_one_model');
create function pg_temp.effect(p_values text) returns text language sql as $$
  select format('insert into public.job_effects (job_id, user_id, effect, updated_at, outcome, message)
    values ((tests.job(''one'')).id, tests.user_id(''ana''), ''model'', now(), %s)', p_values)
$$;
select tests.violates(pg_temp.effect($$ 'lost', null $$), 'outcomes_are_known');
select tests.violates(pg_temp.effect($$ 'failed', null $$), 'failed_effects_say_why');

-- A constraint that is not tried above must be.
select set_eq(
  $$ select conname::text from pg_constraint
     where conrelid in ('public.projects'::regclass, 'public.ai_models'::regclass, 'public.job_effects'::regclass) and contype in ('c', 'u') $$,
  array['content_has_a_list_of_nodes', 'content_has_at_most_8_mib', 'names_have_1_to_200_characters', 'progress_is_a_percentage',
    'ready_models_are_whole', 'ready_models_have_trained_at', 'models_in_error_name_it', 'a_training_makes_one_model', 'outcomes_are_known',
    'failed_effects_say_why'],
  'these are all');

select * from finish();
rollback;
