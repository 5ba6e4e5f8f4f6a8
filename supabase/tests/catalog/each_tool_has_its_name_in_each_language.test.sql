begin;
select plan(2);

select results_eq(
  $$ select tool, titles ->> 'pt-BR', titles ->> 'en' from public.tools
     order by tool collate "C" $$,
  $$ values
    ('image', 'Geração e edição de imagem', 'Image generation and editing'),
    ('instagram_carousel', 'Carrossel no Instagram', 'Instagram carousel'), ('instagram_feed', 'Post no Instagram', 'Instagram post'),
    ('instagram_reel', 'Reel no Instagram', 'Instagram reel'), ('instagram_story', 'Story no Instagram', 'Instagram story'),
    ('model_training', 'Treinamento de modelo', 'Model training'),
    ('pose_changer', 'Mudar pose', 'Pose changer'),
    ('speech', 'Texto em fala', 'Text to speech'),
    ('upscaler', 'Upscaler de imagem', 'Image upscaler'),
    ('veste_ai', 'Veste AI', 'Virtual try-on'),
    ('video_upscaler', 'Upscaler de vídeo', 'Video upscaler'),
    ('x_post', 'Post no X', 'Post on X') $$,
  'the tools that come with Esteira');
select is_empty(
  $$ select tool, titles from public.tools
     where (select count(*) from jsonb_each_text(titles) t where t.key in ('pt-BR', 'en') and t.value <> '') < 2 $$,
  'every tool has a name in both languages');

select * from finish();
rollback;
