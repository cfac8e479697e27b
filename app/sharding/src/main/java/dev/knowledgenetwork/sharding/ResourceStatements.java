package dev.knowledgenetwork.sharding;

import static dev.knowledgenetwork.sharding.ResourceColumns.given;
import static dev.knowledgenetwork.sharding.ResourceColumns.parameter;

import dev.knowledgenetwork.kernel.Aggregate;
import dev.knowledgenetwork.kernel.Changes;
import dev.knowledgenetwork.kernel.Field;
import dev.knowledgenetwork.kernel.ResourceQuery;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jooq.Condition;
import org.jooq.Name;
import org.jooq.Param;
import org.jooq.SortField;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/**
 * The SQL of a table of resources ({@link ResourceColumns}). What is always the same is rendered
 * once, lists once for each combination of filters. No text of a user is part of one.
 */
final class ResourceStatements {
  private static final Name READ = DSL.name("kn", "read");

  private final Aggregate aggregate;
  private final ResourceColumns columns;
  private final String create;
  private final String find;
  private final String version;
  private final String delete;
  private final String deleteExpected;
  private final Map<ListForm, String> lists = new ConcurrentHashMap<>();

  ResourceStatements(Aggregate aggregate) {
    this.aggregate = aggregate;
    this.columns = new ResourceColumns(aggregate.plural());
    this.create = renderCreate();
    this.find =
        SqlText.of(
            DSL.select(columns.read(aggregate.fields()))
                .from(columns.table())
                .where(key(), live(), owned()));
    this.version =
        SqlText.of(DSL.select(columns.version()).from(columns.table()).where(key(), live()));
    this.delete = renderDelete(DSL.noCondition());
    this.deleteExpected = renderDelete(given(columns.version()));
  }

  /**
   * What the statement of a list depends on.
   *
   * @param filters by which it is narrowed, in the order of its parameters, however the query was
   *     made
   * @param empty fields of which no value is asked for, in that order too
   * @param order by which it is ordered
   * @param continued whether it goes on at a place
   */
  record ListForm(
      List<Field<?>> filters,
      List<Field<?>> empty,
      Optional<Field<Long>> order,
      boolean continued) {}

  /**
   * Parameters: key, author, values of all fields. An attempt after an unknown outcome may find its
   * own row. Rewriting it makes the commit wait for the standby once more, so the answer is as
   * durable as a first one.
   */
  String create() {
    return create;
  }

  private String renderCreate() {
    List<org.jooq.Field<?>> written =
        Stream.concat(
                Stream.of(columns.bucket(), columns.tenant(), columns.id(), columns.author()),
                aggregate.fields().stream().map(columns::of))
            .toList();
    return SqlText.of(
        DSL.insertInto(columns.table(), written)
            .values(written.stream().<Param<?>>map(ResourceColumns::parameter).toList())
            .onConflict(columns.bucket(), columns.tenant(), columns.id())
            .doUpdate()
            .set(columns.version(), columns.version())
            .returning(columns.read(aggregate.fields())));
  }

  /** Parameters: key, bucket, epoch. */
  String find() {
    return find;
  }

  /** The version of a row. Parameters: key. */
  String version() {
    return version;
  }

  /** The form of a list. */
  ListForm form(ResourceQuery query) {
    return new ListForm(
        filters(query.filters().fields()),
        filters(query.empty()),
        query.order(),
        query.after().isPresent());
  }

  private List<Field<?>> filters(Set<Field<?>> asked) {
    return aggregate.filters().stream().filter(asked::contains).toList();
  }

  /**
   * Parameters: bucket, tenant, bucket, epoch, filters, the place at which it begins if there is
   * one (rank where it is ordered by a field, id), limit. Only the filters in use, so that each
   * combination has a plan with its own index.
   */
  String list(ListForm form) {
    return lists.computeIfAbsent(form, this::renderList);
  }

  private String renderList(ListForm form) {
    Condition narrowed =
        Stream.concat(
                form.filters().stream().map(filter -> given(columns.of(filter))),
                form.empty().stream().map(filter -> columns.of(filter).isNull()))
            .reduce(DSL.noCondition(), Condition::and);
    return SqlText.of(
        DSL.select(columns.read(aggregate.listed()))
            .from(columns.table())
            .where(given(columns.bucket()), given(columns.tenant()), owned(), live(), narrowed)
            .and(form.continued() ? behind(form) : DSL.noCondition())
            .orderBy(order(form))
            .limit(DSL.val(null, SQLDataType.INTEGER)));
  }

  private List<SortField<?>> order(ListForm form) {
    return form.order()
        .<List<SortField<?>>>map(rank -> List.of(columns.rank(rank).asc(), columns.id().asc()))
        .orElseGet(() -> List.of(columns.id().desc()));
  }

  private Condition behind(ListForm form) {
    return form.order()
        .map(columns::rank)
        .map(
            rank ->
                DSL.row(rank, columns.id()).gt(DSL.row(parameter(rank), parameter(columns.id()))))
        .orElseGet(() -> columns.id().lt(parameter(columns.id())));
  }

  /** Parameters: values, key, version. Only columns that change are written. */
  String patch(Changes changes) {
    Map<org.jooq.Field<?>, Object> written = new LinkedHashMap<>();
    for (Field<?> field : changes.fields()) {
      org.jooq.Field<?> column = columns.of(field);
      written.put(column, parameter(column));
    }
    written.put(columns.version(), columns.version().plus(DSL.inline(1)));
    // Clocks differ between a primary and its successor; the time of change never goes back.
    written.put(
        columns.updatedAt(), DSL.greatest(DSL.currentOffsetDateTime(), columns.updatedAt()));
    return SqlText.of(
        DSL.update(columns.table())
            .set(written)
            .where(key(), given(columns.version()), live(), columns.inOrder())
            .returning(columns.read(aggregate.fields())));
  }

  /**
   * Parameters: key, version if it is one that is expected. What is deleted refers to nothing any
   * more, so that nothing is kept because of it.
   */
  String delete(boolean expected) {
    return expected ? deleteExpected : delete;
  }

  private String renderDelete(Condition expectation) {
    Map<org.jooq.Field<?>, Object> written = new LinkedHashMap<>();
    written.put(columns.version(), columns.version().plus(DSL.inline(1)));
    written.put(columns.deletedAt(), DSL.currentOffsetDateTime());
    for (Field<?> reference : aggregate.references()) {
      written.put(columns.of(reference), DSL.inline((UUID) null));
    }
    return SqlText.of(
        DSL.update(columns.table())
            .set(written)
            .where(key(), live(), columns.inOrder(), expectation)
            .returning(columns.version(), columns.author()));
  }

  private Condition key() {
    return DSL.and(given(columns.bucket()), given(columns.tenant()), given(columns.id()));
  }

  private Condition live() {
    return columns.deletedAt().isNull();
  }

  /**
   * Parameters: bucket, epoch. In a sub-select the check runs once, in the statement's snapshot,
   * also where no row matches.
   */
  private static Condition owned() {
    return DSL.condition(
        DSL.field(
            DSL.select(
                DSL.function(
                    READ,
                    SQLDataType.BOOLEAN,
                    DSL.val(null, SQLDataType.INTEGER),
                    DSL.val(null, SQLDataType.BIGINT)))));
  }
}
