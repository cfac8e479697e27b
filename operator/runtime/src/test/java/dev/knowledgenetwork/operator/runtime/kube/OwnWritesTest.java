package dev.knowledgenetwork.operator.runtime.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.operator.core.plan.Reference;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class OwnWritesTest {

  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
  private final OwnWrites writes = new OwnWrites(now::get);
  private final Reference reference = Reference.of(version(1));

  @Test
  void aWriteIsSeenBeforeItsInformerSawIt() {
    writes.remember(version(7));
    assertThat(writes.newest(reference, Optional.empty())).contains(version(7));
    assertThat(writes.newest(reference, Optional.of(version(5)))).contains(version(7));
  }

  @Test
  void anInformerThatIsFurtherWins() {
    writes.remember(version(7));
    assertThat(writes.newest(reference, Optional.of(version(9)))).contains(version(9));
  }

  @Test
  void aDeletionThatTheInformerSawIsFinal() {
    writes.remember(version(7));
    writes.seen(version(8));
    assertThat(writes.newest(reference, Optional.empty())).isEmpty();
  }

  @Test
  void anOldEventDoesNotHideANewerWrite() {
    writes.remember(version(7));
    writes.seen(version(6));
    assertThat(writes.newest(reference, Optional.empty())).contains(version(7));
  }

  @Test
  void nothingIsBelievedForEver() {
    writes.remember(version(7));
    now.set(Instant.EPOCH.plusSeconds(31));
    assertThat(writes.newest(reference, Optional.empty())).isEmpty();
  }

  private static ConfigMap version(int version) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName("kn")
        .withNamespace("demo")
        .withResourceVersion(Integer.toString(version))
        .endMetadata()
        .build();
  }
}
