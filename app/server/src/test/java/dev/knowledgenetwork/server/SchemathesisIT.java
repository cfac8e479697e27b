package dev.knowledgenetwork.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What each role says of itself in OpenAPI, judged by schemathesis, which nobody here wrote: it
 * makes requests from the document, valid ones and others, and holds the answers against it. The
 * seed is fixed, so that a run says the same as the one before; {@code ./kn test long} draws one,
 * and makes ten times as many requests.
 */
class SchemathesisIT {

  /** The program, as {@code kn} installs it. */
  private static final String VARIABLE = "KN_SCHEMATHESIS";

  private static final boolean LONG = "large".equals(System.getenv("KN_SCALE"));
  private static final String SEED =
      LONG ? Integer.toString(ThreadLocalRandom.current().nextInt(1, 1_000_000)) : "1";

  private static final Path JUDGEMENT = Path.of("src/test/schemathesis").toAbsolutePath();
  private static final Pattern GENERATED = Pattern.compile("(\\d+) generated");

  @TempDir private static Path directory;
  private static Platform platform;

  @BeforeAll
  static void start() {
    platform = new Platform(directory);
    assertThat(platform.migrate().exitCode()).isZero();
  }

  @AfterAll
  static void stop() {
    platform.close();
  }

  @Test
  void resourcesAreAsTheDocumentSays() throws Exception {
    String token = platform.issuer().token("acme", "ann", "reader", "writer");
    assertThat(judged("api", token)).isGreaterThan(400);
  }

  @Test
  void whoMayOnlyReadIsAnsweredAsTheDocumentSays() throws Exception {
    String token = platform.issuer().token("acme", "rob", "reader");
    assertThat(judged("api", token, "--phases", "coverage")).isGreaterThan(200);
  }

  /** A stream has no end, so the stream itself is left to the tests of events. */
  @Test
  void ticketsAreAsTheDocumentSays() throws Exception {
    String token = platform.issuer().token("acme", "ann", "reader");
    assertThat(judged("realtime", token, "--exclude-path", "/api/v1/events")).isPositive();
  }

  /** How many requests were made of a server in that role, none of which met a surprise. */
  private static int judged(String role, String token, String... more) throws Exception {
    try (RunningServer server = platform.start(role).awaitReady()) {
      List<String> command =
          new ArrayList<>(
              List.of(
                  program(),
                  "--no-color",
                  "--config-file",
                  JUDGEMENT.resolve("schemathesis.toml").toString(),
                  "run",
                  server.uri("/api/v1/openapi").toString(),
                  "--tls-verify",
                  directory.resolve("tls/ca.crt").toString(),
                  "--header",
                  "Authorization: Bearer " + token,
                  "--seed",
                  SEED,
                  "--max-examples",
                  LONG ? "200" : "20",
                  "--continue-on-failure"));
      command.addAll(List.of(more));
      Path output = Files.createTempFile(directory, "schemathesis", ".log");
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile());
      builder.environment().put("PYTHONPATH", JUDGEMENT.toString());
      builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
      Process process = builder.start();
      try {
        assertThat(process.waitFor(LONG ? 40 : 4, TimeUnit.MINUTES)).as("ends").isTrue();
      } finally {
        process.destroyForcibly();
      }
      String told = Files.readString(output);
      assertThat(process.exitValue()).as(told).isZero();
      Matcher generated = GENERATED.matcher(told);
      assertThat(generated.find()).as(told).isTrue();
      return Integer.parseInt(generated.group(1));
    }
  }

  private static String program() throws IOException {
    String program = Objects.toString(System.getenv(VARIABLE), "");
    if (!Files.isExecutable(Path.of(program))) {
      throw new IOException(
          "schemathesis is missing; './kn test it' installs it and sets " + VARIABLE);
    }
    return program;
  }
}
