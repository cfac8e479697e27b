package dev.knowledgenetwork.testing;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The inputs of one try of a {@link Property}, drawn one after another: the same seed and the same
 * calls give the same values. Bounds and extremes come up far more often than by chance, because
 * that is where code breaks. Not for more than one thread.
 */
public final class Draws {

  /** One draw in this many is an extreme. */
  private static final int EXTREME = 5;

  private static final List<Long> EXTREME_LONGS =
      List.of(0L, 1L, -1L, Long.MIN_VALUE, Long.MAX_VALUE);

  private final int seed;
  private final Random random;

  Draws(int seed) {
    this.seed = seed;
    this.random = new Random(seed);
  }

  int seed() {
    return seed;
  }

  /** A number of that range, both bounds included. */
  public int between(int min, int max) {
    if (extreme()) {
      return random.nextBoolean() ? min : max;
    }
    return Math.toIntExact(random.nextLong(min, max + 1L));
  }

  /** Any number of 64 bits. */
  public long anyLong() {
    return extreme() ? oneOf(EXTREME_LONGS) : random.nextLong();
  }

  /**
   * A text of that many UTF-16 units: ASCII, all planes of Unicode, and halves of surrogate pairs
   * without their other half, mixed.
   */
  public String anyText(int min, int max) {
    int length = between(min, max);
    StringBuilder text = new StringBuilder();
    while (text.length() < length) {
      switch (random.nextInt(4)) {
        case 0 -> text.append((char) random.nextInt(Character.MAX_VALUE + 1));
        case 1 -> text.appendCodePoint(random.nextInt(Character.MAX_CODE_POINT + 1));
        default -> text.append((char) random.nextInt(128));
      }
    }
    text.setLength(length);
    return text.toString();
  }

  /** A text of that many letters a to z. */
  public String letters(int min, int max) {
    StringBuilder text = new StringBuilder();
    for (int left = between(min, max); left > 0; left--) {
      text.append((char) between('a', 'z'));
    }
    return text.toString();
  }

  /** One of these, each as likely as the others. */
  public <T> T oneOf(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  /** One constant of the enum, each as likely as the others. */
  public <E extends Enum<E>> E oneOf(Class<E> type) {
    return oneOf(List.of(type.getEnumConstants()));
  }

  /** A list of that many elements, each drawn by the supplier. */
  public <T> List<T> listOf(int min, int max, Supplier<T> element) {
    return Stream.generate(element).limit(between(min, max)).toList();
  }

  /** The same elements in an order of chance. */
  public <T> List<T> shuffled(Collection<? extends T> elements) {
    List<T> shuffled = new ArrayList<>(elements);
    Collections.shuffle(shuffled, random);
    return shuffled;
  }

  private boolean extreme() {
    return random.nextInt(EXTREME) == 0;
  }

  @Override
  public String toString() {
    return "seed " + seed;
  }
}
