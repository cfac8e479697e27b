package dev.knowledgenetwork.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FieldTypesTest {

  @Test
  void aNumberIsWholeAndWithinItsBounds() {
    FieldType<Long> type = FieldTypes.number(0, 9);
    assertThat(type.read(7)).isEqualTo(7L);
    assertThat(type.read("7")).isNull();
    assertThat(type.read(7.0)).isNull();
    List<Violation> found = new ArrayList<>();
    type.check("order", 9L, found);
    assertThat(found).isEmpty();
    type.check("order", 10L, found);
    assertThat(found).containsExactly(new Violation("order", "must be a whole number from 0 to 9"));
  }

  @Test
  void aReferenceIsAnIdInItsCanonicalForm() {
    FieldType<ResourceId> type = FieldTypes.reference("things");
    String id = "019a0000-0000-7000-8000-00000000000a";
    assertThat(type.plain(type.read(id.toUpperCase(java.util.Locale.ROOT)))).isEqualTo(id);
    assertThat(type.read("plans")).isNull();
    assertThat(type.read(7L)).isNull();
    assertThat(type.refersTo()).contains("things");
  }

  @Test
  void linesHaveOneFormAndTextsStayAsTheyAre() {
    assertThat(FieldTypes.line(9).normal("e\u0301")).isEqualTo("\u00e9");
    assertThat(FieldTypes.lines(9, 9).normal(List.of("e\u0301"))).containsExactly("\u00e9");
    assertThat(FieldTypes.text(9).normal("e\u0301")).isEqualTo("e\u0301");
  }

  /** Sorting a million marks by their classes takes minutes. */
  @Test
  void whatIsTooLongInAnyFormIsRefusedAsItIs() {
    String marks = "\u0301".repeat(500_000) + "\u0316".repeat(500_000);
    assertThat(FieldTypes.line(300).normal(marks)).isSameAs(marks);
    assertThat(FieldTypes.lines(9, 50).normal(List.of(marks)).getFirst()).isSameAs(marks);
    List<Violation> found = new ArrayList<>();
    FieldTypes.line(300).check("title", marks, found);
    assertThat(found).containsExactly(new Violation("title", "must be at most 300 characters"));
  }

  @Test
  void whatIsShortEnoughInNormalFormIsAccepted() {
    List<Violation> found = new ArrayList<>();
    FieldType<String> type = FieldTypes.line(100);
    type.check("name", type.normal("\u03b1\u0313\u0301\u0345".repeat(100)), found);
    assertThat(found).isEmpty();
  }
}
