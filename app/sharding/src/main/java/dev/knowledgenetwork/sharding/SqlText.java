package dev.knowledgenetwork.sharding;

import org.jooq.DSLContext;
import org.jooq.Query;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/**
 * Statements of jOOQ as PostgreSQL's text. All names are quoted, so a column may be called as a
 * word of SQL is. Rendering costs some ten microseconds: a text that is always the same is kept.
 */
public final class SqlText {

  private static final DSLContext POSTGRES = DSL.using(SQLDialect.POSTGRES);

  private SqlText() {}

  /** The text, with {@code ?} for each parameter. */
  public static String of(Query query) {
    return POSTGRES.render(query);
  }
}
