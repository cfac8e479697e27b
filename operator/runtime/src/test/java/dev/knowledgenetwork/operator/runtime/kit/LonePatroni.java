package dev.knowledgenetwork.operator.runtime.kit;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.knowledgenetwork.operator.core.plan.PlannedSecret.Entry;
import dev.knowledgenetwork.operator.core.plan.Target;
import dev.knowledgenetwork.operator.runtime.connect.PatroniClient;
import java.util.List;

/** Patroni of one shard with two instances, of which the second leads; no API server. */
public final class LonePatroni implements AutoCloseable {

  /** The shard. */
  public static final Target SHARD = new Target("ShardSet", "demo", "kn", "s0");

  /** Its instances, who leads at the beginning first. */
  public static final List<String> MEMBERS = List.of("kn-s0-1", "kn-s0-0");

  /** How many those are. */
  public static final int INSTANCES = MEMBERS.size();

  private final Minted secrets = new Minted();
  private final FakePatroni patroni;

  /** Starts. */
  public LonePatroni() {
    secrets
        .with("kn-db-ca", new Entry.Authority("test", true))
        .with(
            "kn-s0-tls",
            new Entry.Certificate("kn-db-ca", "kn-s0", List.of("*.kn-s0-pods.demo.svc")))
        .with(
            "kn-superuser",
            new Entry.Literal("rest-username", "patroni"),
            new Entry.Password("rest-password"));
    patroni =
        new FakePatroni(
            secrets.value("kn-s0-tls", "tls.crt"),
            secrets.value("kn-s0-tls", "tls.key"),
            MEMBERS,
            new ObjectMapper().createObjectNode().put("ttl", 20),
            "patroni:" + secrets.value("kn-superuser", "rest-password"));
  }

  /** What it believes and did. */
  public FakePatroni patroni() {
    return patroni;
  }

  /** Where the client finds its authority and its credentials. */
  public Minted secrets() {
    return secrets;
  }

  /** A new one. */
  public PatroniClient client() {
    return new PatroniClient(secrets, new ServiceAt(patroni.port()));
  }

  @Override
  public void close() {
    patroni.close();
  }
}
