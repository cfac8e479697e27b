package dev.knowledgenetwork.operator.core.shardset.identity;

import dev.knowledgenetwork.crds.shardset.ShardSet;
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
import java.util.stream.Stream;

/**
 * The Secrets of a ShardSet. Authority and logins outlive it, because without them retained volumes
 * are of no use; certificates are made anew from the authority.
 */
public final class ShardSetSecrets {

  /** Key of the identity in the superuser's Secret. */
  static final String CLUSTER_ID = "cluster-id";

  private ShardSetSecrets() {}

  /** The first Secret of all: it makes the identity that all others carry. */
  public static PlannedSecret superuser(ShardSet set) {
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
            new Template(PatroniConfiguration.CREDENTIALS_FILE, PatroniConfiguration.CREDENTIALS)));
  }

  /** All Secrets, in the order in which they refer to each other. */
  public static List<PlannedSecret> all(Blueprint blueprint) {
    String name = blueprint.name();
    String authority = Names.databaseAuthority(name);
    List<PlannedSecret> secrets = new ArrayList<>();
    secrets.add(superuser(blueprint.set()));
    secrets.add(
        new PlannedSecret(
            retained(blueprint, authority),
            List.of(new Authority(name + "." + blueprint.namespace() + " database authority"))));
    secrets.add(login(blueprint, Names.migrateLogin(name), "kn_migrate"));
    secrets.add(login(blueprint, Names.appLogin(name), "kn_app"));
    blueprint.shards().forEach(shard -> secrets.add(certificate(blueprint, shard, authority)));
    secrets.add(pooler(blueprint, authority));
    secrets.add(binding(blueprint, authority));
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

  private static PlannedSecret pooler(Blueprint blueprint, String authority) {
    String name = Names.pooler(blueprint.name());
    String login = Names.appLogin(blueprint.name());
    return new PlannedSecret(
        blueprint.owned(name, blueprint.poolerLabels()),
        List.of(
            new Certificate(authority, name, Names.hosts(blueprint.namespace(), name)),
            new Template(
                "userlist.txt", "\"${" + login + "/username}\" \"${" + login + "/password}\"\n")));
  }

  /** For applications of users: the pooler, and behind it the first shard. */
  private static PlannedSecret binding(Blueprint blueprint, String authority) {
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
            new Template("username", "${" + login + "/username}"),
            new Template("password", "${" + login + "/password}"),
            new Template(
                "uri",
                "postgresql://${username}:${password}@%s:%d/%s?sslmode=verify-full"
                    .formatted(host, Blueprint.POOLER_PORT, database)),
            new AuthorityCertificate("ca.crt", authority)));
  }

  private static ObjectMeta retained(Blueprint blueprint, String secret) {
    return blueprint.retained(secret, blueprint.labels());
  }
}
