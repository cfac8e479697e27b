package dev.knowledgenetwork.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import dev.knowledgenetwork.operator.core.kind.ConditionType;
import dev.knowledgenetwork.operator.core.operation.Operation;
import dev.knowledgenetwork.operator.core.operation.OperationReason;
import dev.knowledgenetwork.operator.core.plan.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every reason that a condition or an Event can have is explained to the person on call, in the
 * section of its room, and the page explains nothing that does not occur.
 */
class ReasonsTest {

  private static final Path PAGE = Path.of("../../docs/troubleshooting.md");
  private static final Pattern SECTION = Pattern.compile("## (.+)");

  /** A heading, or the first cell of a row. */
  private static final Pattern ENTRY = Pattern.compile("(?:### |\\| )`([^`]+)`(?: \\|.*)?");

  /** One or more, then the kind where not all have it. */
  private static final Pattern CONDITION =
      Pattern.compile("\\| ((?:[A-Z]\\w+(?:, )?)+)(?: \\(\\w+\\))? \\|.*");

  private static final String OPERATIONS = "Operations";

  /** The section of the page for each room, by its package. */
  private static final Map<String, String> SECTIONS =
      Map.of(
          "core.plan", "Any kind",
          "runtime.apply", "Any kind",
          "core.shardset.blueprint", "ShardSet",
          "core.cache.engine", "CacheTier",
          "core.network.blueprint", "KnowledgeNetwork",
          "runtime.act", "Actions",
          "runtime.report", "Events");

  @Test
  void everyReasonIsExplainedAndNothingElse() throws IOException {
    Set<String> reasons = new TreeSet<>();
    enums().forEach(each -> constants(each).map(c -> in(each, c.text())).forEach(reasons::add));
    operations().map(type -> entry(OPERATIONS, type)).forEach(reasons::add);
    Stream.of(OperationReason.Stage.values())
        .filter(stage -> stage != OperationReason.Stage.UNDER_WAY)
        .map(stage -> entry(OPERATIONS, "…" + stage.suffix()))
        .forEach(reasons::add);
    assertThat(explained()).as("entries of %s", PAGE).isEqualTo(reasons);
  }

  @Test
  void everyConditionIsExplained() throws IOException {
    assertThat(
            Files.readAllLines(PAGE).stream()
                .map(CONDITION::matcher)
                .filter(Matcher::matches)
                .flatMap(row -> Stream.of(row.group(1).split(", "))))
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(ConditionType.values()).map(ConditionType::text).toList());
  }

  @Test
  void everyReasonIsGivenBySomebody() {
    assertThat(enums())
        .flatMap(JavaClass::getFields)
        .filteredOn(field -> field.getRawType().equals(field.getOwner()))
        .filteredOn(
            field ->
                field.getAccessesToSelf().stream()
                    .allMatch(access -> access.getOriginOwner().equals(field.getOwner())))
        .as("constants that nothing uses")
        .isEmpty();
  }

  @Test
  void reasonsAreConstantsOfEnumsOrTellOfOperations() {
    assertThat(reasons().filter(each -> !each.isEnum()).map(JavaClass::getName))
        .containsExactly(OperationReason.class.getName());
  }

  private static Set<String> explained() throws IOException {
    Set<String> found = new TreeSet<>();
    String section = "";
    for (String line : Files.readAllLines(PAGE)) {
      Matcher heading = SECTION.matcher(line);
      Matcher entry = ENTRY.matcher(line);
      if (heading.matches()) {
        section = heading.group(1);
      } else if (entry.matches()) {
        assertThat(found.add(entry(section, entry.group(1)))).as("twice: %s", line).isTrue();
      }
    }
    return found;
  }

  private static String in(JavaClass room, String reason) {
    String name = room.getPackageName().replace("dev.knowledgenetwork.operator.", "");
    assertThat(SECTIONS).as("which section has the reasons of a room").containsKey(name);
    return entry(SECTIONS.get(name), reason);
  }

  private static String entry(String section, String reason) {
    return section + ": " + reason;
  }

  private static Set<JavaClass> enums() {
    return reasons().filter(JavaClass::isEnum).collect(Collectors.toSet());
  }

  private static Stream<JavaClass> reasons() {
    return implementers(Reason.class);
  }

  private static Stream<Reason> constants(JavaClass type) {
    return Arrays.stream(type.reflect().getEnumConstants()).map(Reason.class::cast);
  }

  /** Types of all operations, of whatever kind. */
  private static Stream<String> operations() {
    return implementers(Operation.class).map(ReasonsTest::type).distinct();
  }

  private static String type(JavaClass operation) {
    try {
      return ((Operation<?>) operation.reflect().getConstructor().newInstance()).type();
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  private static Stream<JavaClass> implementers(Class<?> type) {
    return ProductClasses.all().stream()
        .filter(each -> !each.isInterface() && each.isAssignableTo(type));
  }
}
