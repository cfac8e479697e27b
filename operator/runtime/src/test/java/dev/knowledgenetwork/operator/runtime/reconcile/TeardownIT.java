package dev.knowledgenetwork.operator.runtime.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.operator.core.kind.Removal;
import dev.knowledgenetwork.operator.runtime.kit.ApiServer;
import dev.knowledgenetwork.operator.runtime.kube.OwnWrites;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A deletion takes the very object that was seen, and no other one in its place. */
@ExtendWith(ApiServer.Extension.class)
class TeardownIT {

  private final KubernetesClient client;
  private final String namespace;

  TeardownIT(ApiServer server) {
    client = server.client();
    namespace = server.namespace("teardown");
  }

  @Test
  void whatWasSeenGoes() {
    ConfigMap seen = create("seen");
    take(seen);
    assertThat(live("seen")).isNull();
  }

  @Test
  void whatWasMadeAnewUnderTheSameNameStays() {
    ConfigMap seen = create("anew");
    client.resource(seen).delete();
    ConfigMap other = create("anew");
    take(seen);
    assertThat(live("anew").getMetadata().getUid()).isEqualTo(other.getMetadata().getUid());
  }

  @Test
  void whatSomebodyElseControlsByNowStays() {
    ConfigMap seen = create("adopted");
    client.configMaps().inNamespace(namespace).withName("adopted").edit(TeardownIT::adopted);
    take(seen);
    assertThat(live("adopted")).isNotNull();
  }

  private void take(ConfigMap seen) {
    assertThat(
            new Teardown(client, new OwnWrites(InstantSource.system()))
                .take(seen, Removal.step(List.of(seen), "it is gone")))
        .isEmpty();
  }

  private ConfigMap create(String name) {
    return client
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .endMetadata()
                .build())
        .create();
  }

  private ConfigMap live(String name) {
    return client.configMaps().inNamespace(namespace).withName(name).get();
  }

  private static ConfigMap adopted(ConfigMap live) {
    OwnerReference other =
        new OwnerReferenceBuilder()
            .withApiVersion("apps/v1")
            .withKind("Deployment")
            .withName("other")
            .withUid("00000000-0000-0000-0000-000000000000")
            .withController(true)
            .build();
    return new ConfigMapBuilder(live)
        .editMetadata()
        .withOwnerReferences(other)
        .endMetadata()
        .build();
  }
}
