-- Outside a transaction, hence written to be repeated. Few of all collections are at the top: a
-- list of them does not read the others.
drop index concurrently if exists collections_at_the_top;
create index concurrently collections_at_the_top
  on collections (bucket, tenant_id, id desc) where parent_id is null and deleted_at is null;
drop index concurrently if exists collections_at_the_top_by_order;
create index concurrently collections_at_the_top_by_order
  on collections (bucket, tenant_id, "order", id) where parent_id is null and deleted_at is null;
