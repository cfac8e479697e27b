package dev.knowledgenetwork.operator.runtime.assembly;

import static org.awaitility.Awaitility.await;

import dev.knowledgenetwork.operator.runtime.kit.ApiServer;
import dev.knowledgenetwork.operator.runtime.kit.NowhereAddresses;
import dev.knowledgenetwork.operator.runtime.kit.OperatorUnderTest;
import java.lang.ref.WeakReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is left of an operator that was stopped while its process goes on, as that of the tests. */
@ExtendWith(ApiServer.Extension.class)
class OrderlyStopIT {

  private final ApiServer server;

  OrderlyStopIT(ApiServer server) {
    this.server = server;
  }

  @Test
  void nothingIsKeptOfAnOperatorThatWasStopped() {
    WeakReference<OperatorRuntime> stopped = stopped();
    await()
        .until(
            () -> {
              System.gc();
              return stopped.refersTo(null);
            });
  }

  /** In a method of its own, so that nothing here refers to it any more. */
  private WeakReference<OperatorRuntime> stopped() {
    try (OperatorUnderTest operator =
        OperatorUnderTest.start(server, new NowhereAddresses(), server.namespace("stop"))) {
      return new WeakReference<>(operator.runtime());
    }
  }
}
