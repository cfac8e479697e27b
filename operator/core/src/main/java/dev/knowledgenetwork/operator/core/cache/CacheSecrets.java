package dev.knowledgenetwork.operator.core.cache;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.operator.core.cache.engine.Valkey;
import dev.knowledgenetwork.operator.core.cache.engine.ValkeyConfiguration;
import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.core.naming.Metadata;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.plan.PlannedSecret;
import dev.knowledgenetwork.operator.core.plan.PlannedSecret.Entry;
import java.util.List;

/** The Secrets of a cache that the operator runs, all made once. */
final class CacheSecrets {

  private static final String USER = "kn";

  private CacheSecrets() {}

  /** Authority, login of the clients, then what the server mounts: it knows only a hash. */
  static List<PlannedSecret> of(CacheTier tier, Valkey valkey) {
    String owner = tier.getMetadata().getName();
    String namespace = tier.getMetadata().getNamespace();
    String authority = Names.cacheAuthority(owner);
    String login = Names.cacheLogin(owner);
    return List.of(
        secret(tier, authority, new Entry.Authority(owner + " cache authority")),
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
                List.of(
                    valkey.host(),
                    valkey.host() + ".cluster.local",
                    valkey.name() + "." + namespace,
                    valkey.name(),
                    "localhost")),
            new Entry.Template("users.acl", ValkeyConfiguration.users(USER, login + "/password"))));
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
