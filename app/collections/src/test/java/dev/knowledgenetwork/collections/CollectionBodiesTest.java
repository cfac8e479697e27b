package dev.knowledgenetwork.collections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.knowledgenetwork.kernel.Values;
import dev.knowledgenetwork.kernel.Violation;
import dev.knowledgenetwork.web.ProblemException;
import dev.knowledgenetwork.web.ResourceBodies;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CollectionBodiesTest {

  private static final ResourceBodies BODIES = new ResourceBodies(Collections.COLLECTIONS, true);

  private static Values create(String order) {
    String body = "{\"name\":\"n\",\"order\":" + order + "}";
    return BODIES.create(new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)));
  }

  @ParameterizedTest
  @CsvSource({"7, 7", "7.0, 7", "70e-1, 7", "1e9, 1000000000", "-0.0, 0", "0e-999999999, 0"})
  void aWholeNumberIsOneHoweverItIsWritten(String written, long value) {
    assertThat(create(written).get(Collections.ORDER)).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"7.5", "1e10", "1e999999999", "1e-999999999", "1000000000.0000000001", "-1.0"})
  void whatIsNoneOrTooLargeIsRefused(String written) {
    ProblemException problem = catchThrowableOfType(ProblemException.class, () -> create(written));
    assertThat(problem.violations())
        .containsExactly(new Violation("order", "must be a whole number from 0 to 1000000000"));
  }
}
