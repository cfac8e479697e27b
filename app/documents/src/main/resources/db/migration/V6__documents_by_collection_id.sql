-- Outside a transaction, hence written to be repeated.
drop index concurrently if exists documents_by_collection_id;
-- Without a word of deletion, so that the foreign key's own check uses it.
create index concurrently documents_by_collection_id
  on documents (bucket, tenant_id, collection_id, id desc) where collection_id is not null;

-- Labels become references, in transactions of at most 1,000 rows, whose ids are collected by one
-- reading of the table. Rows that somebody else is writing are left for the next reading: whoever
-- waits here for a row could be waited for because of its label.
do $$
declare
  v_batch record;
  v_free uuid[];
  v_left integer;
begin
  loop
    v_left := 0;
    for v_batch in
      select bucket, tenant_id, array_agg(id) as ids
        from (
          select bucket, tenant_id, id,
              (row_number() over (partition by bucket, tenant_id order by id) - 1) / 1000 as n
            from documents join kn.bucket_owner o using (bucket)
            where o.state = 'owned' and collection is not null and collection_id is null
              and deleted_at is null) unfiled
        group by bucket, tenant_id, n
    loop
      perform kn.enter(v_batch.bucket, 0);
      select coalesce(array_agg(id), '{}') into v_free
        from (
          select id from documents
            where bucket = v_batch.bucket and tenant_id = v_batch.tenant_id
              and id = any (v_batch.ids)
              and collection is not null and collection_id is null and deleted_at is null
            for update skip locked) free;
      update documents
        set collection_id = documents_collection(bucket, tenant_id, collection),
          version = version + 1
        where bucket = v_batch.bucket and tenant_id = v_batch.tenant_id and id = any (v_free);
      commit;
      v_left := v_left + cardinality(v_batch.ids) - cardinality(v_free);
    end loop;
    exit when v_left = 0;
    perform pg_sleep(0.01);
  end loop;
end
$$;

alter table documents validate constraint documents_collection_fkey;
