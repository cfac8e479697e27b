package dev.knowledgenetwork.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** The API server's audit log: who wrote what, and when. */
public final class Audit {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;

  public Audit(Cluster cluster) {
    this.file = cluster.state().resolve("audit.log");
  }

  /** A request that changed something. */
  public record Write(Instant at, String user, String verb, String resource, String name) {}

  /** Writes by the operator since that moment, the Lease of its leader election aside. */
  public List<Write> operatorWrites(Instant since) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          // The last line may still be on its way to the file.
          .filter(line -> line.endsWith("}"))
          .map(Audit::parse)
          .filter(write -> !write.at().isBefore(since))
          .filter(
              write ->
                  write.user().startsWith("system:serviceaccount:" + Cluster.OPERATOR_NAMESPACE))
          .filter(write -> !write.resource().equals("leases"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the audit log " + file, e);
    }
  }

  private static Write parse(String line) {
    try {
      JsonNode event = JSON.readTree(line);
      JsonNode object = event.path("objectRef");
      return new Write(
          Instant.parse(event.path("requestReceivedTimestamp").asText()),
          event.path("user").path("username").asText(),
          event.path("verb").asText(),
          object.path("resource").asText()
              + (object.has("subresource") ? "/" + object.get("subresource").asText() : ""),
          object.path("namespace").asText() + "/" + object.path("name").asText());
    } catch (IOException e) {
      throw new UncheckedIOException("not an audit event: " + line, e);
    }
  }
}
