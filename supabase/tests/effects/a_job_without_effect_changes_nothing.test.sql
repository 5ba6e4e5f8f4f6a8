begin;
select plan(5);

select tests.create_user('ana');
select tests.enable_echo(5);
select tests.create_project('ana', 'canvas');
select tests.create_node_job('ana', 'no effect', 'canvas', 'n1');
update public.tools set effect = 'project_node' where tool = 'echo';
select tests.create_job('ana', 'no project');
select tests.complete('no effect'), tests.complete('no project'), tests.commit();
select is((tests.job('no effect')).effect, null, 'a job keeps the effect that its tool had when it was created: none');
select is((tests.job('no project')).effect, 'project_node', 'or this one');
select is((select version from public.projects), 1, 'without effect no project changes, whatever the metadata says');
select is_empty('select * from public.job_effects', 'without a project there is nothing to report');
select is_empty('select * from public.ai_models', 'and there is no model');

select * from finish();
rollback;
