package dev.knowledgenetwork.operator.runtime.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.knowledgenetwork.crds.common.DeletionPolicy;
import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.runtime.kit.ApiServer;
import dev.knowledgenetwork.operator.runtime.kit.FakeCluster;
import dev.knowledgenetwork.operator.runtime.kit.NowhereAddresses;
import dev.knowledgenetwork.operator.runtime.kit.Objects;
import dev.knowledgenetwork.operator.runtime.kit.OperatorUnderTest;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Data is kept exactly when the last wish says so: whatever was wished before, of whatever object,
 * whether or not an operator runs when the wish changes and when the object is deleted, and however
 * it is deleted. Orphan propagation is a wish by itself: then everything stays. All go on side by
 * side, each in a namespace of its own.
 */
@ExtendWith(ApiServer.Extension.class)
class LastWishIT {

  private static final Duration LONG = Duration.ofSeconds(60);

  private final ApiServer server;
  private final KubernetesClient client;
  private List<Case> cases = List.of();
  private OperatorUnderTest operator;

  LastWishIT(ApiServer server) {
    this.server = server;
    this.client = server.client();
  }

  @BeforeEach
  void start() {
    operator = OperatorUnderTest.start(server, new NowhereAddresses(), "operator");
  }

  @AfterEach
  void stop() {
    operator.close();
    cases.forEach(Case::close);
  }

  @Test
  void whatIsWishedBeforeTheDeletionCounts() {
    make(everyWay(KnowledgeNetwork.class, ShardSet.class));
    all(Case::wish);
    operator.awaitQuiet(Duration.ofSeconds(2), LONG);
    all(Case::delete);
    all(Case::verify);
  }

  @Test
  void whatIsWishedWhileNoOperatorRunsCounts() {
    make(everyWay(KnowledgeNetwork.class, ShardSet.class));
    operator.close();
    all(Case::wish);
    all(Case::delete);
    restart();
    all(Case::verify);
  }

  @Test
  void whatIsWishedAfterTheDeletionCountsAsLongAsNobodyHasCarriedItOut() {
    make(everyWay(KnowledgeNetwork.class, ShardSet.class));
    operator.close();
    all(Case::delete);
    all(Case::wish);
    restart();
    all(Case::verify);
  }

  @Test
  void whatIsWishedWhileItIsInUseCounts() {
    make(
        everyWay(KnowledgeNetwork.class)
            .filter(each -> each.how == DeletionPropagation.BACKGROUND));
    all(Case::use);
    operator.awaitQuiet(Duration.ofSeconds(2), LONG);
    all(Case::delete);
    all(each -> await(each.toString()).atMost(LONG).until(each::isInUse));
    all(Case::wish);
    operator.awaitQuiet(Duration.ofSeconds(2), LONG);
    all(Case::useNoMore);
    all(Case::verify);
  }

  private static Stream<Way> everyWay(Class<?>... kinds) {
    return Stream.of(kinds)
        .flatMap(
            kind ->
                Stream.of(DeletionPolicy.values())
                    .flatMap(
                        wish ->
                            Stream.of(DeletionPropagation.values())
                                .map(how -> new Way(kind.getSimpleName(), wish, how))));
  }

  private void make(Stream<Way> ways) {
    cases = ways.map(Case::new).toList();
    all(Case::create);
    all(each -> await(each.toString()).atMost(LONG).until(each::exists));
    operator.awaitQuiet(Duration.ofSeconds(2), LONG);
  }

  private void restart() {
    operator = OperatorUnderTest.start(server, new NowhereAddresses(), "operator");
  }

  private void all(Consumer<Case> deed) {
    cases.forEach(deed);
  }

  private record Way(String kind, DeletionPolicy wish, DeletionPropagation how) {}

  /** One object that is deleted with one last wish; the wish before was the other one. */
  private final class Case implements AutoCloseable {

    private final String kind;
    private final DeletionPolicy wish;
    private final DeletionPropagation how;
    private final String namespace;
    private final FakeCluster cluster;

    Case(Way way) {
      this.kind = way.kind();
      this.wish = way.wish();
      this.how = way.how();
      this.namespace = server.namespace("wish");
      this.cluster = new FakeCluster(server, namespace);
    }

    void create() {
      String before = wish == DeletionPolicy.DELETE ? "Retain" : "Delete";
      create(
          "kn",
          kind.equals("ShardSet")
              ? "{sharding: {shards: 1, buckets: 16, virtualNodes: 1}, instances: 1,"
                  + " deletionPolicy: %s}".formatted(before)
              : "{profile: Development, deletionPolicy: %s}".formatted(before),
          kind);
    }

    private void create(String name, String spec, String of) {
      client
          .resource(
              Serialization.unmarshal(
                  """
                  apiVersion: knowledgenetwork.dev/v1alpha1
                  kind: %s
                  metadata: {name: %s, namespace: %s}
                  spec: %s
                  """
                      .formatted(of, name, namespace, spec),
                  GenericKubernetesResource.class))
          .create();
    }

    boolean exists() {
      return present().contains("PersistentVolumeClaim/data-kn-s0-0");
    }

    void wish() {
      client
          .resource(object("kn"))
          .patch(
              PatchContext.of(PatchType.JSON_MERGE),
              "{\"spec\":{\"deletionPolicy\":\"%s\"}}"
                  .formatted(wish == DeletionPolicy.DELETE ? "Delete" : "Retain"));
    }

    void delete() {
      client.resource(object("kn")).withPropagationPolicy(how).delete();
    }

    void use() {
      create(
          "user",
          "{profile: Development, shardSet: {name: kn}, cacheTier: {name: kn}}",
          "KnowledgeNetwork");
    }

    boolean isInUse() {
      return Told.of(((KnowledgeNetwork) object("kn")).getStatus()).stream()
          .anyMatch(condition -> condition.reason().equals("InUse"));
    }

    void useNoMore() {
      client.resource(object("user")).delete();
    }

    void verify() {
      boolean stays = how == DeletionPropagation.ORPHAN;
      await(toString())
          .atMost(LONG)
          .untilAsserted(
              () -> {
                Set<String> present = present();
                assertThat(present).doesNotContain(kind + "/kn");
                if (stays) {
                  assertThat(present)
                      .contains(
                          "StatefulSet/kn-s0",
                          "PersistentVolumeClaim/data-kn-s0-0",
                          "Secret/kn-superuser");
                } else if (wish == DeletionPolicy.RETAIN) {
                  assertThat(present)
                      .contains("PersistentVolumeClaim/data-kn-s0-0", "Secret/kn-superuser")
                      .doesNotContain("StatefulSet/kn-s0", "ShardSet/kn", "Pod/kn-s0-0");
                } else {
                  assertThat(present).isEmpty();
                }
              });
      if (stays && kind.equals("KnowledgeNetwork")) {
        ShardSet left =
            client.resources(ShardSet.class).inNamespace(namespace).withName("kn").get();
        assertThat(left.getSpec().deletionPolicy()).as(toString()).isEqualTo(wish);
      }
    }

    private CustomResource<?, ?> object(String name) {
      return kind.equals("ShardSet")
          ? client.resources(ShardSet.class).inNamespace(namespace).withName(name).get()
          : client.resources(KnowledgeNetwork.class).inNamespace(namespace).withName(name).get();
    }

    private Set<String> present() {
      return new Objects(client).names(namespace);
    }

    @Override
    public void close() {
      cluster.close();
    }

    @Override
    public String toString() {
      return "%s, last wish %s, deleted with %s propagation".formatted(kind, wish, how);
    }
  }
}
