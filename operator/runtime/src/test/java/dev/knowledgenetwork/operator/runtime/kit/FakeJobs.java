package dev.knowledgenetwork.operator.runtime.kit;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.HashMap;
import java.util.Map;

/** The Job controller: each Job ends at once, all in the same way. */
final class FakeJobs {

  private final KubernetesClient client;
  private final FakePods kubelet;
  private volatile String end = "";

  FakeJobs(KubernetesClient client, FakePods kubelet) {
    this.client = client;
    this.kubelet = kubelet;
  }

  /** How they end from now on: with that message of their container, or well where it is empty. */
  void end(String message) {
    end = message;
  }

  /** One look at a Job. */
  void run(Job job) {
    if (job.getStatus() != null && !job.getStatus().getConditions().isEmpty()) {
      return;
    }
    String message = end;
    boolean succeeds = message.isEmpty();
    boolean tries = job.getMetadata().getName().contains("-try-");
    if (tries || !succeeds) {
      ended(job, succeeds, succeeds ? "It has started." : message);
    }
    job.setStatus(
        new JobStatusBuilder()
            .withSucceeded(succeeds ? 1 : null)
            .withFailed(succeeds ? null : 1)
            .withStartTime("2026-01-01T00:00:00Z")
            .withCompletionTime(succeeds ? "2026-01-01T00:00:01Z" : null)
            .addNewCondition()
            .withType(succeeds ? "SuccessCriteriaMet" : "FailureTarget")
            .withStatus("True")
            .endCondition()
            .addNewCondition()
            .withType(succeeds ? "Complete" : "Failed")
            .withStatus("True")
            .endCondition()
            .build());
    client.resource(job).patchStatus();
  }

  /** The pod of a Job whose container ended with a message. */
  private void ended(Job job, boolean well, String message) {
    String name = job.getMetadata().getName() + "-pod";
    Map<String, String> labels =
        new HashMap<>(job.getSpec().getTemplate().getMetadata().getLabels());
    labels.put("batch.kubernetes.io/job-name", job.getMetadata().getName());
    Pod pod =
        kubelet.all().stream()
            .filter(each -> each.getMetadata().getName().equals(name))
            .findFirst()
            .orElseGet(
                () -> kubelet.make(job, name, labels, job.getSpec().getTemplate().getSpec()));
    kubelet.end(pod, well, message);
  }
}
