-- Outside a transaction, hence written to be repeated: a run that is killed leaves an invalid index.
drop index concurrently if exists documents_by_collection;
create index concurrently documents_by_collection
  on documents (bucket, tenant_id, collection, id desc)
  where deleted_at is null and collection is not null;
