package dev.knowledgenetwork.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Rules on source files, which byte code does not show. */
class SourcesTest {

  private static final int LINES = 400;
  private static final int RECONCILER_LINES = 120;
  private static final Path ROOT = Path.of("..", "..").toAbsolutePath().normalize();

  @Test
  void filesAreShort() {
    assertThat(sources().filter(source -> lines(source) > LINES)).isEmpty();
  }

  @Test
  void reconcilersAreShort() {
    assertThat(
            sources()
                .filter(source -> source.getFileName().toString().endsWith("Reconciler.java"))
                .filter(source -> !source.toString().contains("/test/"))
                .filter(source -> lines(source) > RECONCILER_LINES))
        .isEmpty();
  }

  @Test
  void everyPackageIsNullMarked() {
    assertThat(
            sources()
                .filter(source -> source.toString().contains("src/main/java"))
                .map(source -> source.resolveSibling("package-info.java"))
                .distinct()
                .filter(info -> !Files.exists(info) || !text(info).contains("@NullMarked")))
        .isEmpty();
  }

  @Test
  void nothingIsLeftOver() {
    Pattern leftOver = Pattern.compile("@Dis" + "abled|Thread\\." + "sleep|TO" + "DO|FIX" + "ME");
    assertThat(sources().filter(source -> leftOver.matcher(text(source)).find())).isEmpty();
  }

  @Test
  void testsAreNamedInCamelCase() {
    Pattern otherwise = Pattern.compile("\\bvoid (?![a-z][a-zA-Z0-9]*\\()\\w+\\(");
    assertThat(
            sources()
                .filter(source -> source.toString().contains("/test/"))
                .flatMap(source -> otherwise.matcher(text(source)).results())
                .map(MatchResult::group))
        .isEmpty();
  }

  private static Stream<Path> sources() {
    try (Stream<Path> files = Files.walk(ROOT)) {
      List<Path> sources =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .filter(file -> !file.toString().contains("/target/"))
              .toList();
      assertThat(sources).hasSizeGreaterThan(50);
      return sources.stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int lines(Path source) {
    return (int) text(source).lines().count();
  }

  private static String text(Path source) {
    try {
      return Files.readString(source);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
