package dev.knowledgenetwork.documents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.kernel.Change;
import dev.knowledgenetwork.kernel.Changes;
import dev.knowledgenetwork.kernel.Field;
import dev.knowledgenetwork.kernel.Values;
import dev.knowledgenetwork.kernel.Violation;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DocumentRulesTest {
  static Stream<Arguments> commands() {
    return Stream.of(
        Arguments.of(create("t", ""), List.of()),
        Arguments.of(create("é".repeat(300), "x", "t".repeat(50)), List.of()),
        Arguments.of(create("😀".repeat(300), "line\nline\t"), List.of()),
        Arguments.of(create("t", "x".repeat(1 << 20)), List.of()),
        Arguments.of(create("t", "é".repeat(1 << 19)), List.of()),
        Arguments.of(create(" ", ""), violations("title", "must not be empty")),
        Arguments.of(
            create("t".repeat(301), ""), violations("title", "must be at most 300 characters")),
        Arguments.of(
            create("a\nb", ""), violations("title", "must not contain control characters")),
        Arguments.of(
            create("t", "x".repeat((1 << 20) + 1)),
            violations("content", "must be at most 1048576 bytes of UTF-8")),
        Arguments.of(
            create("t", "é".repeat((1 << 19) + 1)),
            violations("content", "must be at most 1048576 bytes of UTF-8")),
        Arguments.of(
            create("t", "a\0b"),
            violations("content", "must not contain U+0000 or unpaired surrogates")),
        Arguments.of(
            create("t\ud83d", ""),
            violations("title", "must not contain U+0000 or unpaired surrogates")),
        Arguments.of(
            create("t", "", "a", "b", "a"), violations("tags[2]", "must not be given twice")),
        Arguments.of(
            create("t", "", "a", "x".repeat(51)),
            violations("tags[1]", "must be at most 50 characters")),
        Arguments.of(
            create("t", "", IntStream.range(0, 51).mapToObj(n -> "" + n).toArray(String[]::new)),
            violations("tags", "must have at most 50 items")));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void newDocumentsAreJudged(Values command, List<Violation> expected) {
    assertThat(Documents.DOCUMENTS.violations(command)).isEqualTo(expected);
  }

  @Test
  void allViolationsAreToldNotTheFirst() {
    assertThat(Documents.DOCUMENTS.violations(create("", "\0", "", "b\u0007")))
        .extracting(Violation::field)
        .containsExactly("title", "content", "tags[0]", "tags[1]");
  }

  @Test
  void aPatchMayClearTheCollectionAndNothingElse() {
    Changes patch = Changes.NONE;
    for (Field<?> field : Documents.DOCUMENTS.fields()) {
      patch = patch.with(field, Change.clear());
    }
    assertThat(Documents.DOCUMENTS.violations(patch))
        .containsExactly(
            new Violation("title", "must not be null"),
            new Violation("content", "must not be null"),
            new Violation("status", "must not be null"),
            new Violation("tags", "must not be null"));
  }

  @Test
  void valuesOfAPatchAreJudgedLikeNewOnes() {
    Changes patch =
        Changes.NONE
            .with(Documents.TITLE, Change.to(""))
            .with(Documents.CONTENT, Change.to("\0"))
            .with(Documents.STATUS, Change.to(DocumentStatus.DRAFT))
            .with(Documents.TAGS, Change.to(Collections.nCopies(51, "t")));
    assertThat(Documents.DOCUMENTS.violations(patch))
        .extracting(Violation::field)
        .containsExactly("title", "content", "tags");
    assertThat(patch.isEmpty()).isFalse();
  }

  private static Values create(String title, String content, String... tags) {
    return Values.NONE
        .with(Documents.TITLE, title)
        .with(Documents.CONTENT, content)
        .with(Documents.STATUS, DocumentStatus.DRAFT)
        .with(Documents.TAGS, List.of(tags));
  }

  private static List<Violation> violations(String field, String message) {
    return List.of(new Violation(field, message));
  }
}
