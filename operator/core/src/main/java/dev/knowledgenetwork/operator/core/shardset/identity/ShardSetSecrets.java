package dev.knowledgenetwork.operator.core.shardset.identity;

import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.core.naming.Labels.Component;
import dev.knowledgenetwork.operator.core.naming.Metadata;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.plan.PlannedSecret;
import dev.knowledgenetwork.operator.core.plan.PlannedSecret.Entry.Authority;
import dev.knowledgenetwork.operator.core.plan.PlannedSecret.Entry.AuthorityCertificate;
import dev.knowledgenetwork.operator.core.plan.PlannedSecret.Entry.Certificate;
import dev.knowledgenetwork.operator.core.plan.PlannedSecret.Entry.Identity;
import dev.knowledgenetwork.operator.core.plan.PlannedSecret.Entry.Literal;
import dev.knowledgenetwork.operator.core.plan.PlannedSecret.Entry.Password;
import dev.knowledgenetwork.operator.core.plan.PlannedSecret.Entry.Template;
import dev.knowledgenetwork.operator.core.shardset.blueprint.Blueprint;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniConfiguration;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The Secrets of a ShardSet. Authority and logins outlive it, because without them retained volumes
 * are of no use; certificates follow from the authority, files with passwords from the logins.
 */
public final class ShardSetSecrets {

  /** Key of the identity in the superuser's Secret. */
  static final String CLUSTER_ID = "cluster-id";

  /** Key of the poolers' users, and of their passwords. */
  private static final String USERS = "userlist.txt";

  private ShardSetSecrets() {}

  /** The first Secret of all: it makes the identity that all others carry. */
  public static PlannedSecret first(ShardSet set) {
    return superuser(set, false);
  }

  /** Patroni gets other passwords when the databases know them: they are what it logs in to. */
  private static PlannedSecret superuser(ShardSet set, boolean taken) {
    String name = set.getMetadata().getName();
    Map<String, String> labels =
        Labels.of(Blueprint.POSTGRES, Component.DATABASE, Labels.SHARD_SET, name);
    return new PlannedSecret(
        Metadata.retained(set, Names.superuser(name), labels),
        List.of(
            new Literal("username", "postgres"),
            new Password("password"),
            new Identity(CLUSTER_ID),
            new Password("replication-password"),
            new Password("rewind-password"),
            new Literal("rest-username", "patroni"),
            new Password("rest-password"),
            new Template(
                PatroniConfiguration.CREDENTIALS_FILE, PatroniConfiguration.CREDENTIALS, !taken)));
  }

  /**
   * All Secrets, in the order in which they refer to each other.
   *
   * @param taken whether the databases take the passwords that there are: until then those who log
   *     in keep what they have
   */
  public static List<PlannedSecret> all(Blueprint blueprint, boolean taken) {
    String name = blueprint.name();
    String authority = Names.databaseAuthority(name);
    List<PlannedSecret> secrets = new ArrayList<>();
    secrets.add(superuser(blueprint.set(), taken));
    secrets.add(
        new PlannedSecret(
            retained(blueprint, authority),
            List.of(
                new Authority(name + "." + blueprint.namespace() + " database authority", false))));
    secrets.add(login(blueprint, Names.migrateLogin(name), "kn_migrate"));
    secrets.add(login(blueprint, Names.appLogin(name), "kn_app"));
    blueprint.shards().forEach(shard -> secrets.add(certificate(blueprint, shard, authority)));
    secrets.add(pooler(blueprint, authority, taken));
    secrets.add(binding(blueprint, authority, taken));
    return secrets;
  }

  private static PlannedSecret login(Blueprint blueprint, String secret, String username) {
    return new PlannedSecret(
        retained(blueprint, secret),
        List.of(new Literal("username", username), new Password("password")));
  }

  /** One certificate for all members, whatever their number: they differ in one label only. */
  private static PlannedSecret certificate(Blueprint blueprint, String shard, String authority) {
    String namespace = blueprint.namespace();
    String replicas = Names.replicas(blueprint.name(), shard);
    String members = Names.members(blueprint.name(), shard);
    return new PlannedSecret(
        blueprint.owned(Names.shardTls(blueprint.name(), shard), blueprint.shardLabels(shard)),
        List.of(
            new Certificate(
                authority,
                blueprint.shardName(shard),
                Stream.concat(
                        Names.hosts(namespace, blueprint.shardName(shard), replicas).stream(),
                        Stream.of("*." + Names.host(members, namespace)))
                    .toList())));
  }

  private static PlannedSecret pooler(Blueprint blueprint, String authority, boolean taken) {
    String name = Names.pooler(blueprint.name());
    String login = Names.appLogin(blueprint.name());
    return new PlannedSecret(
        blueprint.owned(name, blueprint.poolerLabels()),
        List.of(
            new Certificate(authority, name, Names.hosts(blueprint.namespace(), name)),
            new Template(
                USERS,
                "\"${quoted:%1$s/username}\" \"${quoted:%1$s/password}\"\n".formatted(login),
                !taken)));
  }

  /** For applications of users: the pooler, and behind it the first shard. */
  private static PlannedSecret binding(Blueprint blueprint, String authority, boolean taken) {
    String login = Names.appLogin(blueprint.name());
    String host = Names.host(Names.pooler(blueprint.name()), blueprint.namespace());
    String database = Names.pooledDatabase(blueprint.shards().getFirst());
    return new PlannedSecret(
        blueprint.owned(Names.databaseBinding(blueprint.name()), blueprint.poolerLabels()),
        List.of(
            new Literal("type", "postgresql"),
            new Literal("provider", Labels.PLATFORM),
            new Literal("host", host),
            new Literal("port", Integer.toString(Blueprint.POOLER_PORT)),
            new Literal("database", database),
            new Template("username", "${" + login + "/username}", !taken),
            new Template("password", "${" + login + "/password}", !taken),
            new Template(
                "uri",
                "postgresql://${uri:username}:${uri:password}@%s:%d/%s?sslmode=verify-full"
                    .formatted(host, Blueprint.POOLER_PORT, database)),
            new AuthorityCertificate("ca.crt", authority)));
  }

  /** Whether the Secret of the poolers has the login that applications are given. */
  public static boolean poolersKnowTheLogin(ShardSet set, Children children) {
    String name = set.getMetadata().getName();
    return children
        .line(Names.appLogin(name), "password")
        .map(password -> "\"" + password.replace("\"", "\"\"") + "\"")
        .flatMap(
            quoted ->
                children.value(Names.pooler(name), USERS).filter(list -> list.contains(quoted)))
        .isPresent();
  }

  /**
   * Hash of what the pooler reads when it starts, and never again. Another certificate of the same
   * authority needs no restart.
   */
  public static Optional<String> poolerHash(String shardSet, Children children) {
    return children.secretsHash(
        Names.databaseAuthority(shardSet), Names.pooler(shardSet), USERS, "ca.crt");
  }

  /** Hash of the passwords that Patroni reads when it starts, and never again. */
  public static Optional<String> patroniHash(Blueprint blueprint, Children children) {
    return children.secretsHash(
        Names.databaseAuthority(blueprint.name()),
        Names.superuser(blueprint.name()),
        PatroniConfiguration.CREDENTIALS_FILE);
  }

  /** Hash of what the application logs in with. */
  public static Optional<String> appHash(ShardSet set, Children children) {
    String name = set.getMetadata().getName();
    return children.secretsHash(
        Names.databaseAuthority(name), Names.appLogin(name), "username", "password");
  }

  private static ObjectMeta retained(Blueprint blueprint, String secret) {
    return blueprint.retained(secret, blueprint.labels());
  }
}
