package dev.knowledgenetwork.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

class PropertyTest {

  private static final Pattern SEED = Pattern.compile("-Dkn\\.seed=(\\d+)");

  /** Run by the tests below. */
  static class Sample {

    @Property(tries = 200)
    void noLongTextBeginsWithAnEvenLetter(Draws draws) {
      String text = draws.anyText(0, 9);
      assertThat(text.length() < 9 || text.charAt(0) % 2 == 1).as(escaped(text)).isTrue();
    }
  }

  @Test
  void everyTryIsATestWithASeedInItsName() {
    List<String> names =
        run(Optional.empty()).testEvents().finished().stream()
            .map(event -> event.getTestDescriptor().getDisplayName())
            .toList();
    assertThat(names).hasSize(200).doesNotHaveDuplicates().allMatch(n -> n.matches("seed \\d+"));
  }

  @Test
  void aFailureNamesTheSeedThatReplaysIt() {
    List<String> failures = failures(run(Optional.empty()));
    assertThat(failures).isNotEmpty();
    String first = failures.getFirst();
    Matcher seed = SEED.matcher(first);
    assertThat(seed.find()).isTrue();
    assertThat(failures(run(Optional.of(seed.group(1))))).containsExactly(first);
  }

  private static EngineExecutionResults run(Optional<String> seed) {
    EngineTestKit.Builder kit =
        EngineTestKit.engine("junit-jupiter").selectors(selectClass(Sample.class));
    seed.ifPresent(text -> kit.configurationParameter("kn.seed", text));
    return kit.execute();
  }

  private static List<String> failures(EngineExecutionResults results) {
    return results.testEvents().failed().stream().map(PropertyTest::message).toList();
  }

  private static String message(Event failed) {
    return failed
        .getRequiredPayload(TestExecutionResult.class)
        .getThrowable()
        .orElseThrow()
        .getMessage();
  }

  private static String escaped(String text) {
    return text.chars().mapToObj("%04x"::formatted).toList().toString();
  }
}
