package dev.knowledgenetwork.scenarios;

/**
 * A measured figure in the log of a run: {@code ./kn test} shows lines that begin with the word.
 */
final class Figure {

  private Figure() {}

  /** Prints the line in one go: scenarios run side by side and share the log. */
  static void print(String format, Object... values) {
    System.out.println("figure: " + format.formatted(values));
  }
}
