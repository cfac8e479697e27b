package dev.knowledgenetwork.operator.runtime.connect;

/**
 * What a database promises its users and a superuser can take away by hand: rights, and settings
 * that hold for every session of a role. Whoever looks for what lacks and whoever mends it ask the
 * same.
 */
public final class Promises {

  /** Of the two roles that log in: the values that hold for every session of theirs. */
  private static final String OURS =
      """
      (values ('kn_app', 'statement_timeout', '10s'), ('kn_app', 'lock_timeout', '7s'),
              ('kn_app', 'idle_in_transaction_session_timeout', '60s'),
              ('kn_migrate', 'lock_timeout', '5s'), ('kn_migrate', 'statement_timeout', '30min'))
        as ours (role, name, value)
      """;

  /**
   * Settings by hand that keep users from being served, or break what they are promised, each as
   * the statement that takes it back: for a role, for the database, for both, for all. Of those
   * that have a value from us it is not told here whether it is in force.
   */
  private static final String SETTINGS =
      """
      select format(case when s.setrole = 0 and s.setdatabase = 0 then 'alter role all reset %2$I'
                         when s.setrole = 0 then 'alter database kn reset %2$I'
                         when s.setdatabase = 0 then 'alter role %1$I reset %2$I'
                         else 'alter role %1$I in database kn reset %2$I' end,
                    r.rolname, c.name) as remedy
        from pg_db_role_setting s
        left join pg_roles r on r.oid = s.setrole
        cross join lateral (select split_part(each, '=', 1) as name
                              from unnest(s.setconfig) as each) c
        where (s.setrole = 0 or r.rolname in ('kn_app', 'kn_migrate'))
          and (s.setdatabase = 0
               or s.setdatabase = (select oid from pg_database where datname = 'kn'))
          and c.name in ('statement_timeout', 'lock_timeout', 'transaction_timeout',
            'idle_in_transaction_session_timeout', 'idle_session_timeout', 'role', 'search_path',
            'row_security', 'session_replication_role', 'backtrace_functions',
            'synchronous_commit', 'default_transaction_read_only', 'default_transaction_isolation')
          and not exists (select from <ours>
            where s.setdatabase = 0 and ours.role = r.rolname and ours.name = c.name)
      """
          .replace("<ours>", OURS);

  /**
   * Logins of users and of the replication that are kept out, whatever their passwords are, each as
   * the statement that lets them in.
   */
  private static final String LOGINS =
      """
      select format('alter role %I login%s connection limit -1 valid until ''infinity''', rolname,
                    case when rolname = 'replicator' then ' replication' else '' end) as remedy
        from pg_roles where rolname in ('kn_app', 'kn_migrate', 'replicator', 'rewind')
          and (not rolcanlogin or rolconnlimit >= 0 or rolvaliduntil < 'infinity'
               or rolname = 'replicator' and not rolreplication)
      union all
      select 'alter database kn connection limit -1' from pg_database
        where datname = 'kn' and datconnlimit >= 0
      union all
      select 'grant connect on database kn to ' || r.rolname from pg_roles r, pg_database d
        where r.rolname in ('kn_app', 'kn_migrate') and d.datname = 'kn'
          and not has_database_privilege(r.oid, d.oid, 'connect')
      """;

  /**
   * What is not as it is to be of roles and of the database itself, each as the statement that
   * mends it; asked in any database, once the roles are there.
   */
  public static final String OF_ROLES =
      """
      <settings>
      union all
      <logins>
      union all
      select format('alter role %I set %I = %L', ours.role, ours.name, ours.value)
        from <ours> where not exists (
          select from pg_db_role_setting s join pg_roles r on r.oid = s.setrole
            where r.rolname = ours.role and s.setdatabase = 0
              and ours.name || '=' || ours.value = any (s.setconfig))
      """
          .replace("<settings>", SETTINGS)
          .replace("<logins>", LOGINS)
          .replace("<ours>", OURS);

  /**
   * What is not as it is to be of the application's tables, each as the statement that mends it;
   * asked in the database {@code kn}. Those whose primary key begins with the bucket are behind the
   * fence, and {@code kn_app} reads and writes them; all others it reads at least, for what else it
   * may do there is for migrations to say. Where it has lost everything, as {@code drop owned by}
   * does, what they said is not known any more, and it is given all.
   */
  public static final String OF_TABLES =
      """
      (with tables as (
         select t.oid, t.oid::regclass as name,
                exists (select from pg_index i join pg_attribute a
                          on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
                         where i.indrelid = t.oid and i.indisprimary
                           and a.attname = 'bucket' and a.atttypid = 'integer'::regtype) as fenced,
                (select count(*) from unnest(array['select', 'insert', 'update', 'delete']) as way
                  where has_table_privilege(to_regrole('kn_app'), t.oid, way)) as rights,
                has_table_privilege(to_regrole('kn_app'), t.oid, 'select') as readable
           from pg_class t
          where t.relkind in ('r', 'p') and not t.relispartition
            and t.relowner = to_regrole('kn_owner') and t.relnamespace = to_regnamespace('public')),
       defaults as (
         select count(distinct a.privilege_type) < 4 as lost
           from pg_default_acl d cross join lateral aclexplode(d.defaclacl) a
          where d.defaclrole = to_regrole('kn_owner') and d.defaclobjtype = 'r'
            and d.defaclnamespace = to_regnamespace('public') and a.grantee = to_regrole('kn_app')
            and a.privilege_type in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')),
       everything as (
         select defaults.lost or coalesce((select max(rights) = 0 from tables), false) as lost
           from defaults)
       select format('select kn.distribute(%L)', name) as remedy from tables
         where fenced and (
           select count(*) from pg_trigger where tgrelid = tables.oid and tgname in
             ('kn_guard', 'kn_guard_update', 'kn_guard_delete', 'kn_truncate')) < 4
       union all
       select format('alter table %s enable trigger %I', g.tgrelid::regclass, g.tgname)
         from tables join pg_trigger g
           on g.tgrelid = tables.oid
           or g.tgrelid in (select inhrelid from pg_inherits where inhparent = tables.oid)
         where fenced and (starts_with(g.tgname, 'kn_') and g.tgenabled not in ('O', 'A')
                           or g.tgisinternal and g.tgenabled = 'D')
       union all
       select format('grant select, insert, update, delete on %s to kn_app', name)
         from tables, everything where rights < 4 and (fenced or everything.lost)
       union all
       select format('grant select on %s to kn_app', name) from tables, everything
         where not readable and not fenced and not everything.lost
       union all
       select format('grant usage on sequence %s to kn_app', s.oid::regclass)
         from pg_class s, everything
         where everything.lost and s.relkind = 'S' and s.relowner = to_regrole('kn_owner')
           and s.relnamespace = to_regnamespace('public')
           and not has_sequence_privilege(to_regrole('kn_app'), s.oid, 'usage')
       union all
       select format('grant execute on function %s to kn_app', f.oid::regprocedure)
         from pg_proc f, everything
         where everything.lost and f.prokind = 'f' and f.proowner = to_regrole('kn_owner')
           and f.pronamespace = to_regnamespace('public')
           and not has_function_privilege(to_regrole('kn_app'), f.oid, 'execute')
       union all
       select 'alter default privileges for role kn_owner in schema public'
                || ' grant select, insert, update, delete on tables to kn_app'
         from defaults where lost)
      """;

  /**
   * All that is not as preparation leaves it, each as the statement that mends it; asked in the
   * database {@code kn}.
   */
  public static final String BROKEN =
      """
      <of roles>
      union all
      select 'grant usage on schema ' || name || ' to kn_app'
        from unnest(array['kn', 'public']) as name
        where has_schema_privilege(to_regrole('kn_app'), to_regnamespace(name), 'usage')
          is not true
      union all
      select case when to_regprocedure(name) is null then 'create function ' || name
                  else 'grant execute on function ' || name || ' to kn_app' end
        from unnest(array['kn.enter(integer, bigint)', 'kn.read(integer, bigint)',
          'kn.refuse(integer, text, bigint, text)', 'kn.uuidv7()', 'kn.prove_write()']) as name
        where has_function_privilege(to_regrole('kn_app'), to_regprocedure(name), 'execute')
          is not true
      union all
      select case when to_regclass(name) is null then 'create table ' || name
                  else 'grant select on ' || name || ' to kn_app' end
        from unnest(array['kn.schema_version', 'kn.identity', 'kn.topology', 'kn.bucket_owner',
          'kn.owned_bucket']) as name
        where has_table_privilege(to_regrole('kn_app'), to_regclass(name), 'select') is not true
      union all
      <of tables>
      order by remedy
      """
          .replace("<of roles>", OF_ROLES)
          .replace("<of tables>", OF_TABLES);

  private Promises() {}
}
