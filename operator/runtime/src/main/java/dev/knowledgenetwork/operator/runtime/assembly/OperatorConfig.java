package dev.knowledgenetwork.operator.runtime.assembly;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Optional;

/** What the operator's process is told from outside; see {@code application.properties}. */
@ConfigMapping(prefix = "kn.operator")
interface OperatorConfig {

  /** The operator's own namespace; absent: that of its service account. */
  Optional<String> namespace();

  /** Name of this process; absent: a random one. */
  Optional<String> instance();

  /** Reconciliations at the same time. */
  @WithDefault("10")
  int threads();

  /** Whether replicas agree on one that works. */
  @WithDefault("true")
  boolean leaderElection();

  /** What pods are made of. */
  ImageReferences images();

  /** References of operand images; each must be there. */
  interface ImageReferences {

    Optional<String> postgres17();

    Optional<String> pooler();

    Optional<String> valkey();

    Optional<String> app();
  }
}
