-- Outside a transaction, hence written to be repeated.
drop index concurrently if exists documents_by_collection_id;
-- Without a word of deletion, so that the foreign key's own check uses it.
create index concurrently documents_by_collection_id
  on documents (bucket, tenant_id, collection_id, id desc) where collection_id is not null;

-- Labels become references, in short transactions. Rows that somebody else is writing are left for
-- the next round: whoever waits here for a row could be waited for because of its label.
do $$
declare
  v_bucket integer;
  v_filed integer;
begin
  for v_bucket in
    select distinct d.bucket from documents d join kn.bucket_owner o using (bucket)
      where o.state = 'owned' and d.collection is not null and d.collection_id is null
        and d.deleted_at is null
  loop
    while exists (
      select from documents where bucket = v_bucket and collection is not null
        and collection_id is null and deleted_at is null)
    loop
      perform kn.enter(v_bucket, 0);
      update documents d
        set collection_id = documents_collection(d.bucket, d.tenant_id, d.collection),
          version = d.version + 1
        from (
          select bucket, tenant_id, id from documents
            where bucket = v_bucket and collection is not null and collection_id is null
              and deleted_at is null
            limit 1000 for update skip locked) batch
        where (d.bucket, d.tenant_id, d.id) = (batch.bucket, batch.tenant_id, batch.id);
      get diagnostics v_filed = row_count;
      commit;
      if v_filed = 0 then
        perform pg_sleep(0.01);
      end if;
    end loop;
  end loop;
end
$$;

alter table documents validate constraint documents_collection_fkey;
