package dev.knowledgenetwork.operator.runtime.assembly;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.List;
import java.util.Optional;

/** What the operator's process is told from outside; see {@code application.properties}. */
@ConfigMapping(prefix = "kn.operator")
interface OperatorConfig {

  /** The operator's own namespace; absent: that of its service account. */
  Optional<String> namespace();

  /** Name of this process; absent: a random one. */
  Optional<String> instance();

  /** Where the API server is reached, by its Service and by its own address. */
  @WithDefault("443,6443")
  List<Integer> apiServerPorts();

  /** Where name servers are reached, by their Service and by their own address. */
  @WithDefault("53")
  List<Integer> dnsPorts();

  /** Whether the cluster chooses users and groups of pods itself. */
  @WithDefault("false")
  boolean openshift();

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
