package dev.knowledgenetwork.operator.core.golden;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import dev.knowledgenetwork.operator.core.plan.Plan;
import dev.knowledgenetwork.operator.core.plan.PlannedSecret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Plans as reviewed text. {@code -Dgolden.write} writes the files anew instead of comparing. */
public final class Golden {

  private static final Path ROOT = Path.of("src/test/resources/golden");
  private static final ObjectMapper YAML =
      new ObjectMapper(
              YAMLFactory.builder()
                  .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                  .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
                  .disable(YAMLGenerator.Feature.SPLIT_LINES)
                  .enable(YAMLGenerator.Feature.LITERAL_BLOCK_STYLE)
                  .build())
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

  private Golden() {}

  /** Fails unless the plan is exactly what the file holds. */
  public static void verify(String file, Plan plan) {
    Path path = ROOT.resolve(file);
    try {
      String text = text(plan);
      if (System.getProperty("golden.write") != null) {
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
      }
      assertThat(text).isEqualTo(Files.readString(path));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** The whole of a plan: secrets without content, objects, problems. */
  public static String text(Plan plan) {
    try {
      StringBuilder text = new StringBuilder();
      for (PlannedSecret secret : plan.secrets()) {
        text.append(YAML.writeValueAsString(tree(secret)));
      }
      for (Object resource : plan.resources()) {
        text.append(YAML.writeValueAsString(resource));
      }
      for (Object action : plan.actions()) {
        text.append(YAML.writeValueAsString(typed(action)));
      }
      for (Object problem : plan.problems()) {
        text.append(YAML.writeValueAsString(typed(problem)));
      }
      return text.toString();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static Map<String, Object> tree(PlannedSecret secret) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("kind", "PlannedSecret");
    tree.put("metadata", secret.metadata());
    tree.put("entries", secret.entries().stream().map(Golden::typed).toList());
    return tree;
  }

  private static Map<String, Object> typed(Object value) {
    return Map.of(value.getClass().getSimpleName(), value);
  }
}
