package dev.knowledgenetwork.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DrawsTest {

  private enum Colour {
    RED,
    GREEN,
    BLUE
  }

  @Test
  void numbersFillTheirRangeAndStayInIt() {
    assertThat(drawn(draws -> draws.between(-2, 3))).containsExactlyInAnyOrder(-2, -1, 0, 1, 2, 3);
    assertThat(drawn(draws -> draws.between(Integer.MIN_VALUE, Integer.MAX_VALUE)))
        .contains(Integer.MIN_VALUE, Integer.MAX_VALUE)
        .hasSizeGreaterThan(500);
    assertThat(drawn(Draws::anyLong))
        .contains(0L, Long.MIN_VALUE, Long.MAX_VALUE)
        .hasSizeGreaterThan(500);
  }

  @Test
  void textsHaveAllKindsOfCharacters() {
    Set<String> texts = drawn(draws -> draws.anyText(0, 20));
    assertThat(texts).contains("").allMatch(text -> text.length() <= 20);
    assertThat(texts).anyMatch(text -> text.codePoints().anyMatch(c -> c > 0xffff));
    assertThat(texts).anyMatch(text -> text.codePoints().anyMatch(c -> c >= 0xd800 && c <= 0xdfff));
    assertThat(drawn(draws -> draws.letters(1, 3))).allMatch(text -> text.matches("[a-z]{1,3}"));
  }

  @Test
  void choicesListsAndOrdersVary() {
    assertThat(drawn(draws -> draws.oneOf(Colour.class))).hasSize(3);
    assertThat(drawn(draws -> draws.listOf(0, 2, () -> draws.oneOf(List.of("x", "y")))))
        .hasSize(1 + 2 + 4);
    assertThat(drawn(draws -> draws.shuffled(List.of(1, 2, 3)))).hasSize(6);
  }

  /** What the first draw of a thousand seeds is. */
  private static <T> Set<T> drawn(Function<Draws, T> draw) {
    return IntStream.range(0, 1000)
        .mapToObj(seed -> draw.apply(new Draws(seed)))
        .collect(Collectors.toSet());
  }
}
