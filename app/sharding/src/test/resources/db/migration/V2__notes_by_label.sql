drop index concurrently if exists notes_by_label;
create index concurrently notes_by_label on notes (bucket, tenant_id, label, id desc)
  where deleted_at is null and label is not null;
