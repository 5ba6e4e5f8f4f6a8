create function private.words_of_posts() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  values
    ('post_in_doubt', 350, 'warn', 'by_itself',
      'None: it is looked for until the deadline, and made again only where the platform has shown twice that it is '
      'not there. Then ops.resolve_publication.',
      array['We do not know yet whether your post is at {platform_name}.',
        'We are looking, and it is not posted twice.', 'You need not do anything.'],
      array['Ainda não sabemos se sua publicação está no {platform_name}.',
        'Estamos verificando, e ela não será publicada duas vezes.', 'Você não precisa fazer nada.']),
    ('post_overdue', 352, 'warn', 'by_itself',
      'None: the schedule esteira-overdue ends it. Look at ops.cron_health where it does not.',
      array['Your post has taken longer than it may.', 'It is ended by itself in a few minutes.'],
      array['Sua publicação demorou mais do que o permitido.',
        'Ela será encerrada automaticamente em alguns minutos.']),
    ('media_wait', 354, 'wait', 'by_itself', null,
      array['The file of your post is being fetched for another post of yours.', 'The post goes on by itself.'],
      array['O arquivo da publicação está sendo baixado para outra publicação sua.', 'Ela continua sozinha.']),
    ('post_waits_for_slot', 356, 'wait', 'by_itself', null,
      array['Your post goes on as soon as there is room.', 'You need not do anything.'],
      array['Sua publicação continua assim que houver vaga.', 'Você não precisa fazer nada.']),
    ('media_pending', 358, 'info', 'by_itself', null,
      array['The file of your post is being fetched.', 'The post goes on by itself.'],
      array['O arquivo da publicação está sendo baixado.', 'Ela continua sozinha.']),
    ('post_preparing', 360, 'info', 'by_itself', null,
      array['Your post is being prepared for {platform_name}.', 'It goes on by itself.', 'You can still cancel it.'],
      array['Sua publicação está sendo preparada para o {platform_name}.', 'Ela continua sozinha.',
        'Você ainda pode cancelá-la.']),
    ('post_committing', 362, 'info', 'by_itself', null,
      array['Your post is being published at {platform_name} right now.', 'It can no longer be cancelled.'],
      array['Sua publicação está sendo feita no {platform_name} agora mesmo.', 'Ela não pode mais ser cancelada.']),
    ('post_observing', 364, 'info', 'by_itself', null,
      array['{platform_name} has taken your post and is working on it.', 'It is done by itself{when}.',
        'You need not do anything.'],
      array['O {platform_name} recebeu sua publicação e está processando.', 'Ela termina sozinha{when}.',
        'Você não precisa fazer nada.'])
$$;
comment on function private.words_of_posts() is 'The words of findings about a post that is under way.';
revoke execute on function private.words_of_posts() from public;
