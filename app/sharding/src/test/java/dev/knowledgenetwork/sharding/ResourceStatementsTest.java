package dev.knowledgenetwork.sharding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.kernel.Aggregate;
import dev.knowledgenetwork.kernel.Change;
import dev.knowledgenetwork.kernel.Changes;
import dev.knowledgenetwork.kernel.Field;
import dev.knowledgenetwork.kernel.FieldTypes;
import dev.knowledgenetwork.kernel.Position;
import dev.knowledgenetwork.kernel.ResourceId;
import dev.knowledgenetwork.kernel.ResourceQuery;
import dev.knowledgenetwork.kernel.TenantId;
import dev.knowledgenetwork.kernel.Values;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ResourceStatementsTest {

  /** A word of SQL. */
  private static final Field<String> ORDER = Field.required("order", FieldTypes.line(10));

  private static final Field<String> COLOR = Field.optional("color", FieldTypes.line(10));
  private static final Field<String> TEXT = Field.optional("text", FieldTypes.text(100));
  private static final Field<Long> RANK = Field.withDefault("rank", FieldTypes.number(0, 9), 0L);
  private static final Field<ResourceId> OWNER =
      Field.optional("owner", FieldTypes.reference("things"));
  private static final ResourceStatements SQL =
      new ResourceStatements(
          new Aggregate(
              "thing",
              "things",
              List.of(ORDER, COLOR, TEXT, RANK, OWNER),
              List.of(TEXT),
              List.of(ORDER, COLOR, OWNER),
              List.of(RANK),
              1 << 10));
  private static final ResourceId ID = new ResourceId(new UUID(0, 1));
  private static final ResourceQuery ALL = ResourceQuery.of(new TenantId("acme"));

  @Test
  void namesAreQuotedSoAFieldMayBeCalledAsAWordOfSql() {
    assertThat(SQL.find())
        .isEqualTo(
            "select \"things\".\"id\", \"things\".\"order\", \"things\".\"color\","
                + " \"things\".\"text\", \"things\".\"rank\", \"things\".\"owner_id\","
                + " \"things\".\"author\", \"things\".\"version\","
                + " \"things\".\"created_at\", \"things\".\"updated_at\" from \"things\""
                + " where (\"things\".\"bucket\" = ? and \"things\".\"tenant_id\" = ?"
                + " and \"things\".\"id\" = cast(? as uuid) and \"things\".\"deleted_at\" is null"
                + " and (select \"kn\".\"read\"(?, ?)))");
  }

  @Test
  void aListHasItsFiltersInOneOrderHoweverTheyAreGiven() {
    ResourceQuery query = narrowed(Values.NONE.with(COLOR, "red").with(ORDER, "1"));
    assertThat(list(query))
        .endsWith(
            " and \"things\".\"deleted_at\" is null and \"things\".\"order\" = ?"
                + " and \"things\".\"color\" = ?) order by \"things\".\"id\" desc"
                + " fetch next ? rows only");
    assertThat(SQL.form(query).filters()).containsExactly(ORDER, COLOR);
    assertThat(list(narrowed(Values.NONE.with(ORDER, "2").with(COLOR, "blue"))))
        .as("rendered once")
        .isSameAs(list(query));
  }

  @Test
  void aListShowsNoUnlistedFieldAndGoesOnBelowAnId() {
    String first = list(ALL);
    assertThat(first).doesNotContain("text").doesNotContain("<");
    assertThat(list(ALL.after(Position.at(ID))))
        .contains(" and \"things\".\"id\" < cast(? as uuid)) order by ");
  }

  @Test
  void aListOfWhatRefersToNothingIsAnotherThanThatOfAll() {
    assertThat(list(ALL.without(Set.of(OWNER))))
        .contains(
            " and \"things\".\"deleted_at\" is null and \"things\".\"owner_id\" is null) order")
        .isNotEqualTo(list(ALL));
  }

  @Test
  void aListByAFieldGoesOnBehindRankAndId() {
    assertThat(list(ALL.ordered(RANK).after(new Position(ID, OptionalLong.of(7)))))
        .endsWith(
            " and (\"things\".\"rank\", \"things\".\"id\") > (?, cast(? as uuid)))"
                + " order by \"things\".\"rank\" asc, \"things\".\"id\" asc"
                + " fetch next ? rows only");
  }

  @Test
  void aReferenceIsAColumnOfIdsAndDroppedByADeletion() {
    assertThat(SQL.find()).contains(" \"things\".\"owner_id\",");
    assertThat(SQL.delete(false)).contains(", \"owner_id\" = cast(null as uuid) where ");
  }

  @Test
  void aPatchWritesOnlyWhatChanges() {
    assertThat(SQL.patch(Changes.NONE.with(COLOR, Change.clear())))
        .startsWith(
            "update \"things\" set \"color\" = ?, \"version\" = (\"things\".\"version\" + 1), ")
        .contains("\"updated_at\" = greatest(");
  }

  @Test
  void everyValueIsAParameter() {
    assertThat(SQL.create())
        .contains(" values (?, ?, cast(? as uuid), ?, ?, ?, ?, ?, cast(? as uuid)) on conflict ");
    assertThat(SQL.delete(true))
        .contains(" and \"things\".\"version\" = ?) returning \"things\".\"version\", ");
    assertThat(SQL.delete(false)).doesNotContain("\"things\".\"version\" = ?");
  }

  private static String list(ResourceQuery query) {
    return SQL.list(SQL.form(query));
  }

  private static ResourceQuery narrowed(Values filters) {
    return ALL.filtered(filters);
  }
}
