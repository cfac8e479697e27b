package dev.knowledgenetwork.operator.core.cache;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.operator.core.cache.engine.Valkey;
import dev.knowledgenetwork.operator.core.cache.engine.ValkeyConfiguration;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.core.naming.Metadata;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.plan.PlannedSecret;
import dev.knowledgenetwork.operator.core.plan.PlannedSecret.Entry;
import java.util.List;
import java.util.Optional;

/** The Secrets of a cache that the operator runs. */
final class CacheSecrets {

  private static final String USER = "kn";

  private CacheSecrets() {}

  /** Authority, login of the clients, then what the server mounts: it knows only a hash. */
  static List<PlannedSecret> of(CacheTier tier, Valkey valkey) {
    String owner = tier.getMetadata().getName();
    String authority = Names.cacheAuthority(owner);
    String login = Names.cacheLogin(owner);
    return List.of(
        secret(tier, authority, new Entry.Authority(owner + " cache authority", true)),
        secret(
            tier,
            login,
            new Entry.Literal("username", USER),
            new Entry.Password("password"),
            new Entry.AuthorityCertificate("ca.crt", authority)),
        secret(
            tier,
            Names.cacheServer(owner),
            new Entry.Certificate(
                authority,
                valkey.name(),
                Names.hosts(tier.getMetadata().getNamespace(), valkey.name())),
            new Entry.Template("users.acl", ValkeyConfiguration.users(USER, login + "/password"))),
        binding(tier, valkey, login, authority));
  }

  /** Hash of what clients log in with; empty before it is there. */
  static Optional<String> loginHash(CacheTier tier, Children children) {
    String owner = tier.getMetadata().getName();
    return children.secretsHash(
        Names.cacheAuthority(owner), Names.cacheLogin(owner), "username", "password", "ca.crt");
  }

  /** For applications of users. The protocol's scheme with TLS is rediss, whatever the engine. */
  private static PlannedSecret binding(
      CacheTier tier, Valkey valkey, String login, String authority) {
    return secret(
        tier,
        Names.cacheBinding(tier.getMetadata().getName()),
        new Entry.Literal("type", "redis"),
        new Entry.Literal("provider", "valkey"),
        new Entry.Literal("host", valkey.host()),
        new Entry.Literal("port", Integer.toString(Valkey.PORT)),
        new Entry.Template("username", "${" + login + "/username}"),
        new Entry.Template("password", "${" + login + "/password}"),
        new Entry.Template(
            "uri",
            "rediss://${uri:username}:${uri:password}@%s:%d".formatted(valkey.host(), Valkey.PORT)),
        new Entry.AuthorityCertificate("ca.crt", authority));
  }

  private static PlannedSecret secret(CacheTier tier, String name, Entry... entries) {
    return new PlannedSecret(
        Metadata.owned(
            tier,
            name,
            Labels.of(
                "valkey", Labels.Component.CACHE, Labels.CACHE_TIER, tier.getMetadata().getName())),
        List.of(entries));
  }
}
