package dev.knowledgenetwork.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

class AggregateTest {

  private enum Color {
    RED,
    BLUE
  }

  private static final Field<String> NAME = Field.required("name", FieldTypes.line(5));
  private static final Field<Color> COLOR =
      Field.withDefault("color", FieldTypes.word(Color.class), Color.RED);
  private static final Field<String> NOTE = Field.optional("note", FieldTypes.text(10));
  private static final Aggregate THINGS =
      new Aggregate(
          "thing",
          "things",
          List.of(NAME, COLOR, NOTE),
          List.of(NOTE),
          List.of(COLOR),
          List.of(),
          1 << 10);

  @Test
  void valuesAreTypedByTheirFieldsAndHaveAPlainForm() {
    Values values = Values.NONE.with(NAME, "ball").with(COLOR, Color.BLUE);
    assertThat(values.get(COLOR)).isEqualTo(Color.BLUE);
    assertThat(values.plain(COLOR)).isEqualTo("BLUE");
    assertThat(Values.builder().plain(NAME, "ball").plain(COLOR, "BLUE").plain(NOTE, null).build())
        .isEqualTo(values);
    assertThat(values.with(NAME, null).fields()).containsExactly(COLOR);
    assertThat(values.plain(NOTE)).isNull();
    assertThatThrownBy(() -> values.get(NOTE)).isInstanceOf(NoSuchElementException.class);
    assertThatIllegalArgumentException().isThrownBy(() -> Values.builder().plain(COLOR, "GREEN"));
  }

  @Test
  void whatAFieldHoldsIsNeverShown() {
    assertThat(Values.NONE.with(NAME, "secret").toString()).doesNotContain("secret");
    assertThat(Changes.NONE.with(NAME, Change.to("secret")).toString()).doesNotContain("secret");
  }

  @Test
  void changesAreWhatIsNotKept() {
    Changes changes = Changes.NONE.with(NAME, Change.keep()).with(NOTE, Change.clear());
    assertThat(changes.fields()).containsExactly(NOTE);
    assertThat(changes.of(NAME)).isEqualTo(Change.keep());
    assertThat(Changes.NONE.with(NAME, Change.keep()).isEmpty()).isTrue();
  }

  @Test
  void onlyAFieldThatMayBeEmptyIsEmptied() {
    Changes changes =
        Changes.NONE
            .with(NOTE, Change.clear())
            .with(COLOR, Change.clear())
            .with(NAME, Change.to("too long"));
    assertThat(THINGS.violations(changes))
        .containsExactly(
            new Violation("name", "must be at most 5 characters"),
            new Violation("color", "must not be null"));
  }

  @Test
  void listsLeaveOutWhatIsUnlisted() {
    assertThat(THINGS.listed()).containsExactly(NAME, COLOR);
  }

  @Test
  void aListIsOrderedByWhatItShowsAndWhatIsNeverEmpty() {
    Field<Long> rank = Field.withDefault("rank", FieldTypes.number(0, 9), 0L);
    Field<Long> maybe = Field.optional("maybe", FieldTypes.number(0, 9));
    assertThat(things(rank, List.of(), List.of(rank)).orders()).containsExactly(rank);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> things(rank, List.of(rank), List.of(rank)));
    assertThatIllegalArgumentException().isThrownBy(() -> things(maybe, List.of(), List.of(maybe)));
  }

  @Test
  void aReferenceMayBeEmptyForADeletionDropsIt() {
    FieldType<ResourceId> type = FieldTypes.reference("things");
    Field<ResourceId> owner = Field.optional("owner", type);
    assertThat(things(owner, List.of(), List.of()).references()).isEqualTo(List.of(owner));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> things(Field.required("owner", type), List.of(), List.of()));
  }

  private static Aggregate things(
      Field<?> field, List<Field<?>> unlisted, List<Field<Long>> orders) {
    return new Aggregate("thing", "things", List.of(field), unlisted, List.of(), orders, 1 << 10);
  }
}
