package dev.knowledgenetwork.operator.runtime.observe;

import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.kind.Fact;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.plan.Target;
import dev.knowledgenetwork.operator.core.shardset.patroni.TextParameters;
import dev.knowledgenetwork.operator.core.workload.Line;
import dev.knowledgenetwork.operator.runtime.connect.Databases;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Asks a shard's primary which texts of the spec it would take as parameters: nothing where the
 * spec has none, else one connection and one query, at once when they change and every minute.
 */
public final class ParameterObserver
    implements Observer<ShardSet, Map<String, String>, TextParameters> {

  private static final Duration ANSWER = Duration.ofSeconds(5);
  private static final Duration PACE = Duration.ofMinutes(1);
  private static final String OBJECTION = "select kn.objection(?, ?)";

  private final Databases databases;

  /** Asks through these connections. */
  public ParameterObserver(Databases databases) {
    this.databases = databases;
  }

  @Override
  public Fact<TextParameters> fact() {
    return TextParameters.FACT;
  }

  @Override
  public Map<Target, Map<String, String>> targets(ShardSet shardSet, Children children) {
    Map<String, String> texts = TextParameters.of(shardSet.getSpec());
    return texts.isEmpty()
        ? Map.of()
        : ShardTargets.of(shardSet, children).keySet().stream()
            .collect(Collectors.toMap(Function.identity(), shard -> texts));
  }

  @Override
  public TextParameters ask(Target shard, Map<String, String> texts) throws SQLException {
    Map<String, String> refused = new TreeMap<>();
    try (Connection connection = databases.open(shard, Names.DATABASE, ANSWER);
        PreparedStatement objection = connection.prepareStatement(OBJECTION)) {
      for (Map.Entry<String, String> text : texts.entrySet()) {
        objection.setString(1, text.getKey());
        objection.setString(2, text.getValue());
        try (ResultSet row = objection.executeQuery()) {
          row.next();
          Optional.ofNullable(row.getString(1))
              .ifPresent(words -> refused.put(text.getKey(), Line.of(words)));
        }
      }
    }
    return new TextParameters(texts, refused);
  }

  @Override
  public Optional<Duration> pace() {
    return Optional.of(PACE);
  }
}
