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
}
